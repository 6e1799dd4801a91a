"""Databases for the bench: the cast, trees of any size, and tables full of rows."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from rxapp.access.actor import Role
from rxapp.core.db import Database, DbSession
from rxapp.sessions import service as sessions
from rxapp.trees import service as trees
from rxapp.trees.document import Document
from rxapp.trees.importer import ImportedTree
from tests.support.cast import Cast, Person, add_person, make_cast
from tests.support.databases import migrate

BODY = ("Ask the caller to open the settings and read out what stands there. " * 8)[:500]


@dataclass(frozen=True)
class Prepared:
    """A database file with the cast in it."""

    url: str
    cast: Cast


class Databases:
    """Makes databases in a folder, each a copy of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._empty = folder / "empty.db"
        database = Database(migrate(f"sqlite:///{self._empty}"))
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()

    def new(self, name: str) -> Prepared:
        """Return a new database with the cast."""
        file = self._folder / f"{name}.db"
        shutil.copy(self._empty, file)
        url = f"sqlite:///{file}"
        database = Database(url)
        cast = make_cast(database)
        database.close()
        return Prepared(url, cast)


def add_people(db: DbSession, account_id: UUID, role: Role, count: int) -> list[Person]:
    """Add signed-in people to an account."""
    names = (f"{role.value}_{number}" for number in range(count))
    return [add_person(db, account_id, name, role) for name in names]


def ring(size: int, body: str = BODY) -> Document:
    """Return a tree without an end: ``on`` leads from each node to the next."""
    nodes: list[dict[str, Any]] = [
        {
            "key": f"step-{number}",
            "kind": "decision",
            "title": f"Check number {number} of what the caller sees there",
            "body": body,
            "options": [
                {
                    "key": "on",
                    "label": "It is as it should be",
                    "to": f"step-{(number + 1) % (size - 1)}",
                },
                {"key": "again", "label": "It is not sure, check again", "to": f"step-{number}"},
                {"key": "done", "label": "That was it", "to": "end"},
            ],
        }
        for number in range(size - 1)
    ]
    nodes.append({"key": "end", "kind": "solution", "ending": "solved", "title": "Solved"})
    return Document.model_validate({"start": "step-0", "nodes": nodes})


def publish_ring(db: DbSession, account_id: UUID, size: int, body: str = BODY) -> UUID:
    """Publish a ring of ``size`` nodes and return the tree's id."""
    tree = ImportedTree(f"A tree of {size} steps", "", "Network", ["ring"], ring(size, body))
    return trees.publish(db, account_id, tree, published_by=None)


def start_sessions(db: DbSession, people: Iterable[Person], tree_id: UUID) -> list[str]:
    """Start a session of the tree for each of the people and return their ids."""
    return [str(sessions.start(db, person.actor, tree_id)) for person in people]
