"""What screens and the API show of trees."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from rxapp.core.moments import Moment
from rxapp.trees.document import Document
from rxapp.trees.rules import TreeStatus


@dataclass(frozen=True, slots=True)
class TreeCard:
    """A tree in a list. ``steps`` counts its nodes.

    ``has_changes`` and ``has_update``, a newer release of the starter that the tree came from, are
    for those who write trees; readers see False.
    """

    id: UUID
    title: str
    description: str
    category: str
    tags: list[str]
    version: int
    steps: int
    updated_at: Moment
    status: TreeStatus = TreeStatus.PUBLISHED
    owner_id: UUID | None = None
    owner: str = ""
    review_on: date | None = None
    is_due: bool = False
    has_changes: bool = False
    has_update: bool = False


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """A category and how many published trees it has."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class StarterView:
    """A tree that this release ships; ``is_in_library``: a tree of the account came from it."""

    key: str
    title: str
    description: str
    category: str
    steps: int
    is_in_library: bool


@dataclass(frozen=True, slots=True)
class TreePage:
    """A page of trees; ``next_cursor`` is None on the last one."""

    items: list[TreeCard]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class FoundStep:
    """The step of a tree that has most words of a search, with the text around one of them."""

    tree_id: UUID
    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of trees that a search found; ``next_cursor`` is None on the last one.

    If asked for, ``found`` are the words that were found, as the trees write them. ``steps`` has
    one step of each tree whose title, tags and description do not have every word.
    """

    items: list[TreeCard]
    next_cursor: str | None
    found: list[str] = field(default_factory=list)
    steps: list[FoundStep] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """The version that a session keeps, with its parsed document."""

    tree_id: UUID
    version_id: UUID
    number: int
    title: str
    document: Document
