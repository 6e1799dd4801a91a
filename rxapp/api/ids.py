"""Parameters and fields that name a thing by its id: text outside, a UUID from here on."""

from typing import Any
from uuid import UUID

from fastapi import Path
from pydantic import BeforeValidator

from rxapp.core.ids import parse_id

ID_LIMIT = 64
"""How long a text may be that is an id, or is none: whatever is longer is a mistake."""

EXAMPLE = "019b76da-a800-7000-8000-000000000001"


def _short(value: Any) -> str | UUID:
    if isinstance(value, UUID) or (isinstance(value, str) and len(value) <= ID_LIMIT):
        return value
    raise ValueError("this is no id")


def named(thing: str) -> BeforeValidator:
    """Return what reads an id in a body: a text that is none names no ``thing``, which is 404."""
    return BeforeValidator(lambda value: parse_id(_short(value), thing))


def named_or_none(thing: str) -> BeforeValidator:
    """As :func:`named`, of what may be left out; an empty text is left out as well."""
    return BeforeValidator(lambda value: parse_id(_short(value), thing) if value else None)


def id_of(thing: str) -> tuple[Any, ...]:
    """Return what declares a path's parameter, a UUID, as the id of such a thing."""
    read = BeforeValidator(lambda value: parse_id(value, thing))
    return read, Path(description=f"The `id` of the {thing}", examples=[EXAMPLE])
