"""Writes about handoffs: escalate, park, claim, hand back, withdraw."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.orm.attributes import set_committed_value

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.access.queries import escalation_priority, names
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict
from rxapp.core.statements import change_if
from rxapp.handoffs import queries
from rxapp.handoffs.models import Handoff
from rxapp.handoffs.rules import (
    HandoffEventKind,
    HandoffStatus,
    Intent,
    check_claimable,
    check_not_closed,
    check_withdrawable,
    clean_intent,
    clean_priority,
    clean_reason,
)
from rxapp.handoffs.trace_service import record_event, show_in_inbox
from rxapp.handoffs.views import HandoffRow
from rxapp.notifications import outbox
from rxapp.sessions import hold_service as holds
from rxapp.sessions import queries as session_queries
from rxapp.sessions.models import GuidedSession
from rxapp.sessions.rules import SessionStatus, check_may_move

ESCALATED = "handoff.escalated"
RETURNED = "handoff.returned"


def hand_off(
    db: DbSession,
    actor: Actor,
    session_id: UUID,
    *,
    intent: str,
    reason: str,
    priority: str = "",
) -> HandoffRow:
    """Give a session up: escalate it to the seniors, or park it. Returns the handoff.

    If ``priority`` is empty, the account's default is used.

    Raises:
        NotFound: if there is no such session for the actor.
        Conflict: if the actor does not hold it, or holds it by a claim.
        Invalid: if the intent, the priority or the reason is not acceptable.
    """
    require(actor, Permission.RUN_SESSIONS)
    chosen = clean_intent(intent)
    level = clean_priority(priority) if priority else escalation_priority(db, actor)
    reason = clean_reason(
        reason, required=chosen is Intent.ESCALATE, prompt="Say what you want from the senior."
    )
    session = session_queries.load(db, actor, session_id)
    holder = names(db, actor.account_id, [session.holder_id])
    check_may_move(session, actor.user_id, next(iter(holder.values()), None))
    if session.lease_seconds:
        raise Conflict("You have claimed this session. Hand it back, or finish it.")
    handoff = Handoff(
        account_id=actor.account_id,
        session_id=session.id,
        intent=chosen,
        priority=level,
        rank=level.rank,
        reason=reason,
        tree_title=session.title,
        node_title=session.node_title,
        belongs_to=actor.user_id,
        escalated_by=actor.user_id,
    )
    is_park = chosen is Intent.PARK
    holds.give(
        db,
        session.id,
        status=SessionStatus.PARKED if is_park else SessionStatus.ESCALATED,
        holder_id=actor.user_id if is_park else None,
        taken_from=actor.user_id,
    )
    if is_park:
        _record_new(db, handoff, HandoffEventKind.PARKED)
    else:
        _record_new(db, handoff, HandoffEventKind.ESCALATED)
        outbox.emit(db, actor.account_id, ESCALATED, handoff.id)
        show_in_inbox(db, actor.account_id, handoff.id)
    row = queries.handoff_row(db, actor, handoff.id)
    if not is_park:
        _audit(db, actor, Action.ESCALATED, row, priority=level)
    return row


def _audit(db: DbSession, actor: Actor, action: Action, row: HandoffRow, **detail: str) -> None:
    subject = row.ticket_number or row.tree_title
    record(db, actor, action, subject_id=row.id, subject=subject, **detail)


def _record_new(db: DbSession, handoff: Handoff, kind: HandoffEventKind) -> None:
    db.add(handoff)
    db.flush()
    record_event(db, handoff.id, kind, handoff.escalated_by, handoff.reason)


def claim(db: DbSession, actor: Actor, handoff_id: UUID) -> HandoffRow:
    """Claim an escalation: exactly one actor can. Claiming again what one holds is harmless.

    Raises:
        NotFound: if there is no such escalation for the actor.
        Forbidden: without the right to handle escalations.
        Conflict: if it is closed, the actor's own, or somebody else's (``claimed_by`` names them).
    """
    require(actor, Permission.HANDLE_ESCALATIONS)
    row = queries.load_to_claim(db, actor, handoff_id)
    handoff: Handoff = row.Handoff
    check_claimable(handoff, actor.user_id)
    taken = {
        "status": HandoffStatus.CLAIMED,
        "claimed_by": actor.user_id,
        "claimed_at": utc_now(),
    }
    still_open = (Handoff.id == handoff.id, Handoff.status == HandoffStatus.OPEN)
    if not change_if(db, update(Handoff).where(*still_open).values(**taken)):
        return _claimed_before(db, actor, handoff)
    for name, value in taken.items():
        set_committed_value(handoff, name, value)
    held_until = holds.give(
        db,
        handoff.session_id,
        status=SessionStatus.ACTIVE,
        holder_id=actor.user_id,
        lease_seconds=row.lease_minutes * 60,
    )
    record_event(db, handoff.id, HandoffEventKind.CLAIMED, actor.user_id)
    outbox.mark_seen(db, handoff.id, actor.user_id)
    show_in_inbox(db, actor.account_id, handoff.id)
    claimed = queries.view_of(db, row, held_until=held_until)
    _audit(db, actor, Action.CLAIMED, claimed)
    return claimed


def _claimed_before(db: DbSession, actor: Actor, handoff: Handoff) -> HandoffRow:
    """Return the escalation if the actor already holds it; others are told who has it."""
    db.refresh(handoff)
    if handoff.claimed_by != actor.user_id or handoff.status != HandoffStatus.CLAIMED:
        _refuse_loser(db, handoff)
    return queries.handoff_row(db, actor, handoff.id)


def _refuse_loser(db: DbSession, handoff: Handoff) -> None:
    check_not_closed(handoff)
    winner = names(db, handoff.account_id, [handoff.claimed_by])
    for user_id, name in winner.items():
        raise Conflict(f"{name} has it.", claimed_by={"id": str(user_id), "name": name})
    raise Conflict("This escalation has just changed. Look again.")


def hand_back(db: DbSession, actor: Actor, handoff_id: UUID, *, reason: str) -> HandoffRow:
    """Hand a claimed escalation back to the queue, with a reason that the others see.

    Raises:
        NotFound, Forbidden: as for :func:`claim`.
        Conflict: if the actor does not hold it.
        Invalid: if the reason is missing or too long.
    """
    require(actor, Permission.HANDLE_ESCALATIONS)
    reason = clean_reason(reason, required=True, prompt="Say why you are handing it back.")
    handoff = queries.load(db, actor, handoff_id)
    check_not_closed(handoff)
    holder_id = actor.user_id
    kind = HandoffEventKind.HANDED_BACK
    return_to_queue(db, handoff, kind, holder_id=holder_id, by=holder_id, reason=reason)
    row = queries.handoff_row(db, actor, handoff.id)
    _audit(db, actor, Action.HANDED_BACK, row, reason=reason[:200])
    return row


def return_to_queue(
    db: DbSession,
    handoff: Handoff,
    kind: HandoffEventKind,
    *,
    holder_id: UUID,
    by: UUID | None,
    reason: str,
) -> None:
    """Put a claimed handoff back into the queue and notify the others.

    ``by`` is who does it, or None if the lease expired.

    Raises:
        Conflict: if ``holder_id`` does not hold it.
    """
    returned = change_if(
        db,
        update(Handoff)
        .where(
            Handoff.id == handoff.id,
            Handoff.status == HandoffStatus.CLAIMED,
            Handoff.claimed_by == holder_id,
        )
        .values(
            status=HandoffStatus.OPEN,
            claimed_by=None,
            claimed_at=None,
            queued_at=utc_now(),
            queued_by=by or holder_id,
            returned=Handoff.returned + 1,
        ),
    )
    if not returned:
        raise Conflict("You do not hold this escalation.")
    db.expire(handoff)
    node_title = db.execute(
        select(GuidedSession.node_title).where(GuidedSession.id == handoff.session_id)
    ).scalar_one()
    handoff.node_title = node_title
    holds.give(db, handoff.session_id, status=SessionStatus.ESCALATED, holder_id=None)
    record_event(db, handoff.id, kind, by, reason, about=holder_id)
    outbox.emit(db, handoff.account_id, RETURNED, handoff.id, returned_by=str(by or holder_id))
    show_in_inbox(db, handoff.account_id, handoff.id)


def withdraw(db: DbSession, actor: Actor, handoff_id: UUID) -> HandoffRow:
    """Take back what the actor gave up and nobody has: an escalation, or a parked session.

    Raises:
        NotFound: if there is no such handoff for the actor.
        Conflict: if it is somebody else's, closed, or claimed.
    """
    require(actor, Permission.RUN_SESSIONS)
    handoff = queries.load(db, actor, handoff_id)
    holder = names(db, actor.account_id, [handoff.claimed_by])
    check_withdrawable(handoff, actor.user_id, next(iter(holder.values()), "Somebody"))
    withdrawn = change_if(
        db,
        update(Handoff)
        .where(Handoff.id == handoff.id, Handoff.status == HandoffStatus.OPEN)
        .values(status=HandoffStatus.WITHDRAWN, closed_at=utc_now()),
    )
    if not withdrawn:
        raise Conflict("A senior has just taken it.")
    db.expire(handoff)
    is_parked = handoff.intent == Intent.PARK
    kind = HandoffEventKind.RESUMED if is_parked else HandoffEventKind.WITHDRAWN
    record_event(db, handoff.id, kind, actor.user_id)
    holds.give(db, handoff.session_id, status=SessionStatus.ACTIVE, holder_id=actor.user_id)
    if not is_parked:
        show_in_inbox(db, actor.account_id, handoff.id)
    return queries.handoff_row(db, actor, handoff.id)
