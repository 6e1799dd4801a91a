"""Writes about notes. Each belongs to its writer and to one step, and stays its writer's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict
from rxapp.core.ids import new_id
from rxapp.core.statements import insert_into
from rxapp.live.signals import publish
from rxapp.sessions.hold_service import change, check_holds
from rxapp.sessions.models import GuidedSession, SessionStep, SessionTurn, StepNote
from rxapp.sessions.rules import NOTE_LIMIT, SessionStatus, clean_text
from rxapp.sessions.topics import SESSION
from rxapp.sessions.views import TextView

NOTHING = TextView("", 0)


def note_of(db: DbSession, session_id: UUID, seq: int, user_id: UUID) -> TextView:
    """Return somebody's note on a step; revision 0 if they wrote none."""
    query = select(StepNote.text, StepNote.revision).where(
        StepNote.session_id == session_id, StepNote.seq == seq, StepNote.user_id == user_id
    )
    found = db.execute(query).one_or_none()
    return TextView(found.text, found.revision) if found else NOTHING


def write(
    db: DbSession, session: Row[Any], actor: Actor, *, seq: int, text: str, stored: TextView
) -> TextView:
    """Make ``text`` the actor's note on step ``seq``; the caller has locked the session's row.

    ``stored`` is the note's current text.

    Raises:
        Invalid: if it is too long.
    """
    text = clean_text(text, field="note", limit=NOTE_LIMIT)
    if text == stored.text:
        return stored
    kept = TextView(text, stored.revision + 1)
    at = utc_now()
    if stored.revision:
        db.execute(
            update(StepNote)
            .where(
                StepNote.session_id == session.id,
                StepNote.seq == seq,
                StepNote.user_id == actor.user_id,
            )
            .values(text=text, revision=kept.revision, written_at=at)
            .execution_options(synchronize_session=False)
        )
    else:
        db.execute(insert_into(StepNote), _row(session.id, seq, actor.user_id, text, at))
    return kept


def _row(session_id: UUID, seq: int, user_id: UUID, text: str, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "session_id": session_id,
        "seq": seq,
        "user_id": user_id,
        "text": text,
        "revision": 1,
        "written_at": at,
    }


def may_rewrite(db: DbSession, actor: Actor, session: Row[Any], seq: int) -> bool:
    """Return whether the actor may change their note on step ``seq`` freely.

    While they hold the session, they may do so for the current step and the one before it. They can
    only add to their other notes, since colleagues have read those.

    Raises:
        Conflict: if the actor never held the session, or there is no such step yet.
    """
    if not 1 <= seq <= session.seq:
        raise Conflict(f"The session is at step {session.seq}.")
    holds = session.status == SessionStatus.ACTIVE and session.holder_id == actor.user_id
    if holds and seq == session.seq:
        return True
    if not _had_part(db, actor, session):
        check_holds(db, actor, session)
        raise Conflict("You never had this session, so you cannot write a note on this step.")
    if not holds or seq != session.seq - 1:
        return False
    step = select(SessionStep.id).where(
        SessionStep.session_id == session.id,
        SessionStep.seq == seq,
        SessionStep.user_id == actor.user_id,
    )
    return db.execute(step).first() is not None


def _had_part(db: DbSession, actor: Actor, session: Row[Any]) -> bool:
    """Return whether the actor holds the session or has held it before."""
    if actor.user_id in (session.started_by, session.belongs_to, session.holder_id):
        return True
    turn = select(SessionTurn.id).where(
        SessionTurn.session_id == session.id, SessionTurn.holder_id == actor.user_id
    )
    return db.execute(turn.limit(1)).first() is not None


def keep(
    db: DbSession, session: Row[Any], actor: Actor, *, seq: int, text: str, stored: TextView
) -> TextView:
    """Write a note and publish the change; like a step, the holder's note extends the lease.

    Raises:
        Invalid: if it is too long.
    """
    kept = write(db, session, actor, seq=seq, text=text, stored=stored)
    if kept == stored:
        return stored
    if session.status == SessionStatus.ACTIVE and session.holder_id == actor.user_id:
        change(db, session, actor)
    else:
        _touch(db, session.id)
        publish(db, SESSION.of(session.id))
    return kept


def _touch(db: DbSession, session_id: UUID) -> None:
    db.execute(
        update(GuidedSession)
        .where(GuidedSession.id == session_id)
        .values(updated_at=utc_now())
        .execution_options(synchronize_session=False)
    )
