"""The one clock: the current time as aware UTC, by the database's clock, replaceable in tests.

Several servers share one database but not one clock. So a process asks the database for the time
now and then (:mod:`rxapp.core.timekeeper`) and counts on from its answer with a monotonic timer.
Until the first answer it uses the machine's clock.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

_TIMER = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A monotonic timer; on Linux it keeps running while the machine sleeps."""

_ahead: float | None = None
"""How many seconds the followed clock is ahead of the timer; None if no clock is followed."""


def timer() -> float:
    """Return the seconds of a monotonic timer, counted from an arbitrary start."""
    return time.clock_gettime(_TIMER)


def system_now() -> datetime:
    """Return the time of the machine's clock as an aware UTC datetime."""
    return datetime.now(UTC)


def follow(said: datetime | None, *, at: float = 0.0) -> None:
    """Follow a clock that said ``said`` when the timer was at ``at``; None: the machine's clock."""
    global _ahead
    _ahead = None if said is None else said.timestamp() - at


def followed_now() -> datetime:
    """Return the time of the followed clock, or of the machine's if none is followed."""
    if _ahead is None:
        return system_now()
    return datetime.fromtimestamp(timer() + _ahead, UTC)


_source: Callable[[], datetime] = followed_now


def utc_now() -> datetime:
    """Return the current time as an aware UTC datetime."""
    return _source()


def aware(moment: datetime) -> datetime:
    """Return the moment in UTC; one without a zone is taken to be in UTC.

    Raises:
        OverflowError: if in UTC it is before year 1 or after year 9999.
    """
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def use(source: Callable[[], datetime] | None) -> None:
    """Replace the clock's source; ``None`` restores the one that follows the database."""
    global _source
    _source = source or followed_now
