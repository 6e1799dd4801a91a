"""Transactions, column types and the thread pool that runs them.

Queries are synchronous and never run on the event loop: :func:`run` and :func:`read` carry them
into threads. A write transaction on SQLite takes the write lock at its start (``BEGIN IMMEDIATE``),
so that it never fails halfway because it cannot get it; :mod:`rxapp.core.writer` runs these.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import Concatenate, ParamSpec, TypeVar, cast
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm import Session as DbSession
from sqlmodel import SQLModel

from rxapp.core import deadline, trouble
from rxapp.core.engine import POOL_THREADS, begin, make_engine
from rxapp.core.errors import Invalid, Unavailable
from rxapp.core.writer import AFTER_COMMIT, Writer

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

UNSTORABLE = (DataError, UnicodeEncodeError, OverflowError)
"""What is raised for a value that cannot be stored: NUL, a lone surrogate, too large a number."""

UNAVAILABLE = (Unavailable,)
"""What :func:`run` and :func:`read` raise when the database cannot do its work."""

LATE_SECONDS = 2.0
"""How long after its deadline a call that has not ended by itself is given up."""

TRANSACTION_ATTEMPTS = 3

CLOSE_SECONDS = 1.0
"""How long closing waits for the answers to calls that are still running."""

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Database:
    """One database: its engine and the pool of threads that talk to it."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.threads = ThreadPoolExecutor(POOL_THREADS, thread_name_prefix="db")
        self.writer = Writer(self._writing_on) if self.is_sqlite else None
        self._kept: Connection | None = None
        self._connections: WeakSet[deadline.Connection] = WeakSet()
        self.standing = trouble.Standing()
        if not self.is_sqlite:
            event.listen(self.engine, "connect", self._connected)

    def _connected(self, connection: deadline.Connection, _record: object) -> None:
        self._connections.add(connection)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database, which serves one process."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Yield a connection inside a write transaction, committed at the end."""
        with self.engine.connect() as connection, connection.begin():
            begin(connection, write=True)
            yield connection

    @contextmanager
    def _writing_on(self) -> Iterator[Connection]:
        """As :meth:`_writing`, on a connection that is kept for the next time, unless it fails."""
        connection = self._kept = self._kept or self.engine.connect()
        try:
            with connection.begin():
                begin(connection, write=True)
                yield connection
        except BaseException:
            self._kept = None
            connection.close()
            raise

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
        """Yield a session for reading; any changes are rolled back."""
        with self.engine.connect() as connection:
            begin(connection)
            with DbSession(connection, expire_on_commit=False, autoflush=False) as db:
                yield db

    def close(self) -> None:
        """Stop the threads and close every connection; calls that get no answer are cut off."""
        ending = Thread(target=self.threads.shutdown, daemon=True)
        ending.start()
        if not self.is_sqlite:
            ending.join(CLOSE_SECONDS)
        if ending.is_alive() and not self.is_sqlite:
            self.threads.shutdown(wait=False, cancel_futures=True)
            for connection in list(self._connections):
                deadline.cut(connection)
        ending.join()
        if self.writer is not None:
            self.writer.close()
        if self._kept is not None:
            self._kept.close()
        self.engine.dispose()


_current: Database | None = None


def configure(url: str) -> Database:
    """Make ``url`` the process's database and return it; the previous one is closed."""
    global _current
    if _current is not None:
        _current.close()
    _current = Database(url)
    return _current


def database() -> Database:
    """Return the process's database.

    Raises:
        RuntimeError: if :func:`configure` has not been called yet.
    """
    if _current is None:
        raise RuntimeError("core.db.configure() has not been called")
    return _current


def after_commit(db: DbSession, callback: Callable[[], None]) -> None:
    """Run ``callback`` after this transaction commits; never if it rolls back."""
    db.info.setdefault(AFTER_COMMIT, []).append(callback)


@contextmanager
def one_of_many(
    db: DbSession, what: str, *, otherwise: Callable[[], object] | None = None
) -> Iterator[None]:
    """Do one of a batch under a savepoint: if it fails, it is undone and logged; the rest go on.

    After a failure, ``what`` is logged and ``otherwise`` is called. Trouble with the database
    itself is raised, because it concerns the whole transaction.
    """
    try:
        with db.begin_nested():
            yield
    except OperationalError:
        raise
    except Exception:
        logger.exception("%s", what)
        if otherwise is not None:
            otherwise()


def direct(db: DbSession) -> Connection:
    """Return the connection under ``db``, in the same transaction.

    For statements that are built once and run at every step: the ORM's session would cost more
    than they do. The connection sees what the session has flushed.
    """
    return cast(Connection, db.get_bind())


def _unstorable() -> Invalid:
    return Invalid("This has a character or a number that cannot be stored.")


def _write(
    function: Callable[Concatenate[DbSession, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    for attempt in range(1, TRANSACTION_ATTEMPTS + 1):
        try:
            with database().transaction() as db:
                return function(db, *args, **kwargs)
        except OperationalError as error:
            # Two transactions waited for each other: the database rolled this one back completely.
            deadlocked = getattr(error.orig, "sqlstate", None) in ("40P01", "40001")
            if not deadlocked or attempt == TRANSACTION_ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _read(function: Callable[Concatenate[DbSession, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    with database().reading() as db:
        return function(db, *args, **kwargs)


async def run(
    function: Callable[Concatenate[DbSession, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call ``function(db, *args, **kwargs)`` in a thread, inside one write transaction.

    Raises:
        Unavailable: if the database does not answer in time or accepts no writes.
    """
    if (writer := database().writer) is not None:
        with _said(was_write=True):
            return cast(T, await writer.run(function, *args, **kwargs))
    return await _in_thread(partial(_write, function, *args, **kwargs), was_write=True)


async def run_if_writable(
    function: Callable[Concatenate[DbSession, P], object], *args: P.args, **kwargs: P.kwargs
) -> bool:
    """Like :func:`run`, for a write that a read can do without; returns whether it was written."""
    try:
        await run(function, *args, **kwargs)
    except Unavailable:
        return False
    return True


async def run_patiently(
    function: Callable[Concatenate[DbSession, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Like :func:`run` without a deadline, for upkeep that nobody waits for."""
    if database().writer is not None:
        return await run(function, *args, **kwargs)
    call = partial(_write, function, *args, **kwargs)
    with _said(was_write=True):
        return await asyncio.get_running_loop().run_in_executor(database().threads, call)


async def read(
    function: Callable[Concatenate[DbSession, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call ``function(db, *args, **kwargs)`` in a thread, inside one reading transaction.

    Raises:
        Unavailable: if the database does not answer in time.
    """
    return await _in_thread(partial(_read, function, *args, **kwargs), was_write=False)


async def _in_thread(call: Callable[[], T], *, was_write: bool) -> T:
    """Return ``call()``. On PostgreSQL, which may be far away, there is a deadline."""
    loop, current = asyncio.get_running_loop(), database()
    with _said(was_write=was_write):
        if current.is_sqlite:
            return await loop.run_in_executor(current.threads, call)
        timed = partial(deadline.call_until, time.monotonic() + deadline.CALL_SECONDS, call)
        asked = loop.run_in_executor(current.threads, timed)
        try:
            return await asyncio.wait_for(asked, deadline.CALL_SECONDS + LATE_SECONDS)
        except TimeoutError:
            raise deadline.TooLate("a call did not end") from None


@contextmanager
def _said(*, was_write: bool) -> Iterator[None]:
    """Raise the database's errors in our own words, and record whether the database works."""
    standing = database().standing
    try:
        yield
    except UNSTORABLE:
        raise _unstorable() from None
    except Exception as error:
        if (found := trouble.trouble_of(error)) is None:
            raise
        standing.failed(found, error)
        raise trouble.unavailable(found) from error
    standing.worked(was_write=was_write)
