"""REST: guided sessions."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.api import etags
from rxapp.api.auth import READS, allowed
from rxapp.api.browser_actor import BrowserActor
from rxapp.api.etags import LOST_UPDATE, IfMatch, tagged
from rxapp.api.files import NAMED_FILE
from rxapp.api.idempotency import Creating
from rxapp.api.ids import id_of, named_or_none
from rxapp.api.paging import Cursor, Limit
from rxapp.api.problems import may
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.core.errors import Conflict
from rxapp.core.moments import text_of
from rxapp.sessions import hold_service, list_queries, queries, service, text_service
from rxapp.sessions.bodies_api import (
    BackBody,
    CompleteBody,
    ExportBody,
    PageTextBody,
    SessionJson,
    StartBody,
    StepBody,
    TextBody,
    UpdateBody,
    session_json,
)
from rxapp.sessions.export_service import export_note
from rxapp.sessions.rules import TICKET_LIMIT, SessionStatus
from rxapp.sessions.views import SessionPage, SessionRecord, TextView

router = APIRouter(prefix="/sessions", tags=["sessions"])
browser = APIRouter(prefix="/auth/browser", include_in_schema=False)

Technician = Annotated[Actor, allowed(Permission.RUN_SESSIONS)]
SessionId = Annotated[UUID, *id_of("session")]
TextName = Annotated[str, Path(description=f"One of {', '.join(text_service.TEXTS)}")]


def _answer(session: SessionJson) -> Response:
    # It already has the declared form, so it is sent without being checked again.
    return Response(
        session.model_dump_json(),
        media_type="application/json",
        headers=_tag(session.seq, text_of(session.updated_at)),
    )


def _tag(seq: int, updated_at: str) -> dict[str, str]:
    return {"ETag": etags.quoted(f"{seq}-{updated_at}")}


async def _after(
    write: Any, actor: Actor, session_id: UUID, *, if_match: str | None = None, **values: Any
) -> Response:
    """Write, then answer with the session as read in the same transaction."""

    def both(db: DbSession) -> SessionRecord:
        if if_match is not None:
            state = queries.locked_state(db, actor, session_id)
            etags.check(if_match, f"{state.seq}-{text_of(state.updated_at)}")
        write(db, actor, session_id, **values)
        return queries.record(db, actor, session_id)

    return _answer(session_json(await database.run(both)))


@router.post("", status_code=201, response_model=SessionJson, responses={**tagged(201), **may(404)})
async def start_session(actor: Technician, body: StartBody, creation: Creating) -> Response:
    """Start a session at the first node of the tree's newest version."""

    def work(db: DbSession) -> SessionJson:
        session_id = service.start(
            db,
            actor,
            body.tree_id,
            ticket_number=body.ticket_number or "",
            client_name=body.client_name or "",
        )
        return session_json(queries.record(db, actor, session_id))

    return await creation.run(
        actor, work, headers=lambda made: _tag(made["seq"], made["updated_at"])
    )


@router.get("", responses=may(404))
async def list_sessions(
    actor: Technician,
    status: Annotated[
        str | None, Query(description=f"One of {', '.join(SessionStatus)}; if left out, any")
    ] = None,
    tree_id: Annotated[
        UUID | None, named_or_none("tree"), Query(description="The `id` of a tree")
    ] = None,
    ticket_number: Annotated[
        str | None, Query(max_length=TICKET_LIMIT, description="The number, exactly as given")
    ] = None,
    mine: Annotated[bool, Query(description="Only the caller's own")] = False,
    updated_since: Annotated[
        datetime | None, Query(description="Only those that have changed since")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> SessionPage:
    """The caller's sessions or, for engineers and above, the account's; last changed first."""
    return await database.read(
        list_queries.session_rows,
        actor,
        status=status,
        tree_id=tree_id,
        ticket_number=ticket_number,
        only_mine=mine,
        updated_since=updated_since,
        cursor=cursor,
        limit=limit,
    )


@router.get("/{session_id}", response_model=SessionJson, responses=tagged())
async def get_session(actor: Technician, session_id: SessionId) -> Response:
    """One session with its steps."""
    return _answer(session_json(await database.read(queries.record, actor, session_id)))


@router.put("/{session_id}", response_model=SessionJson, responses={**tagged(), **LOST_UPDATE})
async def update_session(
    actor: Technician, session_id: SessionId, body: UpdateBody, if_match: IfMatch = None
) -> Response:
    """Change ticket number, client, scratchpad or the note on the step being answered."""
    return await _after(
        text_service.update_details, actor, session_id, if_match=if_match, **body.model_dump()
    )


@router.put("/{session_id}/texts/{name}", responses=may(409))
async def save_text(
    actor: Technician,
    session_id: SessionId,
    name: TextName,
    body: TextBody,
) -> TextView:
    """Save one text: `note`, `scratchpad`, `ticket_number` or `client_name`."""
    return await database.run(
        text_service.save_text, actor, session_id, name=name, **body.model_dump()
    )


@browser.put("/texts/{name}")
async def save_text_of_page(actor: BrowserActor, name: TextName, body: PageTextBody) -> TextView:
    """The same for the pages, where a text is only saved in the name of whoever typed it."""
    if body.writer != actor.user_id:
        raise Conflict("Somebody else is signed in here now. This text is not theirs.")
    values = body.model_dump(exclude={"writer", "session_id"})
    return await database.run(text_service.save_text, actor, body.session_id, name=name, **values)


@router.post(
    "/{session_id}/steps", response_model=SessionJson, responses={**tagged(), **LOST_UPDATE}
)
async def answer_step(
    actor: Technician, session_id: SessionId, body: StepBody, if_match: IfMatch = None
) -> Response:
    """Answer the step ``seq``. The same answer again changes nothing."""
    return await _after(
        service.answer,
        actor,
        session_id,
        if_match=if_match,
        option_key=body.option,
        seq=body.seq,
        note=body.note,
    )


@router.post(
    "/{session_id}/back", response_model=SessionJson, responses={**tagged(), **LOST_UPDATE}
)
async def go_back(
    actor: Technician, session_id: SessionId, body: BackBody | None = None, if_match: IfMatch = None
) -> Response:
    """Go back to the previous step; this is recorded too."""
    return await _after(
        service.back, actor, session_id, if_match=if_match, seq=body.seq if body else None
    )


@router.post(
    "/{session_id}/complete", response_model=SessionJson, responses={**tagged(), **LOST_UPDATE}
)
async def complete_session(
    actor: Technician, session_id: SessionId, body: CompleteBody, if_match: IfMatch = None
) -> Response:
    """Complete the session; if it is escalated, this resolves the escalation."""
    return await _after(
        hold_service.complete, actor, session_id, if_match=if_match, **body.model_dump()
    )


_EXAMPLES = {
    "text/markdown": "# Lamp stays dark\n\n1. **Is the lamp lit?** Yes\n",
    "text/plain": "Lamp stays dark\n\n1. Is the lamp lit? Yes\n",
    "text/html": "<h1>Lamp stays dark</h1>",
}
_NOTE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The ticket note in the requested format",
        "content": {
            **{
                media_type: {"schema": {"type": "string"}, "example": example}
                for media_type, example in _EXAMPLES.items()
            },
            "application/json": {
                "schema": {"type": "object"},
                "example": {"ticket_number": "T-1042", "steps": []},
            },
        },
        "headers": NAMED_FILE,
    }
}


@router.post(
    "/{session_id}/export",
    response_class=Response,
    responses=_NOTE,
    openapi_extra={READS: True},
)
async def export_session(actor: Technician, session_id: SessionId, body: ExportBody) -> Response:
    """The ticket note; a session in progress has one too."""
    note = await database.run(export_note, actor, session_id, format_name=body.format)
    disposition = f'attachment; filename="{note.filename}"'
    return Response(
        note.text, media_type=note.media_type, headers={"Content-Disposition": disposition}
    )
