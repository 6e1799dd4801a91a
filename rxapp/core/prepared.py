"""Prepared statements: built and compiled once, for what runs at every click.

SQLite runs in this process, and SQLAlchemy's overhead there is several times the cost of the
statement. So on SQLite they go straight to the driver, with the same conversions of values and the
same errors; on other databases they go through SQLAlchemy. Both see what the session has flushed.
"""

from collections import namedtuple
from collections.abc import Callable
from functools import cached_property
from sqlite3 import Cursor
from typing import Any

from sqlalchemy import Insert, Select, Update
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.sql.compiler import SQLCompiler

from rxapp.core.db import direct
from rxapp.core.engine import SQLITE, straight

Values = dict[str, Any]
_Convert = Callable[[Any], Any]


class _Compiled:
    """A statement in SQLite's form: the SQL, and what turns values into its parameters."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update) -> None:
        compiled = statement.compile(dialect=SQLITE)
        assert isinstance(compiled, SQLCompiler)
        self.sql = compiled.string
        self._parameters = []
        for name in compiled.positiontup or []:
            bind = compiled.binds[name]
            convert = bind.type.dialect_impl(SQLITE).bind_processor(SQLITE) or _as_it_is
            fixed = None if bind.required else convert(bind.value)
            self._parameters.append((name, bind.required, fixed, convert))

    def run(self, db: DbSession, values: Values) -> Cursor:
        """Run it in the transaction of ``db``."""
        bound = [
            convert(values[name]) if is_given else fixed
            for name, is_given, fixed, convert in self._parameters
        ]
        return straight(direct(db), self.sql, bound)


def _as_it_is(value: Any) -> Any:
    return value


class PreparedQuery:
    """A query for one row, with a ``bindparam`` for every value that changes."""

    def __init__(self, query: Select[*tuple[Any, ...]]) -> None:
        self._query = query

    def one_or_none(self, db: DbSession, values: Values) -> Any:
        """Return the row, its columns as attributes, or None if there is none."""
        if not _is_sqlite(db):
            return direct(db).execute(self._query, values).one_or_none()
        rows = self._compiled.run(db, values).fetchmany(2)
        assert len(rows) < 2, "more than one row"
        return self._as_row(rows[0]) if rows else None

    @cached_property
    def _compiled(self) -> _Compiled:
        return _Compiled(self._query)

    @cached_property
    def _as_row(self) -> Callable[[tuple[Any, ...]], Any]:
        columns = list(self._query.selected_columns)
        row = namedtuple("Row", [str(column.key) for column in columns])  # type: ignore[misc]
        converts: list[_Convert] = [
            column.type.dialect_impl(SQLITE).result_processor(SQLITE, None) or _as_it_is
            for column in columns
        ]
        return lambda values: row(
            *[convert(value) for convert, value in zip(converts, values, strict=True)]
        )


class PreparedChange:
    """An INSERT or UPDATE, with a ``bindparam`` for every value that changes."""

    def __init__(self, change: Insert | Update) -> None:
        self._change = change

    def run(self, db: DbSession, values: Values) -> int:
        """Run it and return how many rows it wrote."""
        if not _is_sqlite(db):
            return direct(db).execute(self._change, values).rowcount
        return self._compiled.run(db, values).rowcount

    @cached_property
    def _compiled(self) -> _Compiled:
        return _Compiled(self._change)


def _is_sqlite(db: DbSession) -> bool:
    return direct(db).dialect.name == "sqlite"
