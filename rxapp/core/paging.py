"""Keyset cursors: opaque to the client, the sort key of the last row inside."""

import base64
import json

from rxapp.core.errors import Invalid

CURSOR_LIMIT = 1_000


def encode_cursor(*parts: str) -> str:
    """Return an opaque cursor that holds ``parts``."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, size: int) -> list[str]:
    """Return the ``size`` parts of a cursor.

    Raises:
        Invalid: if it was not made by :func:`encode_cursor` with as many parts.
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
        json.dumps(parts, ensure_ascii=False).encode()  # refuses half a character
    except ValueError:
        raise Invalid("This cursor is not valid. Start again without it.", field="cursor") from None
    return parts
