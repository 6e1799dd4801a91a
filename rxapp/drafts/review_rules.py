"""Who has changed a draft since its last version, and so may not publish it."""

from uuid import UUID

Authors = dict[str, bool]
"""Who changed something; False if their changes were discarded, which can be undone."""


def with_author(authors: Authors, user_id: UUID) -> Authors:
    """Return the authors after somebody has changed the draft."""
    return {**authors, user_id.hex: True}


def discarded(authors: Authors) -> Authors:
    """Return the authors after the draft was discarded: it has nobody's changes."""
    return dict.fromkeys(authors, False)


def taken_back(authors: Authors) -> Authors:
    """Return the authors after an undo, which may bring discarded changes back."""
    return dict.fromkeys(authors, True)


def is_author(authors: Authors, user_id: UUID) -> bool:
    """Return whether the draft has changes of this person."""
    return authors.get(user_id.hex, False)


def author_ids(authors: Authors) -> list[UUID]:
    """Return the ids of everybody who has changes in the draft."""
    return [UUID(hexed) for hexed, counts in authors.items() if counts]
