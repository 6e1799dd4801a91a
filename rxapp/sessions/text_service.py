"""Writes about what is typed: the note of a step, ticket, client, scratchpad."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.core.errors import Conflict
from rxapp.sessions import queries
from rxapp.sessions.hold_service import change, check_holds
from rxapp.sessions.models import SessionStep
from rxapp.sessions.rules import (
    CLIENT_LIMIT,
    NOTE_LIMIT,
    TICKET_LIMIT,
    SessionStatus,
    clean_line,
    clean_text,
)


def save_note(db: DbSession, actor: Actor, session_id: object, *, seq: int, note: str) -> None:
    """Keep the note of step ``seq``: the one being answered, or one that was just left.

    Raises:
        NotFound: if there is no such session for the actor.
        Conflict: if the actor does not hold the session, or did not do that step.
        Invalid: if the note is too long.
    """
    session = queries.load(db, actor, session_id)
    text = clean_text(note, field="note", limit=NOTE_LIMIT)
    if seq == session.seq:
        check_holds(db, actor, session)
        change(db, session, actor, draft_note=text)
        return
    just_left = seq == session.seq - 1 and session.status != SessionStatus.COMPLETED
    late = db.execute(
        update(SessionStep)
        .where(
            SessionStep.session_id == session.id,
            SessionStep.seq == (seq if just_left else 0),
            SessionStep.user_id == actor.user_id,
        )
        .values(note=text)
    )
    if late.rowcount != 1:
        raise Conflict("This note belongs to a step that is not yours.")


def update_details(
    db: DbSession,
    actor: Actor,
    session_id: object,
    *,
    ticket_number: str | None = None,
    client_name: str | None = None,
    scratchpad: str | None = None,
    note: str | None = None,
) -> None:
    """Change what surrounds the walk; None keeps a field as it is.

    Raises:
        NotFound: if there is no such session for the actor.
        Conflict: if the actor does not hold the session.
        Invalid: if a text is too long.
    """
    session = queries.load(db, actor, session_id)
    check_holds(db, actor, session)
    values: dict[str, Any] = {}
    if ticket_number is not None:
        values["ticket_number"] = clean_line(
            ticket_number, field="ticket_number", limit=TICKET_LIMIT
        )
    if client_name is not None:
        values["client_name"] = clean_line(client_name, field="client_name", limit=CLIENT_LIMIT)
    if scratchpad is not None:
        values["scratchpad"] = clean_text(scratchpad, field="scratchpad", limit=NOTE_LIMIT)
    if note is not None:
        values["draft_note"] = clean_text(note, field="note", limit=NOTE_LIMIT)
    if values:
        change(db, session, actor, **values)
