"""Rules of versions."""

from rxapp.core.errors import Invalid
from rxapp.trees.rules import VERSION_NOTE_LIMIT


def clean_note(note: str) -> str:
    """Return the note of a version without spaces around it.

    Raises:
        Invalid: if it is too long.
    """
    cleaned = note.strip()
    if len(cleaned) > VERSION_NOTE_LIMIT:
        raise Invalid(f"A note may have at most {VERSION_NOTE_LIMIT:,} characters.", field="note")
    return cleaned
