"""Full-text search of published trees: FTS5 on SQLite, tsvector on PostgreSQL.

Both match each word from its beginning, search only the account's own rows, and weight title over
tags over description over node text. Trees with every word in the first three come before the
others. The index is written in the transaction that publishes.
"""

import math
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session as DbSession

from rxapp.core.errors import Invalid
from rxapp.trees.document import Document

MAX_WORDS = 8
NODE_TEXT_LIMIT = 200_000

_WORD = re.compile(r"\w+", re.UNICODE)


def words_of(query: str) -> list[str]:
    """Return the words to search for, in lower case: at most the first eight."""
    return [word.lower() for word in _WORD.findall(query)][:MAX_WORDS]


def node_text(document: Document) -> str:
    """Return the searchable text of the document: titles, bodies, commands and labels."""
    parts: list[str] = []
    for node in document.nodes:
        parts += [node.title, node.body, node.expected]
        parts += [part for each in node.commands for part in (each.label, each.text)]
        parts += [option.label for option in node.options]
    return "\n".join(part for part in parts if part)[:NODE_TEXT_LIMIT]


def _spaced(text: str) -> str:
    """Return only the words: each database would split names like ``outlook.exe`` differently."""
    return " ".join(_WORD.findall(text))


def index(
    db: DbSession,
    *,
    tree_id: UUID,
    account_id: UUID,
    title: str,
    tags: list[str],
    description: str,
    document: Document,
) -> None:
    """Index the tree with its newest text, in place of its previous text."""
    values = {
        "tree": tree_id.hex,
        "account": account_id.hex,
        "title": _spaced(title),
        "tags": _spaced(" ".join(tags)),
        "description": _spaced(description),
        "body": _spaced(node_text(document)),
    }
    remove(db, tree_id)
    if db.get_bind().dialect.name == "sqlite":
        db.execute(
            text(
                "INSERT INTO tree_search (tree_id, account, title, tags, description, body)"
                " VALUES (:tree, :account, :title, :tags, :description, :body)"
            ),
            values,
        )
        return
    db.execute(
        text(
            "INSERT INTO tree_search (tree_id, account_id, words) VALUES"
            " (CAST(:tree AS uuid), CAST(:account AS uuid),"
            " setweight(to_tsvector('simple', :title), 'A')"
            " || setweight(to_tsvector('simple', :tags), 'B')"
            " || setweight(to_tsvector('simple', :description), 'C')"
            " || setweight(to_tsvector('simple', :body), 'D'))"
        ),
        values,
    )


def retag(db: DbSession, account_id: UUID, before: str, tags: dict[UUID, list[str]]) -> None:
    """Make trees findable under other tags; ``before`` is one that each of them had.

    The rest of their text is left as it is, which costs little however long that is.
    """
    if not _is_sqlite(db):
        rows = [
            {"tree": tree_id.hex, "tags": _spaced(" ".join(each))} for tree_id, each in tags.items()
        ]
        if rows:
            db.execute(text(_POSTGRESQL_RETAG), rows)
        return
    wanted = [f"account : {account_id.hex}", *(f'tags : "{word}"' for word in words_of(before))]
    found = db.execute(text(_SQLITE_TAGGED), {"query": " AND ".join(wanted)}).all()
    changes = [
        {"place": row.place, "tags": _spaced(" ".join(tags[tree_id]))}
        for row in found
        if (tree_id := UUID(row.tree_id)) in tags
    ]
    if changes:
        db.execute(text("UPDATE tree_search SET tags = :tags WHERE rowid = :place"), changes)


_SQLITE_TAGGED = "SELECT rowid AS place, tree_id FROM tree_search WHERE tree_search MATCH :query"
_POSTGRESQL_RETAG = (
    "UPDATE tree_search SET words = ts_filter(words, '{a,c,d}')"
    " || setweight(to_tsvector('simple', :tags), 'B') WHERE tree_id = CAST(:tree AS uuid)"
)


def remove(db: DbSession, tree_id: UUID) -> None:
    """Remove the tree from the index."""
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("DELETE FROM tree_search WHERE tree_id = :tree"), {"tree": tree_id.hex})
    else:
        db.execute(
            text("DELETE FROM tree_search WHERE tree_id = CAST(:tree AS uuid)"),
            {"tree": tree_id.hex},
        )


def remove_all(db: DbSession, account_id: UUID) -> None:
    """Remove a whole account from the index."""
    if db.get_bind().dialect.name == "sqlite":
        where = "tree_id IN (SELECT id FROM tree WHERE account_id = :account)"
    else:
        where = "account_id = CAST(:account AS uuid)"
    db.execute(text(f"DELETE FROM tree_search WHERE {where}"), {"account": account_id.hex})  # noqa: S608 - fixed words


@dataclass(frozen=True, slots=True)
class Hit:
    """A tree that was found: its score, the lower the better, and a value that breaks ties."""

    tree_id: UUID
    rank: float
    place: int | UUID

    @property
    def parts(self) -> tuple[str, str]:
        """The parts for a cursor."""
        return repr(self.rank), str(self.place)


def after_of(db: DbSession, parts: list[str]) -> tuple[float, int | str]:
    """Return the score and place to continue a search after, from :attr:`Hit.parts`.

    Raises:
        Invalid: if the parts are not valid.
    """
    place: int | str
    try:
        rank = float(parts[0])
        place = int(parts[1]) if _is_sqlite(db) else UUID(parts[1]).hex
    except ValueError:
        rank, place = math.nan, 0
    if not math.isfinite(rank) or (isinstance(place, int) and not 0 <= place < 2**63):
        message = "This cursor is not valid. Start again without it."
        raise Invalid(message, field="cursor")
    return rank, place


def _is_sqlite(db: DbSession) -> bool:
    return db.get_bind().dialect.name == "sqlite"


_HEAD = "{title tags description}"
_WHOLE = "{title tags description body}"

_HEAD_FIRST = 1000.0
"""Subtracted from the score of a tree with every word in its head: more than any score."""

# Ties are broken by the row's number: using the id would read every match's text from disk.
_SQLITE = """
SELECT tree_search.tree_id, score, place FROM (
  SELECT score, place FROM (
    SELECT rowid AS place, bm25(tree_search, 0, 0, 12.0, 8.0, 4.0, 1.0) - :lead AS score
    FROM tree_search WHERE tree_search MATCH :query {others} {category}
  ) {onward} ORDER BY score, place LIMIT :limit
) AS best JOIN tree_search ON tree_search.rowid = best.place ORDER BY score, place
"""
_SQLITE_OTHERS = "AND rowid NOT IN (SELECT rowid FROM tree_search WHERE tree_search MATCH :head)"
_SQLITE_CATEGORY = "AND (SELECT category FROM tree WHERE tree.id = tree_search.tree_id) = :category"
_POSTGRESQL = """
SELECT place AS tree_id, score, place FROM (
  SELECT tree_search.tree_id AS place, -CAST(ts_rank(words, query) AS double precision)
    - CASE WHEN words @@ to_tsquery('simple', :head) THEN :lead ELSE 0 END AS score
  FROM to_tsquery('simple', :query) AS query, tree_search
  WHERE tree_search.account_id = CAST(:account AS uuid) AND words @@ query {category}
) AS found {onward} ORDER BY score, place LIMIT :limit
"""
_POSTGRESQL_CATEGORY = (
    "AND tree_search.tree_id IN"
    " (SELECT id FROM tree WHERE account_id = CAST(:account AS uuid) AND category = :category)"
)


def ranked(
    db: DbSession,
    account_id: UUID,
    query: str,
    *,
    limit: int,
    category: str | None = None,
    after: tuple[float, int | str] | None = None,
) -> list[Hit]:
    """Return the account's trees with every word, best match first, starting after ``after``."""
    words = words_of(query)
    if not words:
        return []
    values: dict[str, Any] = {"account": account_id.hex, "category": category}
    if after is not None:
        values["score"], values["place"] = after
    if not _is_sqlite(db):
        values["query"] = " & ".join(f"'{word}':*" for word in words)
        values["head"] = " & ".join(f"'{word}':*ABC" for word in words)
        return _hits(db, limit, {**values, "lead": _HEAD_FIRST})
    # Scoring is most of the work, and a common word is in the steps of most trees. So these are
    # only scored if there are too few trees that come before them.
    wanted = " AND ".join(f'"{word}"*' for word in words)
    own = f"account : {account_id.hex} AND"
    head, whole = f"{own} {_HEAD} : ({wanted})", f"{own} {_WHOLE} : ({wanted})"
    hits = []
    if after is None or after[0] < -_HEAD_FIRST / 2:
        hits = _hits(db, limit, {**values, "query": head, "lead": _HEAD_FIRST})
    if len(hits) < limit:
        others = {**values, "query": whole, "head": head, "lead": 0.0}
        hits += _hits(db, limit - len(hits), others)
    return hits


def _hits(db: DbSession, limit: int, values: dict[str, Any]) -> list[Hit]:
    is_sqlite = _is_sqlite(db)
    template = _SQLITE if is_sqlite else _POSTGRESQL
    by_category = _SQLITE_CATEGORY if is_sqlite else _POSTGRESQL_CATEGORY
    place = ":place" if is_sqlite else "CAST(:place AS uuid)"
    sql = template.format(
        others=_SQLITE_OTHERS if "head" in values else "",
        category=by_category if values["category"] else "",
        onward=f"WHERE score > :score OR (score = :score AND place > {place})"
        if "score" in values
        else "",
    )
    rows = db.execute(text(sql), {**values, "limit": limit})
    return [Hit(UUID(str(row.tree_id)), row.score, row.place) for row in rows]
