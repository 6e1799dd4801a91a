"""Time zones: which names are taken. All of them are known to browsers too."""

import zoneinfo
from functools import cache

UTC_ZONE = "UTC"
ZONE_LIMIT = 64
"""How long the name of a zone may be."""

_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules"})
_OTHER_RULES = ("posix/", "right/")


@cache
def _by_lower_case() -> dict[str, str]:
    """Return the zones' names by themselves in lower case.

    What a machine adds of its own (``localtime``, ``posix/...``) means nothing elsewhere.
    """
    return {
        name.lower(): name
        for name in zoneinfo.available_timezones()
        if name not in _NOT_PLACES and not name.startswith(_OTHER_RULES)
    }


def zone_named(name: str) -> str | None:
    """Return a zone's name as it is written, however the letters' case; None if there is none."""
    return _by_lower_case().get(name.strip().lower())


def is_zone(name: str) -> bool:
    """Return whether this is the name of a time zone, as it is written."""
    return zone_named(name) == name


def all_zones() -> list[str]:
    """Return every name that is taken, in order."""
    return sorted(_by_lower_case().values())
