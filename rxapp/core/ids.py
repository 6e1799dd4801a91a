"""Identifiers: UUIDv7, so that ids sort by the time of their creation."""

from datetime import datetime
from uuid import UUID

import uuid_utils.compat

from rxapp.core.errors import NotFound

ID_LIMIT = 64
"""How many characters an id's text may have; anything longer is a mistake and not just unknown."""


def new_id() -> UUID:
    """Return a new UUIDv7."""
    return uuid_utils.compat.uuid7()


def first_id(at: datetime) -> UUID:
    """Return the lowest id that can be created at ``at``, for walking through rows by time."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def parse_id(value: object, thing: str) -> UUID:
    """Return ``value`` as a UUID.

    Raises:
        NotFound: if it is not a UUID, since then no ``thing`` can have it.
    """
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        raise NotFound(thing) from None
