"""What an account owns: one list of tables serves the export of everything and the deletion of it.

Features give their tables in the order in which they refer to each other, so that deleting runs
backwards through the same list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session as DbSession
from sqlmodel import SQLModel


@dataclass(frozen=True, slots=True)
class Owned:
    """One table. ``mine(account_id)`` says which rows; ``hidden`` columns are never exported.

    ``key`` is the column that pages of the export are ordered by; it is unique in the account.
    A page has ``at_once`` rows: few where one row may have a megabyte, as many are in memory.
    """

    name: str
    table: type[SQLModel]
    mine: Callable[[UUID], ColumnElement[bool]]
    hidden: frozenset[str] = frozenset()
    exported: bool = True
    key: str = "id"
    at_once: int = 500


_owned: list[Owned] = []


def register(*tables: Owned) -> None:
    """Count these tables among what an account owns."""
    _owned.extend(table for table in tables if table not in _owned)


def everything() -> tuple[Owned, ...]:
    """Return what features registered, in that order."""
    return tuple(_owned)


def page(
    db: DbSession, owned: Owned, account_id: UUID, *, after: Any = None
) -> tuple[list[dict[str, Any]], Any]:
    """Return the next rows of an export as JSON values, and what the page after continues from."""
    columns = owned.table.__table__.c
    key = columns[owned.key]
    query = select(*columns).where(owned.mine(account_id))
    if after is not None:
        query = query.where(key > after)
    rows = db.execute(query.order_by(key).limit(owned.at_once)).mappings().all()
    shown = [
        {name: _plain(value) for name, value in row.items() if name not in owned.hidden}
        for row in rows
    ]
    return shown, rows[-1][owned.key] if len(rows) == owned.at_once else None


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def delete_all(db: DbSession, account_id: UUID) -> None:
    """Delete every row that the account owns."""
    for owned in reversed(_owned):
        db.execute(
            delete(owned.table)
            .where(owned.mine(account_id))
            .execution_options(synchronize_session=False)
        )
