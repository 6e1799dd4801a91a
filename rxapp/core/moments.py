"""Moments as they are sent to API clients and browsers: ISO 8601 text in UTC; None is null."""

from datetime import datetime
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema


def text_of(moment: datetime) -> str:
    """Return the moment as ISO 8601 text."""
    return moment.isoformat()


Moment = Annotated[
    datetime,
    PlainSerializer(text_of, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment in a view; one that may still be to come is ``Moment | None``."""
