"""Writes about who holds a session: change it, give it away, complete it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.queries import names
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict
from rxapp.core.ids import new_id
from rxapp.core.statements import change_if, insert_into
from rxapp.live.signals import publish
from rxapp.sessions import queries
from rxapp.sessions.models import GuidedSession, SessionTurn
from rxapp.sessions.rules import (
    NOTE_LIMIT,
    SessionStatus,
    check_may_move,
    clean_outcome,
    clean_text,
)
from rxapp.sessions.topics import SESSION


class Change(StrEnum):
    """The changes of a session that its escalation has to follow."""

    COMPLETED = "completed"
    LABELLED = "labelled"  # its ticket number or client changed


ChangeHook = Callable[[DbSession, Actor, UUID, Change], None]
_on_change: list[ChangeHook] = []


def on_change(hook: ChangeHook) -> None:
    """Call ``hook(db, actor, session_id, change)`` in the transaction that changes a session."""
    if hook not in _on_change:
        _on_change.append(hook)


def changed(db: DbSession, actor: Actor, session_id: UUID, what: Change) -> None:
    """Call the hook of :func:`on_change`."""
    for hook in _on_change:
        hook(db, actor, session_id, what)


def check_holds(db: DbSession, actor: Actor, session: Row[Any]) -> None:
    """Do nothing if the actor holds the active session.

    Raises:
        Conflict: otherwise; the message names who has it.
    """
    if session.holder_id == actor.user_id and session.status == SessionStatus.ACTIVE:
        return
    holder = next(iter(names(db, actor.account_id, [session.holder_id]).values()), None)
    check_may_move(session, actor.user_id, holder)


def extended(session: Row[Any], now: datetime) -> datetime | None:
    """Return when the lease ends if the holder acts now; None without a lease."""
    return now + timedelta(seconds=session.lease_seconds) if session.lease_seconds else None


def change(db: DbSession, session: Row[Any], actor: Actor, **values: Any) -> None:
    """Change columns of a session that the actor holds; like a step, this extends the lease.

    Raises:
        Conflict: if the session has moved or was given up since it was read.
    """
    now = utc_now()
    changed = change_if(
        db,
        update(GuidedSession)
        .where(
            GuidedSession.id == session.id,
            GuidedSession.seq == session.seq,
            GuidedSession.holder_id == actor.user_id,
            GuidedSession.status == SessionStatus.ACTIVE,
        )
        .values(**{"updated_at": now, "held_until": extended(session, now), **values}),
    )
    if not changed:
        raise Conflict("This session has just moved on. Reload to see where it is.")


def begin_turn(
    db: DbSession,
    session_id: UUID,
    *,
    at: datetime,
    status: SessionStatus,
    holder_id: UUID | None,
) -> None:
    """Record who, if anybody, has the session from now on."""
    db.execute(
        insert_into(SessionTurn),
        {
            "id": new_id(),
            "session_id": session_id,
            "at": at,
            "status": status,
            "holder_id": holder_id,
        },
    )


def give(
    db: DbSession,
    session_id: UUID,
    *,
    status: SessionStatus,
    holder_id: UUID | None,
    lease_seconds: int | None = None,
    taken_from: UUID | None = None,
    for_good: bool = False,
) -> datetime | None:
    """Change who holds the session and its status; the caller has checked that this is allowed.

    Returns until when it is held, or None without a lease.

    ``taken_from`` is who must still hold the session, active, at this moment. If it is given
    ``for_good``, it belongs to the new holder, who sees it as if they had started it.

    Raises:
        Conflict: if ``taken_from`` no longer holds it.
    """
    now = utc_now()
    held_until = now + timedelta(seconds=lease_seconds) if lease_seconds else None
    query = update(GuidedSession).where(GuidedSession.id == session_id)
    if taken_from is not None:
        query = query.where(
            GuidedSession.holder_id == taken_from,
            GuidedSession.status == SessionStatus.ACTIVE,
        )
    given = change_if(
        db,
        query.values(
            status=status,
            holder_id=holder_id,
            held_until=held_until,
            lease_seconds=lease_seconds,
            updated_at=now,
            **({"belongs_to": holder_id} if for_good else {}),
        ),
    )
    if not given:
        raise Conflict("This session has just moved on. Reload to see where it is.")
    begin_turn(db, session_id, at=now, status=status, holder_id=holder_id)
    publish(db, SESSION.of(session_id))
    return held_until


def complete(
    db: DbSession,
    actor: Actor,
    session_id: UUID,
    *,
    outcome: str,
    outcome_notes: str = "",
    next_steps: str = "",
) -> None:
    """Complete the session where it stands. Repeating it with the same outcome is harmless.

    Raises:
        NotFound: if there is no such session for the actor.
        Conflict: if the actor does not hold the session, or it was completed differently.
        Invalid: if the outcome is unknown or a text is too long.
    """
    session = queries.load(db, actor, session_id)
    ending = clean_outcome(outcome)
    if session.status == SessionStatus.COMPLETED and session.outcome == ending:
        return
    check_holds(db, actor, session)
    now = utc_now()
    change(
        db,
        session,
        actor,
        status=SessionStatus.COMPLETED,
        outcome=ending,
        outcome_notes=clean_text(outcome_notes, field="outcome_notes", limit=NOTE_LIMIT),
        next_steps=clean_text(next_steps, field="next_steps", limit=NOTE_LIMIT),
        completed_at=now,
        completed_by=actor.user_id,
        holder_id=None,
        held_until=None,
        lease_seconds=None,
    )
    changed(db, actor, session.id, Change.COMPLETED)
    publish(db, SESSION.of(session.id))
