"""What a tree may be. Pure: no database, no clock."""

from enum import StrEnum

from rxapp.core.errors import Invalid

KEY_LIMIT = 64
TITLE_LIMIT = 200
LABEL_LIMIT = 120
BODY_LIMIT = 20_000
EXPECTED_LIMIT = 5_000
COMMAND_LIMIT = 5_000
DESCRIPTION_LIMIT = 2_000
CATEGORY_LIMIT = 60
TAG_LIMIT = 40
TAGS_EACH = 20
SEARCH_LIMIT = 200
"""How long the texts of a tree and of a search may be, and how many tags a tree has."""


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
