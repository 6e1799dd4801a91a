"""Writes about leases: what happens to a claim without activity."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.core.statements import change_if
from rxapp.handoffs.models import Handoff
from rxapp.handoffs.rules import HandoffEventKind, HandoffStatus
from rxapp.handoffs.service import return_to_queue
from rxapp.sessions.models import GuidedSession


def expired_claims(db: DbSession) -> list[UUID]:
    """Return the claimed handoffs whose lease has expired."""
    query = (
        select(Handoff.id)
        .join(GuidedSession, GuidedSession.id == Handoff.session_id)
        .where(Handoff.status == HandoffStatus.CLAIMED, GuidedSession.held_until < utc_now())
        .limit(100)
    )
    return list(db.execute(query).scalars())


def expire_claim(db: DbSession, handoff_id: UUID) -> bool:
    """Put a claim back into the queue if its lease has expired; returns whether it had."""
    handoff = db.get(Handoff, handoff_id)
    if handoff is None or handoff.claimed_by is None:
        return False
    untouched = change_if(
        db,
        update(GuidedSession)
        .where(
            GuidedSession.id == handoff.session_id,
            GuidedSession.holder_id == handoff.claimed_by,
            GuidedSession.held_until < utc_now(),
        )
        .values(held_until=None),
    )
    if not untouched:
        return False
    kind = HandoffEventKind.LEASE_EXPIRED
    return_to_queue(db, handoff, kind, holder_id=handoff.claimed_by, by=None, reason="")
    return True
