"""What screens and the API show of sessions. Durations are in seconds."""

from dataclasses import dataclass, field
from uuid import UUID

from rxapp.core.moments import Moment
from rxapp.sessions.rules import Outcome, SessionStatus, StepKind
from rxapp.trees.document import NodeKind


@dataclass(frozen=True, slots=True)
class OptionView:
    """An answer that can be chosen; ``hotkey`` is its number, or empty past the ninth."""

    key: str
    label: str
    hotkey: str


@dataclass(frozen=True, slots=True)
class CommandView:
    """Lines to copy in one go; ``label`` may be empty if the node has only one command."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class NodeView:
    """The current node of a session."""

    key: str
    kind: NodeKind
    title: str
    body: str
    commands: list[CommandView]
    expected: str
    options: list[OptionView]
    escalate_end: bool


@dataclass(frozen=True, slots=True)
class Crumb:
    """One answered step on the path; ``seq`` numbers it in the record."""

    seq: int
    title: str
    answer: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """One person's note on a step, and when they last changed it."""

    user_id: UUID
    user: str
    text: str
    written_at: Moment
    revision: int


@dataclass(frozen=True, slots=True)
class Revisions:
    """How often each shared text has been changed; a save is based on one of these."""

    ticket_number: int
    client_name: int
    scratchpad: int


@dataclass(frozen=True, slots=True)
class TextView:
    """A text as the server has it now. If it was merged, it contains more than was sent."""

    text: str
    revision: int


@dataclass(frozen=True, slots=True)
class SessionTexts:
    """A session's texts, for the tabs that watch it."""

    ticket_number: str
    client_name: str
    scratchpad: str
    revisions: Revisions
    seq: int
    notes: list[NoteView]


@dataclass(frozen=True, slots=True)
class SessionHead:
    """What the runner shows beside the node; the same for every viewer.

    People have worked on it for ``worked_before`` seconds, plus the time since ``turn_began_at``,
    when the current holder began; it is None while nobody holds it.
    """

    id: UUID
    status: SessionStatus
    tree_id: UUID
    tree_title: str
    version: int
    seq: int
    started_at: Moment
    worked_before: int
    turn_began_at: Moment | None
    started_by_id: UUID
    started_by: str
    holder_id: UUID | None
    holder: str
    held_until: Moment | None
    outcome: Outcome | None
    completed_at: Moment | None


@dataclass(frozen=True, slots=True)
class RunnerView:
    """Everything that is needed to rebuild the runner."""

    head: SessionHead
    node: NodeView
    crumbs: list[Crumb]
    texts: SessionTexts


@dataclass(frozen=True, slots=True)
class Answered:
    """The result of an answer: the next node, and the step that was answered."""

    seq: int
    node: NodeView
    crumb: Crumb
    held_until: Moment | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class StepView:
    """One recorded step, with who did it and how long they worked on it."""

    seq: int
    kind: StepKind
    node_key: str
    node_title: str
    node_kind: NodeKind
    commands: list[CommandView]
    option_key: str
    answer: str
    to_node: str
    notes: list[NoteView]
    user_id: UUID
    user: str
    entered_at: Moment
    left_at: Moment
    seconds: int


@dataclass(frozen=True, slots=True)
class Segment:
    """The consecutive steps that one person worked on, and how long that took.

    A step that was handed over halfway belongs to both people.
    """

    user_id: UUID
    user: str
    first_seq: int
    last_seq: int
    seconds: int


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """The whole case: what an export, the API and a senior's package show.

    The ``seconds`` from start to end are the sum of ``work_seconds`` (somebody held it),
    ``queue_seconds`` (it waited for a senior) and ``parked_seconds``. ``time_zone`` is the
    account's.
    """

    id: UUID
    status: SessionStatus
    tree_id: UUID
    tree_title: str
    version: int
    seq: int
    updated_at: Moment
    ticket_number: str
    client_name: str
    started_by_id: UUID
    started_by: str
    started_at: Moment
    completed_at: Moment | None
    completed_by: str
    seconds: int
    work_seconds: int
    queue_seconds: int
    parked_seconds: int
    time_zone: str
    outcome: Outcome | None
    outcome_label: str
    outcome_notes: str
    next_steps: str
    scratchpad: str
    scratchpad_by: str
    scratchpad_at: Moment | None
    revisions: Revisions
    notes: list[NoteView]
    holder: str
    held_until: Moment | None
    node: NodeView
    node_seconds: int
    steps: list[StepView]
    segments: list[Segment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in a list."""

    id: UUID
    status: SessionStatus
    tree_id: UUID
    tree_title: str
    ticket_number: str
    client_name: str
    node_title: str
    seq: int
    started_by: str
    holder: str
    started_at: Moment
    updated_at: Moment
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A page of sessions; ``next_cursor`` is None on the last one."""

    items: list[SessionRow]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Export:
    """A finished ticket note: the text, its media type and a file name."""

    text: str
    media_type: str
    filename: str
