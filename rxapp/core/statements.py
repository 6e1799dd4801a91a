"""What services and queries say to the database in one word: change if, count, the columns of."""

from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Insert, Table, Update, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as DbSession
from sqlmodel import SQLModel


def table_of(model: type[SQLModel]) -> Table:
    """Return the table behind a model, for statements that go past the ORM."""
    return cast(Table, cast(Any, model).__table__)


def insert_into(model: type[SQLModel]) -> Insert:
    """Return an insert of plain values, which makes no row of the session."""
    return insert(table_of(model))


def upsert(model: type[SQLModel], dialect: str) -> Any:
    """Return an insert that can say what happens to a row that is there already.

    ``dialect`` is ``sqlite`` or ``postgresql``; the rest is said with ``on_conflict_do_...``.
    """
    insert_of: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    return insert_of(table_of(model))


def change_all(db: DbSession, change: Update | Delete) -> int:
    """Run a change and return how many rows it met; rows of the session are not refreshed."""
    done = db.execute(change.execution_options(synchronize_session=False))
    return int(cast(CursorResult[Any], done).rowcount)


def change_if(db: DbSession, change: Update) -> bool:
    """Run a change of one row; returns whether the row was still as its conditions say.

    Of two transactions that try the same at once, exactly one gets True.
    """
    return change_all(db, change) == 1
