"""What every write about a handoff records: a line of its history, and a change of the inboxes."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.handoffs.models import Handoff, HandoffEvent
from rxapp.handoffs.rules import HandoffEventKind
from rxapp.handoffs.topics import INBOX
from rxapp.live.signals import publish


def show_in_inbox(db: DbSession, account_id: UUID, handoff_id: UUID) -> None:
    """Make the account's inboxes show the change of the handoff.

    The topic's row stays locked until the transaction ends, so revisions become visible in order:
    whoever has seen one has seen every change before it.
    """
    revision = publish(db, INBOX.of(account_id))
    db.execute(
        update(Handoff)
        .where(Handoff.id == handoff_id)
        .values(revision=revision)
        .execution_options(synchronize_session=False)
    )


def record_event(
    db: DbSession,
    handoff_id: UUID,
    kind: HandoffEventKind,
    user_id: UUID | None,
    detail: str = "",
    *,
    about: UUID | None = None,
) -> None:
    """Record what happened to a handoff, in the transaction that did it.

    ``user_id`` is who did it, None if it happened by itself; ``about`` is the other person, if any.
    """
    db.add(
        HandoffEvent(
            handoff_id=handoff_id,
            kind=kind,
            user_id=user_id,
            about_id=about if about != user_id else None,
            detail=detail,
            at=utc_now(),
        )
    )
    db.flush()
