"""What a tree may be. Pure: no database, no clock."""

from enum import StrEnum

KEY_LIMIT = 64
KEY_PATTERN = r"^[._-]*[A-Za-z0-9][A-Za-z0-9._-]*$"
TITLE_LIMIT = 200
LABEL_LIMIT = 120
BODY_LIMIT = 20_000
EXPECTED_LIMIT = 5_000
COMMAND_LIMIT = 5_000
DESCRIPTION_LIMIT = 2_000
CATEGORY_LIMIT = 60
TAG_LIMIT = 40
TAGS_EACH = 20
VERSION_NOTE_LIMIT = 1_000
SEARCH_LIMIT = 200
STARTER_LIMIT = 64
DIGEST_LENGTH = 32
"""How long the texts of a tree, of a version and of a search may be, how many tags a tree has,
how long what it remembers of a starter is, and what the key of a step or an option looks like."""

COUNTED = 1_000
"""Up to how many trees that a search finds are counted."""

FEWEST_SYNONYMS = 2
SYNONYMS_EACH = 20
SYNONYM_GROUPS = 300
"""How many expressions a group of synonyms may have, and how many groups an account."""


class TreeStatus(StrEnum):
    """Whether a tree can be started. Archived and deleted ones can be restored.

    Sessions on a tree go on whatever happens to it.
    """

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"


IN_USE = (TreeStatus.DRAFT, TreeStatus.PUBLISHED)
"""The trees that authors work on."""


class Show(StrEnum):
    """Which trees of the library a list shows.

    Drafts are trees that were never published and those with unpublished changes. Due are published
    trees whose review date has come, and mine are those that the reader owns.
    """

    PUBLISHED = "published"
    DRAFTS = "drafts"
    ARCHIVED = "archived"
    DUE = "due"
    MINE = "mine"
    DELETED = "deleted"


def found_words(shown: int, total: int) -> str:
    """Return in words how many trees a search found, and how many of them are shown."""
    if shown < total:
        all_of_them = f"more than {COUNTED:,}" if total > COUNTED else f"{total:,}"
        return f"Showing {shown} of {all_of_them} trees"
    return f"{shown} {'tree' if shown == 1 else 'trees'} found"


def show_of(value: str) -> Show:
    """Return which trees an address asks for; the published ones if it says nothing known."""
    return Show(value) if value in set(Show) else Show.PUBLISHED
