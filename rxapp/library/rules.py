"""Rules of the library for authors."""

from enum import StrEnum


class Name(StrEnum):
    """Names by which people find trees, and which can be renamed in all trees at once."""

    CATEGORY = "category"
    TAG = "tag"
