"""The one clock: aware UTC now, by the database's clock, replaceable in tests.

Several servers share one database but not one clock. So a process asks the database for the time
now and then (:mod:`rxapp.core.timekeeper`) and counts on from its answer with a timer that nobody
can set. Until the first answer it goes by the machine's clock.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

_TIMER = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""A timer that nobody can set; on Linux it runs on while the machine sleeps."""

_ahead: float | None = None
"""How many seconds the followed clock is ahead of the timer; None: none is followed."""


def timer() -> float:
    """Return the seconds on a timer that is never set, from an arbitrary start."""
    return time.clock_gettime(_TIMER)


def system_now() -> datetime:
    """Return what the machine's clock says, as an aware UTC datetime."""
    return datetime.now(UTC)


def follow(said: datetime | None, *, at: float = 0.0) -> None:
    """Go by a clock that said ``said`` when the timer was at ``at``; None: by the machine's."""
    global _ahead
    _ahead = None if said is None else said.timestamp() - at


def followed_now() -> datetime:
    """Return the time by the clock that is followed, or by the machine's."""
    if _ahead is None:
        return system_now()
    return datetime.fromtimestamp(timer() + _ahead, UTC)


_source: Callable[[], datetime] = followed_now


def utc_now() -> datetime:
    """Return the current time as an aware UTC datetime."""
    return _source()


def aware(moment: datetime) -> datetime:
    """Return the moment in UTC; one that says no zone is taken for it.

    Raises:
        OverflowError: if it is before the first year or after the last one there.
    """
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def use(source: Callable[[], datetime] | None) -> None:
    """Replace the clock's source; ``None`` restores the one that follows the database."""
    global _source
    _source = source or followed_now
