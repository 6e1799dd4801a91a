"""Time zones: which names are accepted. Browsers know all of them too."""

import zoneinfo
from functools import cache

UTC_ZONE = "UTC"
ZONE_LIMIT = 64
"""How many characters the name of a zone may have."""

_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules"})
_OTHER_RULES = ("posix/", "right/")


@cache
def _by_lower_case() -> dict[str, str]:
    """Return each zone's name by its lower-case form.

    Names that a machine adds, such as ``localtime``, are left out: they mean nothing elsewhere.
    """
    return {
        name.lower(): name
        for name in zoneinfo.available_timezones()
        if name not in _NOT_PLACES and not name.startswith(_OTHER_RULES)
    }


def zone_named(name: str) -> str | None:
    """Return the correct spelling of a zone's name, whatever its case; None if there is none."""
    return _by_lower_case().get(name.strip().lower())


def is_zone(name: str) -> bool:
    """Return whether this is the name of a time zone, correctly spelled."""
    return zone_named(name) == name


def all_zones() -> list[str]:
    """Return every accepted name, in order."""
    return sorted(_by_lower_case().values())
