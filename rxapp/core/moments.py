"""Moments as views hold them: ISO 8601 text in UTC. In JSON what has not happened yet is null."""

from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

_TEXT = {"type": "string", "format": "date-time"}


def _or_null(value: str) -> str | None:
    return value or None


Moment = Annotated[str, WithJsonSchema(_TEXT)]
"""A moment that has come or is set."""

MaybeMoment = Annotated[
    str,
    PlainSerializer(_or_null, return_type=str | None),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "null"}]}),
]
"""A moment that may not have come yet: an empty text in a view, null in JSON."""
