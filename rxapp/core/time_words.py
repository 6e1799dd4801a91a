"""Durations and moments in words. ``web/widgets/time_words.jsx`` says the same in the browser."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from rxapp.core.zones import is_zone


def duration(seconds: float) -> str:
    """Return a duration as people say it: ``37 s``, ``12 min``, ``1 h 12 min``, ``77 h``.

    From one minute on it is rounded to whole minutes; a negative duration is ``0 s``.
    """
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    hours, minutes = divmod((whole + 30) // 60, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def zone_of(name: str) -> tzinfo:
    """Return the time zone of that name, or UTC if there is none."""
    return ZoneInfo(name) if is_zone(name) else UTC


def moment(at: datetime, zone: tzinfo) -> str:
    """Return a moment in the zone, with the zone's own short name: ``2026-03-01 14:05 CET``."""
    local = at.astimezone(zone)
    name = local.tzname() or "UTC"
    if name[0] in "+-":  # a zone without a short name shows its offset from UTC
        name = f"UTC{name}"
    return f"{local:%Y-%m-%d %H:%M} {name}"
