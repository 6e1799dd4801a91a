"""What happens to the cases of a member who leaves: they go to a colleague, or to the queue."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.queries import escalation_priority, escalation_receivers, lease_minutes, names
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.statements import table_of
from rxapp.handoffs.held_views import Held
from rxapp.handoffs.models import Handoff
from rxapp.handoffs.queries import live_handoff_id
from rxapp.handoffs.rules import HandoffEventKind, HandoffStatus, Intent
from rxapp.handoffs.service import ESCALATED, return_to_queue
from rxapp.handoffs.trace_service import record_event, show_in_inbox
from rxapp.notifications import outbox
from rxapp.sessions.hold_service import give
from rxapp.sessions.models import GuidedSession
from rxapp.sessions.rules import SessionStatus


def _cases_of(account_id: UUID, user_id: UUID) -> Select[Any]:
    query = select(*table_of(GuidedSession).c).where(
        GuidedSession.account_id == account_id,
        GuidedSession.holder_id == user_id,
        GuidedSession.status.in_([SessionStatus.ACTIVE, SessionStatus.PARKED]),
    )
    return query.order_by(GuidedSession.id)


def held(db: DbSession, account_id: UUID, user_id: UUID) -> Held:
    """Return how many cases of each kind a member holds."""
    return _count(db.execute(_cases_of(account_id, user_id)).all())


def _count(cases: Sequence[Row[Any]]) -> Held:
    claims = sum(1 for case in cases if case.lease_seconds)
    parked = sum(1 for case in cases if case.status == SessionStatus.PARKED)
    return Held(claims, len(cases) - claims - parked, parked)


def hand_over(
    db: DbSession, actor: Actor, user_id: UUID, *, to: UUID | None, claims_only: bool
) -> Held:
    """Give a member's cases to ``to``, or back to the queue; returns what moved.

    Only seniors can have claims, so one that ``to`` may not take goes to the queue.
    """
    # Locked: a session that the member is just completing must not be opened again.
    mine = _cases_of(actor.account_id, user_id).with_for_update()
    cases = list(db.execute(mine).all())
    if claims_only:
        cases = [case for case in cases if case.lease_seconds]
    seniors = {person.id for person in escalation_receivers(db, actor.account_id)}
    leaver_name = names(db, actor.account_id, [user_id]).get(user_id, "")
    for case in cases:
        if case.lease_seconds:
            _hand_over_claim(
                db, actor, case, to=to if to in seniors else None, leaver_name=leaver_name
            )
        else:
            _hand_over_session(db, actor, case, to=to, leaver_name=leaver_name)
    return _count(cases)


def _hand_over_claim(
    db: DbSession, actor: Actor, case: Row[Any], *, to: UUID | None, leaver_name: str
) -> None:
    handoff = db.get(Handoff, live_handoff_id(db, case.id))
    assert handoff is not None
    if to is None or to == handoff.belongs_to:
        reason = f"{leaver_name} can't continue it."
        kind = HandoffEventKind.HOLDER_LEFT
        holder_id, by = case.holder_id, actor.user_id
        return_to_queue(db, handoff, kind, holder_id=holder_id, by=by, reason=reason)
    else:
        handoff.claimed_by, handoff.claimed_at = to, utc_now()
        db.flush()
        lease_seconds = lease_minutes(db, case.account_id) * 60
        status = SessionStatus.ACTIVE
        give(db, case.id, status=status, holder_id=to, lease_seconds=lease_seconds)
        kind = HandoffEventKind.REASSIGNED
        record_event(db, handoff.id, kind, actor.user_id, f"From {leaver_name}", about=to)
        show_in_inbox(db, case.account_id, handoff.id)
    _audit(db, actor, case, handoff.id, to=to, leaver_name=leaver_name)


def _hand_over_session(
    db: DbSession, actor: Actor, case: Row[Any], *, to: UUID | None, leaver_name: str
) -> None:
    _close_parked(db, actor, case.id)
    if to is not None:
        give(db, case.id, status=SessionStatus.ACTIVE, holder_id=to, for_good=True)
        _audit(db, actor, case, case.id, to=to, leaver_name=leaver_name)
        return
    level = escalation_priority(db, actor)
    handoff = Handoff(
        account_id=case.account_id,
        session_id=case.id,
        intent=Intent.ESCALATE,
        priority=level,
        rank=level.rank,
        reason=f"{leaver_name} can't continue this session. Please take it over.",
        tree_title=case.title,
        node_title=case.node_title,
        belongs_to=case.holder_id,
        escalated_by=actor.user_id,
    )
    give(db, case.id, status=SessionStatus.ESCALATED, holder_id=None)
    db.add(handoff)
    db.flush()
    kind = HandoffEventKind.ESCALATED
    record_event(db, handoff.id, kind, actor.user_id, handoff.reason, about=case.holder_id)
    outbox.emit(db, case.account_id, ESCALATED, handoff.id)
    show_in_inbox(db, case.account_id, handoff.id)
    _audit(db, actor, case, handoff.id, to=None, leaver_name=leaver_name)


def _close_parked(db: DbSession, actor: Actor, session_id: UUID) -> None:
    handoff_id = live_handoff_id(db, session_id)
    if handoff_id is None:
        return
    db.execute(
        update(Handoff)
        .where(Handoff.id == handoff_id)
        .values(status=HandoffStatus.WITHDRAWN, closed_at=utc_now())
        .execution_options(synchronize_session=False)
    )
    record_event(db, handoff_id, HandoffEventKind.RESUMED, actor.user_id)


def _audit(
    db: DbSession,
    actor: Actor,
    case: Row[Any],
    subject_id: UUID,
    *,
    to: UUID | None,
    leaver_name: str,
) -> None:
    heir = names(db, case.account_id, [to]).get(to, "") if to else ""
    record(
        db,
        actor,
        Action.REASSIGNED,
        subject_id=subject_id,
        subject=case.ticket_number or case.title,
        before=leaver_name,
        after=heir or "the queue",
    )
