"""Parameters and fields with the id of a thing: text in the request, a UUID from here on."""

from typing import Any
from uuid import UUID

from fastapi import Path
from pydantic import BeforeValidator

from rxapp.core.ids import ID_LIMIT, parse_id

EXAMPLE = "019b76da-a800-7000-8000-000000000001"


def _short(value: Any) -> str | UUID:
    if isinstance(value, UUID) or (isinstance(value, str) and len(value) <= ID_LIMIT):
        return value
    raise ValueError("this is not an id")


def named(thing: str) -> BeforeValidator:
    """Return the validator of an id in a body; text that is not an id is no ``thing``: 404."""
    return BeforeValidator(lambda value: parse_id(_short(value), thing))


def named_or_none(thing: str) -> BeforeValidator:
    """Like :func:`named`, for an id that may be left out; an empty text counts as left out."""
    return BeforeValidator(lambda value: parse_id(_short(value), thing) if value else None)


def id_of(thing: str) -> tuple[Any, ...]:
    """Return what declares a path parameter, a UUID, as the id of such a thing."""
    read = BeforeValidator(lambda value: parse_id(value, thing))
    return read, Path(description=f"The `id` of the {thing}", examples=[EXAMPLE])
