"""Writes about a handoff's session: resolve it, follow its changes, record who opened it."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict
from rxapp.handoffs import queries
from rxapp.handoffs.models import Handoff
from rxapp.handoffs.rules import HandoffEventKind, HandoffStatus, check_not_closed
from rxapp.handoffs.trace_service import record_event, show_in_inbox
from rxapp.handoffs.views import HandoffRow
from rxapp.live.signals import publish
from rxapp.notifications import outbox
from rxapp.sessions.hold_service import Change, complete
from rxapp.sessions.rules import Outcome
from rxapp.sessions.topics import SESSION


def resolve(
    db: DbSession,
    actor: Actor,
    handoff_id: UUID,
    *,
    outcome: str = Outcome.RESOLVED,
    outcome_notes: str = "",
    next_steps: str = "",
) -> HandoffRow:
    """End a claimed escalation by completing its session.

    Raises:
        NotFound, Forbidden: as for :func:`claim`.
        Conflict: if the actor does not hold it.
        Invalid: as for completing a session.
    """
    require(actor, Permission.HANDLE_ESCALATIONS)
    handoff = queries.load(db, actor, handoff_id)
    if handoff.status != HandoffStatus.RESOLVED or handoff.claimed_by != actor.user_id:
        check_not_closed(handoff)
        if handoff.claimed_by != actor.user_id:
            raise Conflict("You do not hold this escalation. Claim it first.")
        complete(
            db,
            actor,
            handoff.session_id,
            outcome=outcome,
            outcome_notes=outcome_notes,
            next_steps=next_steps,
        )
    return queries.handoff_row(db, actor, handoff.id)


def follow_session(db: DbSession, actor: Actor, session_id: UUID, change: Change) -> None:
    """Make the session's handoff follow a change: completing the session resolves it."""
    handoff_id = queries.live_handoff_id(db, session_id)
    if handoff_id is None:
        return
    if change is Change.COMPLETED:
        db.execute(
            update(Handoff)
            .where(Handoff.id == handoff_id)
            .values(status=HandoffStatus.RESOLVED, closed_at=utc_now())
        )
        record_event(db, handoff_id, HandoffEventKind.RESOLVED, actor.user_id)
    show_in_inbox(db, actor.account_id, handoff_id)


def mark_opened(db: DbSession, actor: Actor, handoff_id: UUID) -> None:
    """Record that the actor opened the escalation, so that whoever waits can see it.

    Raises:
        NotFound: if there is none that the actor may see.
    """
    handoff = queries.load(db, actor, handoff_id)
    if outbox.mark_seen(db, handoff.id, actor.user_id):
        publish(db, SESSION.of(handoff.session_id))
