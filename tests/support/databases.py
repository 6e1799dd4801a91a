"""Which databases tests run on.

Code that writes SQL is tested on both, and so is what differs: live updates, strictness. Pages,
routes and documents are the same on both; they are tested on SQLite, which is fastest.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from alembic.config import Config
from sqlalchemy import event

from alembic import command
from rxapp.core.db import Database
from tests.support.server import ROOT

BOTH = pytest.mark.on("sqlite", "postgresql")
SQLITE = pytest.mark.on("sqlite")
POSTGRESQL = pytest.mark.on("postgresql")

NewDatabase = Callable[..., str]


def migrate(url: str) -> str:
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    return url


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Return a list to which every statement inside the block is added."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)
