"""Reads about a return to the queue: who returned the case, why, and what they had tried."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.queries import names
from rxapp.handoffs.models import Handoff, HandoffEvent
from rxapp.handoffs.queries import event_words, people_of
from rxapp.handoffs.rules import HandoffEventKind
from rxapp.handoffs.views import Return
from rxapp.sessions.models import SessionStep
from rxapp.sessions.rules import StepKind

TRIED_SHOWN = 12
"""How many of the last steps the words about a return list."""

_RETURNS = (
    HandoffEventKind.HANDED_BACK,
    HandoffEventKind.LEASE_EXPIRED,
    HandoffEventKind.HOLDER_LEFT,
)
_TAKEN = (HandoffEventKind.CLAIMED, HandoffEventKind.REASSIGNED)


def last_return(db: DbSession, handoff: Handoff) -> Return | None:
    """Return how the handoff last came back to the queue, or None if it never did."""
    back = _last(db, handoff.id, _RETURNS)
    if back is None:
        return None
    taken = _last(db, handoff.id, _TAKEN)
    return Return(
        words=event_words(back, names(db, handoff.account_id, people_of(back))),
        reason=back.detail,
        tried=_tried(db, handoff.session_id, since=taken.at if taken else back.at),
    )


def _last(
    db: DbSession, handoff_id: UUID, kinds: tuple[HandoffEventKind, ...]
) -> HandoffEvent | None:
    query = (
        select(HandoffEvent)
        .where(HandoffEvent.handoff_id == handoff_id, HandoffEvent.kind.in_(kinds))
        .order_by(HandoffEvent.at.desc(), HandoffEvent.id.desc())
        .limit(1)
    )
    return db.execute(query).scalar_one_or_none()


def _tried(db: DbSession, session_id: UUID, *, since: datetime) -> list[str]:
    query = (
        select(SessionStep.kind, SessionStep.node_title, SessionStep.option_label)
        .where(SessionStep.session_id == session_id, SessionStep.left_at >= since)
        .order_by(SessionStep.seq.desc())
        .limit(TRIED_SHOWN)
    )
    rows = reversed(db.execute(query).all())
    return [f"{row.node_title} → {row.option_label}" for row in rows if row.kind == StepKind.ANSWER]
