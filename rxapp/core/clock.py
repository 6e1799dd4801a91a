"""The one clock: aware UTC now, replaceable in tests."""

from collections.abc import Callable
from datetime import UTC, datetime


def system_now() -> datetime:
    """Return what the machine's clock says, as an aware UTC datetime."""
    return datetime.now(UTC)


_source: Callable[[], datetime] = system_now


def utc_now() -> datetime:
    """Return the current time as an aware UTC datetime."""
    return _source()


def aware(moment: datetime) -> datetime:
    """Return the moment in UTC; one that says no zone is taken for UTC.

    At either end of the calendar UTC may have no such day: there the zone counts for nothing.
    """
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def use(source: Callable[[], datetime] | None) -> None:
    """Replace the clock's source; ``None`` restores the system clock."""
    global _source
    _source = source or system_now
