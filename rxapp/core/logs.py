"""The log: one format, and no flood of lines that a client can provoke.

Each place in the code may write a limited number of lines a minute, and fewer about one address.
The others are only counted, and their number is logged once a minute.
"""

import asyncio
import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from rxapp.core.errors import Unavailable

LINES_A_MINUTE = 20
"""How many lines one place in the code may write, ..."""

LINES_A_MINUTE_PER_ADDRESS = 5
"""... and how many of them may be about one address: a record's ``address``, given as ``extra``."""

MINUTE_SECONDS = 60.0
NOISY = ("alembic", "httpx")
"""Libraries whose lines below a warning are of no use to an operator."""


def configure() -> None:
    """Log to stderr in this process. Calling it twice is harmless."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    hold_back_floods()


def hold_back_floods() -> None:
    """Put a :class:`Flood` before each handler of the root logger that has none yet."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(each, Flood) for each in handler.filters):
            handler.addFilter(Flood(handler))


async def report_forever() -> None:
    """Log once a minute how many lines were held back, until cancelled."""
    while True:
        await asyncio.sleep(MINUTE_SECONDS)
        for handler in logging.getLogger().handlers:
            for each in handler.filters:
                if isinstance(each, Flood):
                    each.begin_minute()


@dataclass(slots=True)
class _Place:
    """What one place in the code wrote this minute: how many lines, and about whom."""

    lines: int = 0
    held_back: int = 0
    last: str = ""
    addresses: Counter[str] = field(default_factory=Counter)


class Flood(logging.Filter):
    """Counts the lines that reach a handler, and holds back those over the limit."""

    def __init__(self, handler: logging.Handler) -> None:
        super().__init__()
        self._handler = handler
        self._lock = Lock()
        self._began = time.monotonic()
        self._places: dict[tuple[str, int], _Place] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write the line."""
        if time.monotonic() - self._began >= MINUTE_SECONDS:
            self.begin_minute()
        _without_traceback_of_an_outage(record)
        with self._lock:
            place = self._places.setdefault((record.pathname, record.lineno), _Place())
            address = str(getattr(record, "address", ""))
            # Lines held back are not counted by address: made-up addresses cannot fill this.
            is_too_much = place.lines >= LINES_A_MINUTE or (
                bool(address) and place.addresses[address] >= LINES_A_MINUTE_PER_ADDRESS
            )
            if is_too_much:
                place.held_back += 1
                place.last = record.getMessage()[:200]
                return False
            place.lines += 1
            if address:
                place.addresses[address] += 1
            return True

    def begin_minute(self) -> None:
        """Reset the counts, and log how many lines were held back."""
        with self._lock:
            places, self._places, self._began = self._places, {}, time.monotonic()
        for (path, line), place in places.items():
            if place.held_back:
                said = f"{place.held_back:,} more suppressed: {place.last}"
                self._write(
                    logging.LogRecord(__name__, logging.WARNING, path, line, said, (), None)
                )

    def _write(self, record: logging.LogRecord) -> None:
        """Write a line past the filters, but not into the middle of another thread's line."""
        self._handler.acquire()
        try:
            self._handler.emit(record)
        finally:
            self._handler.release()


def _without_traceback_of_an_outage(record: logging.LogRecord) -> None:
    """Reduce an error caused by an outage to one line; the outage is logged once, elsewhere."""
    if record.exc_info and isinstance(record.exc_info[1], Unavailable):
        record.msg = f"{record.getMessage()} ({record.exc_info[1].message})"
        record.args, record.exc_info, record.exc_text = None, None, None
