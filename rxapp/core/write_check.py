"""One row, written to see whether the database accepts writes: disk full, read-only, locked."""

from sqlalchemy import Column, Integer, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as DbSession
from sqlmodel import SQLModel

from rxapp.core.clock import utc_now
from rxapp.core.columns import UTCDateTime

ONLY = 1

table = Table(
    "write_check",
    SQLModel.metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", UTCDateTime, nullable=False),
)


def write(db: DbSession) -> None:
    """Write the row; raises the database's error if that fails."""
    dialect = postgresql if db.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(table).values(id=ONLY, at=utc_now())
    db.execute(row.on_conflict_do_update(index_elements=["id"], set_={"at": row.excluded.at}))
