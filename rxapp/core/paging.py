"""Keyset cursors: opaque to the client; they contain the sort key of the last row."""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as DbSession

from rxapp.core.errors import Invalid

CURSOR_LIMIT = 1_000


def encode_cursor(*parts: str) -> str:
    """Return an opaque cursor that holds ``parts``."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _no_cursor() -> Invalid:
    return Invalid("This cursor is not valid. Start again without it.", field="cursor")


def decode_cursor(cursor: str, size: int) -> list[str]:
    """Return the ``size`` parts of a cursor.

    Raises:
        Invalid: if it was not made by :func:`encode_cursor` with that many parts.
    """
    try:
        if len(cursor) > CURSOR_LIMIT:
            raise ValueError
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not isinstance(parts, list) or len(parts) != size:
            raise ValueError
        if not all(isinstance(part, str) and "\x00" not in part for part in parts):
            raise ValueError
        json.dumps(parts, ensure_ascii=False).encode()  # refuses lone surrogates
    except ValueError:
        raise _no_cursor() from None
    return parts


def page(
    db: DbSession,
    query: Select[*tuple[Any, ...]],
    *by: InstrumentedAttribute[Any],
    cursor: str | None,
    limit: int,
    newest_first: bool = False,
    values: Mapping[str, Any] | None = None,
) -> tuple[Sequence[Row[*tuple[Any, ...]]], str | None]:
    """Return the next ``limit`` rows and the cursor of the page after them, None on the last page.

    ``by`` are the columns to sort by; the last one is unique. The cursor holds their values in the
    last row. ``values`` are the values of the query's own parameters.

    Raises:
        Invalid: if the cursor is not one of ours.
    """
    if cursor:
        after = [
            _value(key, part) for key, part in zip(by, decode_cursor(cursor, len(by)), strict=True)
        ]
        query = query.where(_beyond(by, after, newest_first=newest_first))
    keys = [key.label(f"page_key_{number}") for number, key in enumerate(by)]
    order = [key.desc() if newest_first else key.asc() for key in by]
    found = db.execute(
        query.add_columns(*keys).order_by(*order).limit(limit + 1), values or {}
    ).all()
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    parts = [_part(getattr(last, key.name)) for key in keys]
    return found[:limit], encode_cursor(*parts)


def _beyond(
    by: Sequence[InstrumentedAttribute[Any]], after: Sequence[Any], *, newest_first: bool
) -> ColumnElement[bool]:
    key, value = by[0], after[0]
    is_beyond = key < value if newest_first else key > value
    if len(by) == 1:
        return is_beyond
    return or_(is_beyond, and_(key == value, _beyond(by[1:], after[1:], newest_first=newest_first)))


def id_in(part: str) -> UUID:
    """Return the id that a part of a cursor holds.

    Raises:
        Invalid: if it holds none.
    """
    try:
        return UUID(part)
    except ValueError:
        raise _no_cursor() from None


def _part(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _value(key: InstrumentedAttribute[Any], part: str) -> Any:
    """Return a part of a cursor as a value of its column."""
    kind = key.type.python_type
    if issubclass(kind, UUID):
        return id_in(part)
    try:
        if issubclass(kind, datetime):
            return datetime.fromisoformat(part).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_cursor() from None
    return part
