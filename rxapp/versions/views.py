"""What screens and the API show of versions and their differences."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from rxapp.core.moments import Moment
from rxapp.trees.document import Document, NodeKind


@dataclass(frozen=True, slots=True)
class RunningVersion:
    """How many open sessions run a version, and how many are at a step that the draft removes."""

    number: int
    sessions: int
    on_removed_steps: int


@dataclass(frozen=True, slots=True)
class Impact:
    """What publishing the draft would mean for open sessions; they keep their version."""

    sessions: int
    on_removed_steps: int
    versions: list[RunningVersion]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A published version. ``published_by`` is empty where ResolutionFlow itself published it."""

    number: int
    title: str
    note: str
    steps: int
    published_by_id: UUID | None
    published_by: str
    published_at: Moment


@dataclass(frozen=True, slots=True)
class HistoryHead:
    """A tree with the number of its newest version, and the revision of its draft."""

    title: str
    newest: int
    revision: int
    is_changed: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A page of versions, newest first; ``next_cursor`` is None on the last one."""

    items: list[VersionView]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class VersionDetail:
    """A version with its document."""

    number: int
    title: str
    note: str
    steps: int
    published_by_id: UUID | None
    published_by: str
    published_at: Moment
    document: Document


@dataclass(frozen=True, slots=True)
class StepName:
    """A step, named: its key and title. ``title`` is empty where there is no such step."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class CommandText:
    """A command of a step; the only one needs no label."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class OptionText:
    """An option with the title of the step that it leads to, empty where there is none."""

    key: str
    label: str
    to: str
    to_title: str


@dataclass(frozen=True, slots=True)
class StepText:
    """A whole step, for readers."""

    key: str
    kind: NodeKind
    title: str
    body: str
    commands: list[CommandText]
    expected: str
    options: list[OptionText]
    ending: str | None


@dataclass(frozen=True, slots=True)
class StepPage:
    """Steps of a version in walking order; ``has_more``: ask again after those that came."""

    number: int
    title: str
    steps: int
    items: list[StepText]
    has_more: bool


class Piece(StrEnum):
    """What became of a piece of a text."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A run of a text; the kept and removed ones make the old text, kept and added the new one."""

    kind: Piece
    text: str


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A field that changed. ``pieces`` is empty where it is no text."""

    field: str
    before: Any
    after: Any
    pieces: list[TextPiece]


@dataclass(frozen=True, slots=True)
class OptionDiff:
    """An option that was added (no ``before``), removed (no ``after``) or changed."""

    key: str
    before: OptionText | None
    after: OptionText | None


class StepDiffKind(StrEnum):
    """What happened to a step."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class StepDiff:
    """What became of a step: ``step`` is the whole one that was added or removed.

    ``order`` is the labels of its options in their new order, None if that is as it was.
    """

    kind: StepDiffKind
    key: str
    title: str
    step: StepText | None
    fields: list[FieldDiff]
    options: list[OptionDiff]
    order: list[str] | None


@dataclass(frozen=True, slots=True)
class StartDiff:
    """The step that a tree started with, and the one that it starts with now."""

    before: StepName
    after: StepName


@dataclass(frozen=True, slots=True)
class DiffPage:
    """What leads from one version to another; ``new`` is None for the draft.

    ``revision`` is that of the draft. The three counts are of steps, ``items`` some of them:
    ``has_more`` says to ask again after those that came. ``head`` is what changed of the tree's
    title, description, category and tags. From the draft to a starter's update, ``old`` is 0.
    """

    old: int
    new: int | None
    revision: int
    changed: int
    added: int
    removed: int
    head: list[FieldDiff]
    start: StartDiff | None
    items: list[StepDiff]
    has_more: bool


class AnswerFate(StrEnum):
    """What happened to an answer. One that moved leads elsewhere now, and left where it led."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    RELABELLED = "relabelled"
    MOVED = "moved"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class DrawnAnswer:
    """An answer in a drawn comparison; ``before`` is its old label, empty if it is new."""

    key: str
    label: str
    to: str
    fate: AnswerFate
    before: str


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """A step in a drawn comparison: ``at`` is its place in the list of differences.

    Both are None for a step that did not change.
    """

    key: str
    kind: NodeKind
    title: str
    fate: StepDiffKind | None
    at: int | None
    answers: list[DrawnAnswer]


@dataclass(frozen=True, slots=True)
class DrawnTree:
    """Two states of a tree in one: the steps as they are now, then those that are gone."""

    start: str
    revision: int
    steps: list[DrawnStep]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A request for a review: who asks, when, and the note for the version."""

    by_id: UUID
    by: str
    at: Moment
    note: str


@dataclass(frozen=True, slots=True)
class ReviewNews:
    """What a page that is read before publishing is told: the newest version, and who asks."""

    newest: int
    review: ReviewView | None


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding of lint with the title of its step, empty where it is about the tree."""

    node: str
    title: str
    message: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class PublishView:
    """What is read before publishing. ``revision`` is the draft's, ``newest`` 0 without a version.

    ``findings`` are the first ones; ``errors`` and ``warnings`` count all. ``is_mine``: changes of
    the actor are in the draft. ``reviewers`` counts the others who could publish it.
    """

    title: str
    revision: int
    newest: int
    is_changed: bool
    steps: int
    impact: Impact
    findings: list[FindingLine]
    errors: int
    warnings: int
    needs_second_person: bool
    is_mine: bool
    authors: list[str]
    reviewers: int
    review: ReviewView | None
