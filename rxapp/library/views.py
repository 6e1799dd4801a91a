"""What screens and the API show of the library to authors."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AuthorChoice:
    """Somebody who can own a tree."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Usage:
    """How many sessions ran a tree, and how many of them are open."""

    sessions: int
    open_sessions: int


@dataclass(frozen=True, slots=True)
class NameCount:
    """A category or tag, and how many trees have it, live or in their draft."""

    name: str
    trees: int


@dataclass(frozen=True, slots=True)
class StarterUpdate:
    """What this release offers to a tree that came from a starter.

    ``revision`` is that of the draft, and ``has_changes`` whether it has unpublished ones.
    ``is_own``: the account has changed the tree since it came from the starter.
    """

    tree_id: UUID
    title: str
    starter: str
    starter_title: str
    revision: int
    has_changes: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Expressions that searches in the account take for the same."""

    id: UUID
    expressions: list[str]
