"""What screens and the API show of drafts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rxapp.core.moments import Moment
from rxapp.drafts.rules import OperationKind
from rxapp.trees.document import Document
from rxapp.trees.finding_rules import Code, Severity
from rxapp.trees.views import TreeCard


@dataclass(frozen=True, slots=True)
class TreeRecord:
    """A tree with its documents, as people who write trees see it; readers see no draft."""

    card: TreeCard
    revision: int
    document: Document | None
    draft: Document | None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where somebody placed a step on the canvas, in pixels from its middle."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class DraftView:
    """A whole draft. ``based_on`` is the number of the version that it started from, if any.

    Without changes, it has that version's document. ``positions`` has the steps that somebody
    placed.
    """

    tree_id: UUID
    revision: int
    based_on: int | None
    is_changed: bool
    title: str
    description: str
    category: str
    tags: list[str]
    document: Document
    positions: dict[str, Placed]
    updated_at: Moment


@dataclass(frozen=True, slots=True)
class DraftRows:
    """A draft for the editor: the fields of the tree with ``start``, and every step.

    Steps are as the rows hold them, also with what their kind does not use, without a particular
    order; ``place`` gives it.
    """

    tree_id: UUID
    revision: int
    head: dict[str, Any]
    steps: list[dict[str, Any]]
    next_place: int


@dataclass(frozen=True, slots=True)
class DoneView:
    """An applied operation. ``was_merged``: others had changed another part of the same thing."""

    id: UUID
    revision: int
    was_merged: bool


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """The result of operations: the draft's revision, and the operations in the order sent."""

    revision: int
    operations: list[DoneView]


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation in a draft's log: its changes, and the changes that undo it."""

    id: UUID
    revision: int
    author_id: UUID
    author: str
    client: str
    kind: OperationKind
    changes: list[dict[str, Any]]
    undo: list[dict[str, Any]]
    at: Moment


@dataclass(frozen=True, slots=True)
class OperationPage:
    """Operations in order of their revisions; with ``has_more``, ask again after the last one."""

    revision: int
    items: list[OperationView]
    has_more: bool


@dataclass(frozen=True, slots=True)
class MendView:
    """What mends a finding: what a button says, and the changes to send as operations."""

    label: str
    changes: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FindingView:
    """One thing that lint found. ``node`` None: in the tree itself.

    With ``option`` (a key) or ``command`` (its place, from 0) it is about that part of the step;
    ``field`` is the field of the innermost of them, empty for all of it.
    """

    severity: Severity
    code: Code
    node: str | None
    option: str | None
    command: int | None
    field: str
    message: str
    mend: MendView | None


@dataclass(frozen=True, slots=True)
class DraftFindings:
    """What lint finds in a draft: how much in all, and the first of it, errors before warnings."""

    revision: int
    errors: int
    warnings: int
    items: list[FindingView]
