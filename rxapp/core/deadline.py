"""Deadlines of calls to PostgreSQL: nobody waits for a server that hangs.

A stopped server, or a network that drops packets, leaves a client waiting: PostgreSQL's own time
limits only work while the server runs. So the client ends the wait, and the connection with it.
"""

import math
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg.errors import _WaitTimeout

T = TypeVar("T")

CALL_SECONDS = 4.0
"""How long one call may take in all: waiting for a thread, connecting and all statements."""

TOO_LATE = f"no answer within {CALL_SECONDS:.0f} seconds"

SHORTEST_CONNECT_SECONDS = 2
"""The shortest time limit that libpq accepts: it raises any shorter one to this."""

GONE_CLIENT_CHECK = "5s"
"""How often the server checks whether the client of a long statement is still there."""

FIRST_VERSION_THAT_CHECKS = 140_000

NETWORK = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""When the system gives up a connection whose other end is gone: after about 25 seconds."""

_here = threading.local()


class TooLate(Exception):
    """The deadline of a call passed before it began."""


def left() -> float | None:
    """Return how many seconds this thread's call has left, or None if it has no deadline."""
    ends: float | None = getattr(_here, "ends", None)
    return None if ends is None else max(0.0, ends - time.monotonic())


@contextmanager
def _until(ends: float) -> Iterator[None]:
    _here.ends = ends
    try:
        yield
    finally:
        _here.ends = None


def call_until(ends: float, call: Callable[[], T]) -> T:
    """Return ``call()``, whose statements must end by ``ends`` on the monotonic clock.

    Raises:
        TooLate: if that time has passed before it begins.
    """
    if time.monotonic() >= ends:
        raise TooLate("the database was too busy to be asked")
    with _until(ends):
        return call()


class Connection(psycopg.Connection[Any]):
    """A connection that waits until the deadline of its thread's call, and then closes."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Return the answer; raises ``OperationalError`` if it does not come in time."""
        ends = left()
        if ends is None or timeout is not None:
            return super().wait(gen, interval=interval, timeout=timeout)
        try:
            return super().wait(gen, interval=interval, timeout=ends)
        except _WaitTimeout:
            self.close()
            raise psycopg.OperationalError(TOO_LATE) from None


def cut(connection: Connection) -> None:
    """End a connection from another thread: whoever waits for its answer gets an error at once."""
    with (
        suppress(OSError, psycopg.Error),
        socket.socket(fileno=os.dup(connection.fileno())) as end,
    ):
        end.shutdown(socket.SHUT_RDWR)


def connect(_dialect: Any, _record: Any, args: Any, options: dict[str, Any]) -> Connection:
    """Connect within the time that the thread's call has left; for SQLAlchemy's ``do_connect``."""
    if (seconds := left()) is not None:
        if seconds == 0:
            raise psycopg.OperationalError(TOO_LATE)
        options = {**options, "connect_timeout": max(SHORTEST_CONNECT_SECONDS, math.ceil(seconds))}
    connection = Connection.connect(*args, **options)
    if connection.info.server_version >= FIRST_VERSION_THAT_CHECKS:
        connection.autocommit = True
        with suppress(psycopg.errors.InvalidParameterValue):  # not every system can tell
            connection.execute(f"SET client_connection_check_interval = '{GONE_CLIENT_CHECK}'")
        connection.autocommit = False
    return connection
