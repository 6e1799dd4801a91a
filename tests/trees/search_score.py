"""Prints how many of the sixty searches find their tree: ``python -m tests.trees.search_score``."""

import sys
import tempfile
import tomllib
from pathlib import Path

from rxapp.access.actor import Actor
from rxapp.core.db import Database
from rxapp.trees.queries import search_page
from rxapp.trees.service import load_starter_trees
from rxapp.trees.starters import shipped

SET = tomllib.loads((Path(__file__).parent / "search_queries.toml").read_text())
TOTAL = sum(len(block["queries"]) for block in SET.values())
FIRST = 3
"""Among how many trees, best match first, the right one has to be."""


def misses(database: Database, actor: Actor) -> list[tuple[str, str, list[str]]]:
    """Return each search that misses its tree, with that tree and what was found instead."""
    with database.transaction() as db:
        load_starter_trees(db, actor.account_id)
    found = []
    for wanted, block in SET.items():
        title = shipped()[wanted].tree.title
        for query in block["queries"]:
            with database.reading() as db:
                page = search_page(db, actor, query, limit=FIRST)
            titles = [tree.title for tree in page.items]
            if title not in titles:
                found.append((query, wanted, titles))
    return found


def main() -> None:
    """Print the score on a SQLite database, and each miss."""
    from tests.support.cast import make_cast
    from tests.support.databases import migrate

    with tempfile.TemporaryDirectory() as folder:
        database = Database(migrate(f"sqlite:///{folder}/score.db"))
        missed = misses(database, make_cast(database).technician.actor)
        database.close()
    sys.stdout.write(f"{TOTAL - len(missed)} of {TOTAL} among the first {FIRST}\n")
    for query, wanted, titles in missed:
        sys.stdout.write(f"  {query!r}: not {wanted}, but {', '.join(titles) or 'nothing'}\n")


if __name__ == "__main__":
    main()
