"""REST: guided sessions."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from rxapp.access.actor import Actor
from rxapp.api.auth import CurrentActor
from rxapp.api.paging import Cursor, Limit
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.sessions import hold_service, list_queries, queries, service, text_service
from rxapp.sessions.export import export
from rxapp.sessions.views import SessionPage, SessionRecord, StepView

router = APIRouter(prefix="/sessions", tags=["sessions"])

_TEXT = 20_000


class StartBody(BaseModel):
    """What a session starts with."""

    tree_id: str = Field(max_length=64)
    ticket_number: str | None = Field(None, max_length=80)
    client_name: str | None = Field(None, max_length=120)


class UpdateBody(BaseModel):
    """What surrounds the walk; a field that is left out stays as it is."""

    ticket_number: str | None = Field(None, max_length=80)
    client_name: str | None = Field(None, max_length=120)
    scratchpad: str | None = Field(None, max_length=_TEXT)
    note: str | None = Field(None, max_length=_TEXT)


class StepBody(BaseModel):
    """The answer to step ``seq``. Sending it again is harmless."""

    option: str = Field(max_length=64)
    note: str | None = Field(None, max_length=_TEXT)
    seq: int = Field(ge=1, le=2**31 - 1)


class BackBody(BaseModel):
    """With ``seq``, going back happens only from that step, so a repeat is harmless."""

    seq: int | None = Field(None, ge=1, le=2**31 - 1)


class CompleteBody(BaseModel):
    """How the session ended."""

    outcome: str = Field(max_length=16, examples=["resolved", "workaround", "not_resolved"])
    outcome_notes: str = Field("", max_length=_TEXT)
    next_steps: str = Field("", max_length=_TEXT)


class ExportBody(BaseModel):
    """Which format the ticket note takes."""

    format: str = Field(max_length=16, examples=["markdown", "text", "html", "json"])


class OptionJson(BaseModel):
    """An answer that can be given."""

    key: str
    label: str


class NodeJson(BaseModel):
    """The node that the session stands at."""

    key: str
    kind: str
    title: str
    body: str
    command: str
    expected: str
    ending: str | None
    options: list[OptionJson]


class SessionJson(BaseModel):
    """A session: where it stands and every step that led there."""

    id: str
    status: str
    tree_id: str
    tree_title: str
    version: int
    seq: int
    ticket_number: str
    client_name: str
    scratchpad: str
    note: str
    started_by: str
    started_at: str
    holder: str
    held_until: str
    completed_at: str
    completed_by: str
    seconds: int
    outcome: str
    outcome_notes: str
    next_steps: str
    current_node: NodeJson
    steps: list[StepView]


def _json(record: SessionRecord) -> SessionJson:
    node = record.node
    ending: str | None = "escalate" if node.escalate_end else "solved"
    return SessionJson(
        **{name: getattr(record, name) for name in _SAME},
        note=record.draft_note,
        current_node=NodeJson(
            key=node.key,
            kind=node.kind,
            title=node.title,
            body=node.body,
            command=node.command,
            expected=node.expected,
            ending=ending if node.kind == "solution" else None,
            options=[OptionJson(key=each.key, label=each.label) for each in node.options],
        ),
        steps=record.steps,
    )


_SAME = SessionJson.model_fields.keys() - {"note", "current_node", "steps"}


async def _after(write: Any, actor: Actor, session_id: str, **values: Any) -> SessionJson:
    """Write, then answer with the session as it stands in the same transaction."""

    def both(db: DbSession) -> SessionRecord:
        write(db, actor, session_id, **values)
        return queries.record(db, actor, session_id)

    return _json(await database.run(both))


@router.post("", status_code=201)
async def start_session(actor: CurrentActor, body: StartBody) -> SessionJson:
    """Start a session at the first node of the tree's newest version."""

    def both(db: DbSession) -> SessionRecord:
        session_id = service.start(
            db,
            actor,
            body.tree_id,
            ticket_number=body.ticket_number or "",
            client_name=body.client_name or "",
        )
        return queries.record(db, actor, session_id)

    return _json(await database.run(both))


@router.get("")
async def list_sessions(
    actor: CurrentActor, status: str | None = None, cursor: Cursor = None, limit: Limit = 50
) -> SessionPage:
    """The caller's sessions, the account's for engineers up; the last touched first."""
    return await database.read(
        list_queries.session_rows, actor, status=status, cursor=cursor, limit=limit
    )


@router.get("/{session_id}")
async def get_session(actor: CurrentActor, session_id: str) -> SessionJson:
    """One session with its steps."""
    return _json(await database.read(queries.record, actor, session_id))


@router.put("/{session_id}")
async def update_session(actor: CurrentActor, session_id: str, body: UpdateBody) -> SessionJson:
    """Change ticket number, client, scratchpad or the note of the step being answered."""
    return await _after(text_service.update_details, actor, session_id, **body.model_dump())


@router.post("/{session_id}/steps")
async def answer_step(actor: CurrentActor, session_id: str, body: StepBody) -> SessionJson:
    """Answer the step ``seq``. The same answer again changes nothing."""
    return await _after(
        service.answer,
        actor,
        session_id,
        option_key=body.option,
        seq=body.seq,
        note=body.note,
    )


@router.post("/{session_id}/back")
async def go_back(
    actor: CurrentActor, session_id: str, body: BackBody | None = None
) -> SessionJson:
    """Go back to the step before; this is recorded too."""
    return await _after(service.back, actor, session_id, seq=body.seq if body else None)


@router.post("/{session_id}/complete")
async def complete_session(actor: CurrentActor, session_id: str, body: CompleteBody) -> SessionJson:
    """End the session; an escalation that it stands under is resolved with it."""
    return await _after(hold_service.complete, actor, session_id, **body.model_dump())


@router.post("/{session_id}/export", response_class=Response)
async def export_session(actor: CurrentActor, session_id: str, body: ExportBody) -> Response:
    """The ticket note, also of a session in progress."""
    note = export(await database.read(queries.record, actor, session_id), body.format)
    disposition = f'attachment; filename="{note.filename}"'
    return Response(
        note.text, media_type=note.media_type, headers={"Content-Disposition": disposition}
    )
