"""Answers that are files."""

from typing import Any

NAMED_FILE: dict[str, Any] = {
    "Content-Disposition": {
        "description": "`attachment` with a name for the file",
        "required": True,
        "schema": {"type": "string", "pattern": "^attachment; filename="},
    }
}
"""The header of each answer that is a file."""


def file_of(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a route whose answer is a file."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": description, "content": content, "headers": NAMED_FILE}}
