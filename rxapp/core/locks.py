"""Locks beside a file: who serves a database, who migrates it, who makes the key of the server.

The kernel frees a dead one's.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

logger = logging.getLogger(__name__)


class Locked(Exception):
    """Somebody else holds the lock; the message names their process if it is known."""


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite database, or None for another database."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or parts.database in (None, "", ":memory:"):
        return None
    return Path(str(parts.database))


@contextmanager
def serving(url: str) -> Iterator[None]:
    """Hold the right to serve a SQLite database. Its workers hold it too, as long as one lives.

    Raises:
        Locked: if another server serves it already.
    """
    file = sqlite_file(url)
    if file is None:
        yield
        return
    with _opened(file, "serving") as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
            raise Locked(f"process {holder}" if holder else "another process") from None
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield


@contextmanager
def migrating(url: str) -> Iterator[None]:
    """Hold the right to migrate a SQLite database; who comes second waits."""
    file = sqlite_file(url)
    if file is None:
        yield
        return
    with _opened(file, "migrating") as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.info("another process migrates the database; waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def making(file: Path) -> Iterator[None]:
    """Hold the right to make a file that is made once; who comes second waits, and finds it there.

    A file system that knows no locks has to do without.
    """
    with _opened(file, "making") as descriptor:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        file.with_name(f"{file.name}.making").unlink(missing_ok=True)


@contextmanager
def _opened(file: Path, purpose: str) -> Iterator[int]:
    file.parent.mkdir(parents=True, exist_ok=True)
    path = file.with_name(f"{file.name}.{purpose}")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
