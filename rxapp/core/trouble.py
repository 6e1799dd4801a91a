"""Why the database is not working: classified once, in words for people and for the log."""

import logging
from enum import Enum
from threading import Lock

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from rxapp.core.deadline import TooLate
from rxapp.core.errors import DatabaseAway, Unavailable

logger = logging.getLogger(__name__)


class Trouble(Enum):
    """What is wrong: the text for people, and the line for the log."""

    AWAY = (
        "The database does not answer right now. Try again in a moment.",
        "the database does not answer",
    )
    FULL = (
        "The server's disk is full, so nothing can be saved right now. You can still read what was"
        " saved before.",
        "the disk of the database is full: nothing can be saved until there is room",
    )
    UNWRITABLE = (
        "The server cannot write to its disk right now. You can still read what was saved before.",
        "the disk of the database cannot be written to",
    )
    READ_ONLY = (
        "The database is read-only right now. You can still read what was saved before.",
        "the database is read-only: nothing can be saved",
    )

    @property
    def words(self) -> str:
        """Return the text for people."""
        return self.value[0]

    @property
    def line(self) -> str:
        """Return the line for the log."""
        return self.value[1]


_BY_SQLSTATE = {"53100": Trouble.FULL, "25006": Trouble.READ_ONLY, "58030": Trouble.UNWRITABLE}
_SQLITE_ERROR, _SQLITE_READONLY, _SQLITE_IOERR, _SQLITE_FULL = 1, 8, 10, 13
_BY_SQLITE = {
    _SQLITE_READONLY: Trouble.READ_ONLY,
    _SQLITE_IOERR: Trouble.UNWRITABLE,
    _SQLITE_FULL: Trouble.FULL,
}
_PRIMARY = 0xFF
"""The bits of SQLite's error codes that give the kind of error."""


def trouble_of(error: BaseException) -> Trouble | None:
    """Return what is wrong with the database, or None if the request is at fault."""
    if isinstance(error, PoolTimeout | TooLate):
        return Trouble.AWAY
    if not isinstance(error, DBAPIError):
        return None
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code == _SQLITE_ERROR:  # the statement is wrong
        return None
    state = getattr(error.orig, "sqlstate", None)
    found = _BY_SQLITE.get(code & _PRIMARY) if code is not None else _BY_SQLSTATE.get(state or "")
    if found is None and isinstance(error, OperationalError | InterfaceError):
        return Trouble.AWAY
    return found


class Standing:
    """What is wrong with the database now. Each trouble is logged once, and so is its end."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.trouble: Trouble | None = None

    def failed(self, trouble: Trouble, error: BaseException) -> None:
        """Record a trouble."""
        with self._lock:
            is_new, self.trouble = trouble is not self.trouble, trouble
        if is_new:
            said = str(getattr(error, "orig", None) or error).strip().splitlines()
            logger.error("%s (%s)", trouble.line, said[0] if said else type(error).__name__)

    def worked(self, *, was_write: bool) -> None:
        """Record that something worked; a read says nothing about writes."""
        if self.trouble is None or (self.trouble is not Trouble.AWAY and not was_write):
            return
        with self._lock:
            self.trouble = None
        logger.warning("the database works again")


def unavailable(trouble: Trouble) -> Unavailable:
    """Return the error to raise for a trouble."""
    kind = DatabaseAway if trouble is Trouble.AWAY else Unavailable
    return kind(trouble.words)
