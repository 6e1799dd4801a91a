"""Which version of the tables a database has, and whether this code can use it."""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from rxapp.core.engine import make_engine
from rxapp.core.locks import sqlite_file

ROOT = Path(__file__).resolve().parent.parent
VERSION_TABLE = "alembic_version"
RUN_MIGRATE = "run: python -m rxapp migrate"


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for the database at ``url``."""
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = url
    return config


@cache
def _known() -> tuple[str, ...]:
    """Return the revisions that this code knows, newest first."""
    scripts = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini")))
    return tuple(each.revision for each in scripts.walk_revisions())


def applied(connection: Connection) -> str | None:
    """Return the revision of the database, or None if it was never migrated."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).first()  # noqa: S608
    return str(found[0]) if found else None


def fault(revision: str | None) -> str:
    """Return what is wrong with a database at this revision, or an empty string."""
    newest = _known()[0]
    if revision is None:
        return f"the database has no tables yet; {RUN_MIGRATE}"
    if revision not in _known():
        return (
            f"the database is from a newer version of ResolutionFlow (revision {revision}, this"
            f" one knows {newest}); install that version or restore a backup"
        )
    if revision != newest:
        return f"the database is at revision {revision}, this version needs {newest}; {RUN_MIGRATE}"
    return ""


def fault_of(url: str) -> str:
    """Return what is wrong with the tables of the database at ``url``, or an empty string.

    Raises:
        SQLAlchemyError: if it does not answer.
    """
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return fault(None)
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return fault(applied(connection))
    finally:
        engine.dispose()
