"""The writer: one thread that runs the write transactions on SQLite, several per commit.

SQLite has one write lock, and every durable commit waits for the disk. Calls that queue up
meanwhile run one after the other inside one transaction, each under its own SAVEPOINT: each
succeeds or fails by itself, and none is acknowledged before their shared commit is on disk.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session as DbSession

logger = logging.getLogger(__name__)

CALLS_A_COMMIT = 64
COMMIT_AFTER_SECONDS = 0.02
"""How long calls may join a transaction, since the first ones wait for the last."""

AFTER_COMMIT = "after_commit"

Begin = Callable[[], AbstractContextManager[Connection]]


@dataclass(slots=True)
class Call:
    """One write: what to call inside the transaction, and who waits for it, on which event loop."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    answer: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None
    callbacks: list[Callable[[], None]] = field(default_factory=list)


class Writer:
    """Runs calls in order. ``begin`` opens a connection that holds the write lock."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self._waiting: SimpleQueue[Call | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Return ``function(db, *args, **kwargs)`` once it is committed; raises what it raised."""
        call = Call(function, args, kwargs, asyncio.get_running_loop().create_future())
        self._waiting.put(call)
        if self._thread is None:
            self._thread = Thread(target=self._work, name="db-write", daemon=True)
            self._thread.start()
        return await call.answer

    def close(self) -> None:
        """Finish the calls so far, and stop."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (call := self._waiting.get()) is not None:
            calls = self._commit_together(call)
            for loop in {each.answer.get_loop() for each in calls}:
                own = [each for each in calls if each.answer.get_loop() is loop]
                with suppress(RuntimeError):  # the loop has ended, so nobody is waiting any more
                    loop.call_soon_threadsafe(_answer, own)

    def _commit_together(self, first: Call) -> list[Call]:
        calls: list[Call] = []
        until = time.monotonic() + COMMIT_AFTER_SECONDS
        call: Call | None = first
        try:
            with self._begin() as connection:
                while call is not None:
                    calls.append(call)
                    _attempt(connection, call)
                    may_join = len(calls) < CALLS_A_COMMIT and time.monotonic() < until
                    call = self._next() if may_join else None
        except Exception as error:
            for each in calls or [first]:
                each.error, each.callbacks = error, []
        for callback in (callback for each in calls for callback in each.callbacks):
            try:
                callback()
            except Exception:  # it is committed, so no call may report a failure
                logger.exception("a callback after a commit failed")
        return calls or [first]

    def _next(self) -> Call | None:
        """Return the next call if one is waiting."""
        try:
            call = self._waiting.get_nowait()
        except Empty:
            return None
        if call is None:
            self._waiting.put(None)  # closing, once this commit is done
        return call


def _attempt(connection: Connection, call: Call) -> None:
    """Make one call; if it raises, only its own writes are undone."""
    if call.answer.cancelled():
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("SAVEPOINT one_call")
    try:
        # The session gets its own savepoint as soon as it writes through the ORM: a failed flush
        # rolls back as far as the session reaches, and that must not be the whole transaction.
        with DbSession(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as db:
            try:
                call.result = call.function(db, *call.args, **call.kwargs)
            except Exception as error:
                call.error = error  # closing the session may fail too, for the same reason
                raise
            if db.in_transaction():
                db.commit()
            call.callbacks = db.info.pop(AFTER_COMMIT, [])
    except Exception as error:
        call.error = call.error or error
        if not driver.in_transaction:  # SQLite undid everything itself: the disk is full
            raise call.error from None
        driver.execute("ROLLBACK TO one_call")
    driver.execute("RELEASE one_call")


def _answer(calls: list[Call]) -> None:
    """Answer those who wait, on their own event loop."""
    for call in calls:
        if call.answer.done():
            continue
        if call.error is not None:
            call.answer.set_exception(call.error)
        else:
            call.answer.set_result(call.result)
