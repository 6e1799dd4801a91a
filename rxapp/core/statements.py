"""Helpers for statements that services and queries use: change if, change all, insert, upsert."""

from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Insert, Table, Update, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as DbSession
from sqlmodel import SQLModel


def table_of(model: type[SQLModel]) -> Table:
    """Return the table behind a model, for statements that bypass the ORM."""
    return cast(Table, cast(Any, model).__table__)


def insert_into(model: type[SQLModel]) -> Insert:
    """Return an insert of plain values, which adds no object to the session."""
    return insert(table_of(model))


def upsert(model: type[SQLModel], dialect: str) -> Any:
    """Return an insert that can say what to do if the row already exists.

    ``dialect`` is ``sqlite`` or ``postgresql``; add what to do with ``on_conflict_do_...``.
    """
    insert_of: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[dialect]
    return insert_of(table_of(model))


def change_all(db: DbSession, change: Update | Delete) -> int:
    """Run a change and return how many rows it changed; the session's objects are not refreshed."""
    done = db.execute(change.execution_options(synchronize_session=False))
    return int(cast(CursorResult[Any], done).rowcount)


def change_if(db: DbSession, change: Update) -> bool:
    """Run a change of one row; returns whether the row still met its conditions.

    If two transactions try the same at once, exactly one of them gets True.
    """
    return change_all(db, change) == 1
