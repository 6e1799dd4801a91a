"""What a tree may be. Pure: no database, no clock."""

from enum import StrEnum

from rxapp.core.errors import Invalid


class TreeStatus(StrEnum):
    """Whether a tree can be started. Deleted ones can be restored; sessions on them go on."""

    DRAFT = "draft"
    PUBLISHED = "published"
    DELETED = "deleted"


def clean_status(value: str) -> TreeStatus:
    """Return the status.

    Raises:
        Invalid: if there is no such one.
    """
    try:
        return TreeStatus(value)
    except ValueError:
        known = (TreeStatus.PUBLISHED, TreeStatus.DRAFT, TreeStatus.DELETED)
        raise Invalid(f"Choose a status: {', '.join(known)}.", field="status") from None
