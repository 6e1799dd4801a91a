"""File locks: which process serves a database, migrates it, or creates the server's key.

When a process dies, the kernel releases its locks.
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
    """Another process holds the lock; the message names it if it is known."""


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite database, or None for another database."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or parts.database in (None, "", ":memory:"):
        return None
    return Path(str(parts.database))


@contextmanager
def serving(url: str) -> Iterator[None]:
    """Hold the lock for serving a SQLite database. It is held as long as any worker runs.

    Raises:
        Locked: if another server is already serving it.
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
    """Hold the lock for migrating a SQLite database; a second process waits."""
    file = sqlite_file(url)
    if file is None:
        yield
        return
    with _opened(file, "migrating") as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.info("another process is migrating the database; waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def making(file: Path) -> Iterator[None]:
    """Hold the lock for a file that is created once; a second process waits and then finds it.

    On a file system without locks this does nothing.
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
