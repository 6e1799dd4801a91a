"""Engines: how to connect to each kind of database."""

import sqlite3
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from rxapp.core import deadline

SQLITE_BUSY_TIMEOUT_MS = 15_000
CONNECT_SECONDS = 5
POOL_THREADS = 4

SQLITE = SQLiteDialect_pysqlite(dbapi=sqlite3)
"""SQLAlchemy's SQLite dialect, for statements that are compiled before there is an engine."""


def normalise_url(url: str) -> str:
    """Return ``url`` with the driver named: plain ``postgresql://`` means psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def make_engine(url: str) -> Engine:
    """Return an engine for ``url`` with this project's pragmas and pool.

    Its errors contain no values: they are logged, and the values are addresses, hashes and notes.
    """
    url = normalise_url(url)
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            connect_args={"check_same_thread": False},
            hide_parameters=True,
            pool_size=POOL_THREADS + 4,
            max_overflow=8,
        )
        event.listen(engine, "connect", _sqlite_connect)
        return engine
    engine = create_engine(
        url,
        pool_size=POOL_THREADS + 4,
        max_overflow=8,
        pool_pre_ping=True,
        pool_timeout=deadline.CALL_SECONDS,
        connect_args={"connect_timeout": CONNECT_SECONDS, **deadline.NETWORK},
        hide_parameters=True,
    )
    event.listen(engine, "do_connect", deadline.connect)
    return engine


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # begin() says BEGIN itself
    for pragma in (
        f"busy_timeout={SQLITE_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def begin(connection: Connection, *, write: bool = False) -> None:
    """Begin a transaction; on SQLite, one that will write takes the write lock at once.

    Whoever opens a connection calls this. A listener on the engine would do it automatically, but
    a single listener makes SQLAlchemy look for others at every statement: a seventh of the cost of
    a step.
    """
    if connection.dialect.name == "sqlite":
        straight(connection, "BEGIN IMMEDIATE" if write else "BEGIN")


def straight(connection: Connection, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
    """Run a statement directly on SQLite's driver and return the driver's cursor.

    Raises:
        DBAPIError: for whatever the driver raises, as SQLAlchemy would.
    """
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    try:
        return driver.execute(sql, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            sql, None, error, sqlite3.Error, hide_parameters=True, dialect=SQLITE
        ) from error
