"""Which databases tests run on.

Code that writes SQL is tested on both, and so is what differs: live updates, strictness. Pages,
routes and documents are the same on both; they are tested on SQLite, which is fastest.
"""

from collections.abc import Callable

import pytest
from alembic.config import Config

from alembic import command
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
