"""Runs migrations on the database in the settings, or on the connection of the caller."""

from sqlalchemy import text
from sqlmodel import SQLModel

import rxapp.access.models
import rxapp.audit.models
import rxapp.core.idempotency
import rxapp.core.write_check
import rxapp.handoffs.models
import rxapp.live.models
import rxapp.notifications.models
import rxapp.sessions.models
import rxapp.trees.models  # noqa: F401 - the models register with the metadata
from alembic import context
from rxapp.core import locks
from rxapp.core.engine import begin, make_engine
from rxapp.settings import settings

SEARCH_TABLES = "tree_search"
ONE_AT_A_TIME = 7_264_611_050
"""The number of PostgreSQL's lock; any number that nothing else in the database uses will do."""


def include_object(_object: object, name: str | None, _type: str, *_: object) -> bool:
    """Leave out the search index: it is not a SQLModel table and differs between databases."""
    return not (name or "").startswith((SEARCH_TABLES, f"ix_{SEARCH_TABLES}"))


def migrate(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_object=include_object,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":  # a second process waits until the commit
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    url = context.config.attributes.get("url") or settings().database
    with locks.migrating(url):
        engine = make_engine(url)
        with engine.connect() as connection:
            begin(connection, write=True)
            migrate(connection)
            connection.commit()
        engine.dispose()
