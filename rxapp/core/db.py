"""The engine, transactions, column types and the thread pool that runs them.

Queries are synchronous and never run on the event loop: :func:`run` and :func:`read` carry them
into threads. A write transaction on SQLite takes the write lock at its start (``BEGIN IMMEDIATE``),
so that it never fails half-way for want of it; :mod:`rxapp.core.writer` runs these.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import DateTime, Dialect, Engine, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from rxapp.core.errors import Invalid
from rxapp.core.writer import AFTER_COMMIT, Writer

P = ParamSpec("P")
T = TypeVar("T")

UNSTORABLE = (DataError, UnicodeEncodeError, OverflowError)
"""What is raised for a value that no column takes: NUL, half a character, a number too large."""

UNAVAILABLE = (OperationalError, PoolTimeout)
"""What is raised when the database does not answer."""

SQLITE_BUSY_TIMEOUT_MS = 15_000
POOL_THREADS = 4
TRANSACTION_ATTEMPTS = 3

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database; SQLite alone would hand back a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the database stores; a naive datetime is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: use rxapp.core.clock.utc_now()")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored moment as an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def normalise_url(url: str) -> str:
    """Return ``url`` with the driver named: plain ``postgresql://`` means psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def make_engine(url: str) -> Engine:
    """Return an engine for ``url`` with this project's pragmas and pool.

    Its errors name no values: they are logged, and the values are addresses, hashes and notes.
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
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    return create_engine(
        url,
        pool_size=POOL_THREADS + 4,
        max_overflow=8,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={"connect_timeout": 5},
        hide_parameters=True,
    )


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # _sqlite_begin says BEGIN itself
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={SQLITE_BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("rf_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


class Database:
    """One database: its engine and the pool of threads that talk to it."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.threads = ThreadPoolExecutor(POOL_THREADS, thread_name_prefix="db")
        self.writer = Writer(self._writing) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database, which serves one process."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Yield a connection inside a write transaction, committed at the end."""
        with (
            self.engine.connect().execution_options(rf_write=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[DbSession]:
        """Yield a session whose work is committed at the end, or rolled back on any error.

        Callables given to :func:`after_commit` run once the commit has succeeded.
        """
        with (
            self._writing() as connection,
            DbSession(
                connection, expire_on_commit=False, join_transaction_mode="rollback_only"
            ) as db,
        ):
            yield db
            db.commit()  # flushes; the connection commits
            callbacks = db.info.pop(AFTER_COMMIT, [])
        for callback in callbacks:
            callback()

    @contextmanager
    def reading(self) -> Iterator[DbSession]:
        """Yield a session for reads only; whatever it changed is rolled back."""
        with (
            self.engine.connect() as connection,
            DbSession(connection, expire_on_commit=False, autoflush=False) as db,
        ):
            yield db

    def close(self) -> None:
        """Stop the threads and close every connection."""
        self.threads.shutdown(wait=True)
        if self.writer is not None:
            self.writer.close()
        self.engine.dispose()


_current: Database | None = None


def configure(url: str) -> Database:
    """Make ``url`` the process's database and return it; the one before is closed."""
    global _current
    if _current is not None:
        _current.close()
    _current = Database(url)
    return _current


def database() -> Database:
    """Return the process's database.

    Raises:
        RuntimeError: if :func:`configure` was not called yet.
    """
    if _current is None:
        raise RuntimeError("core.db.configure() has not been called")
    return _current


def after_commit(db: DbSession, callback: Callable[[], None]) -> None:
    """Run ``callback`` after this transaction commits; never if it rolls back."""
    db.info.setdefault(AFTER_COMMIT, []).append(callback)


def direct(db: DbSession) -> Connection:
    """Return the connection under ``db``, in the same transaction.

    For statements that are built once and run at every step: the ORM's session costs more than
    they do. It sees what the session has flushed.
    """
    return cast(Connection, db.get_bind())


def _unstorable() -> Invalid:
    return Invalid("This has a character or a number that cannot be stored.")


def ping(db: DbSession) -> None:
    """Ask the database for nothing, to see that it answers."""
    db.execute(text("SELECT 1"))


def _write(
    function: Callable[Concatenate[DbSession, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    for attempt in range(1, TRANSACTION_ATTEMPTS + 1):
        try:
            with database().transaction() as db:
                return function(db, *args, **kwargs)
        except UNSTORABLE:
            raise _unstorable() from None
        except OperationalError as error:
            # Two transactions that waited for each other: the database ended this one, whole.
            deadlocked = getattr(error.orig, "sqlstate", None) in ("40P01", "40001")
            if not deadlocked or attempt == TRANSACTION_ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _read(function: Callable[Concatenate[DbSession, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        with database().reading() as db:
            return function(db, *args, **kwargs)
    except UNSTORABLE:
        raise _unstorable() from None


async def run(
    function: Callable[Concatenate[DbSession, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call ``function(db, *args, **kwargs)`` in a thread, inside one write transaction."""
    if (writer := database().writer) is not None:
        try:
            return cast(T, await writer.run(function, *args, **kwargs))
        except UNSTORABLE:
            raise _unstorable() from None
    call = partial(_write, function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(database().threads, call)


async def read(
    function: Callable[Concatenate[DbSession, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call ``function(db, *args, **kwargs)`` in a thread, inside one reading transaction."""
    call = partial(_read, function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(database().threads, call)
