"""The bodies of requests and answers about sessions."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from rxapp.api.ids import named
from rxapp.core.columns import LARGEST_INT
from rxapp.core.moments import Moment
from rxapp.sessions.export import ExportFormat
from rxapp.sessions.rules import CLIENT_LIMIT, NOTE_LIMIT, TICKET_LIMIT, Outcome, SessionStatus
from rxapp.sessions.views import CommandView, NoteView, Revisions, SessionRecord, StepView
from rxapp.trees.document import NodeKind
from rxapp.trees.rules import KEY_LIMIT


class StartBody(BaseModel):
    """A session to start."""

    tree_id: Annotated[UUID, named("tree")] = Field(
        description="The `id` of a published tree",
        examples=["019b76da-a800-7000-8000-000000000003"],
    )
    ticket_number: str | None = Field(
        None,
        max_length=TICKET_LIMIT,
        description="The number in your ticket system",
        examples=["T-1042"],
    )
    client_name: str | None = Field(
        None,
        max_length=CLIENT_LIMIT,
        description="Who has the problem",
        examples=["Dental practice"],
    )


class UpdateBody(BaseModel):
    """The session's own texts; a field that is left out stays as it is."""

    ticket_number: str | None = Field(
        None, max_length=TICKET_LIMIT, description="The number in your ticket system"
    )
    client_name: str | None = Field(
        None, max_length=CLIENT_LIMIT, description="Who has the problem"
    )
    scratchpad: str | None = Field(
        None,
        max_length=NOTE_LIMIT,
        description="Kept with the session; not part of a step",
        examples=["Call back after 3 pm"],
    )
    note: str | None = Field(
        None, max_length=NOTE_LIMIT, description="The caller's note on the step being answered"
    )


class TextBody(BaseModel):
    """One text, and what it is based on. Without ``base`` it replaces whatever there is."""

    text: str = Field(
        max_length=NOTE_LIMIT, description="The new text", examples=["Call back after 3 pm"]
    )
    seq: int | None = Field(
        None,
        ge=1,
        le=LARGEST_INT,
        description="The step of a `note`; if left out, the one being answered",
    )
    base: int | None = Field(
        None,
        ge=0,
        le=LARGEST_INT,
        description="The `revision` that was changed. If it is no longer the newest one, both"
        " texts are merged, or the change is refused with 409 and the newest one in `current`.",
    )
    was: str | None = Field(
        None,
        max_length=NOTE_LIMIT,
        description="The text at `base`; two changes can only be merged if it is given",
    )


class PageTextBody(TextBody):
    """What a page sends; it also says who typed the text, since somebody else may sign in."""

    session_id: Annotated[UUID, named("session")]
    writer: Annotated[UUID, named("member")]


class StepBody(BaseModel):
    """The answer to step ``seq``. Sending it again is harmless."""

    option: str = Field(max_length=KEY_LIMIT, examples=["yes"], description="The option's key")
    note: str | None = Field(
        None,
        max_length=NOTE_LIMIT,
        examples=["Restarted the spooler"],
        description="The caller's note on the step; if left out, it stays as it is",
    )
    seq: int = Field(ge=1, le=LARGEST_INT, description="The `seq` that the session stands at")


class BackBody(BaseModel):
    """With ``seq``, it only goes back from that step, so a repeat is harmless."""

    seq: int | None = Field(
        None, ge=1, le=LARGEST_INT, description="The `seq` that the session stands at"
    )


class CompleteBody(BaseModel):
    """How the session ended."""

    outcome: str = Field(description="How it ended", json_schema_extra={"enum": list(Outcome)})
    outcome_notes: str = Field("", max_length=NOTE_LIMIT, description="What the cause was")
    next_steps: str = Field("", max_length=NOTE_LIMIT, description="What is left to do")


class ExportBody(BaseModel):
    """The format of the ticket note."""

    format: str = Field(
        description="The format of the note",
        json_schema_extra={"enum": list(ExportFormat)},
    )


class OptionJson(BaseModel):
    """An answer that can be given."""

    key: str
    label: str


class NodeJson(BaseModel):
    """The node that the session stands at."""

    key: str
    kind: NodeKind
    title: str
    body: str
    commands: list[CommandView]
    expected: str
    ending: str | None
    options: list[OptionJson]


class SessionJson(BaseModel):
    """A session: where it stands and every step that led there.

    The `seconds` from start to end are the sum of `work_seconds` (somebody held it),
    `queue_seconds` (it waited for a senior) and `parked_seconds`. A step has the seconds that its
    user worked on it.
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
    scratchpad: str
    scratchpad_by: str
    scratchpad_at: Moment | None
    revisions: Revisions
    notes: list[NoteView]
    started_by: str
    started_at: Moment
    holder: str
    held_until: Moment | None
    completed_at: Moment | None
    completed_by: str
    seconds: int
    work_seconds: int
    queue_seconds: int
    parked_seconds: int
    outcome: Outcome | None
    outcome_notes: str
    next_steps: str
    current_node: NodeJson
    steps: list[StepView]


def session_json(record: SessionRecord) -> SessionJson:
    """Return the session as REST answers with it."""
    node = record.node
    ending: str | None = "escalate" if node.escalate_end else "solved"
    return SessionJson(
        **{name: getattr(record, name) for name in _SAME},
        current_node=NodeJson(
            key=node.key,
            kind=node.kind,
            title=node.title,
            body=node.body,
            commands=node.commands,
            expected=node.expected,
            ending=ending if node.kind is NodeKind.SOLUTION else None,
            options=[OptionJson(key=each.key, label=each.label) for each in node.options],
        ),
        steps=record.steps,
    )


_SAME = SessionJson.model_fields.keys() - {"current_node", "steps"}
