"""The outbox: what to notify people of, written in the transaction that makes it true."""

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.core.statements import change_all
from rxapp.live.signals import wake_outbox
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.rules import DeliveryStatus


def emit(db: DbSession, account_id: UUID, kind: str, subject_id: UUID, **payload: Any) -> None:
    """Notify people of what happened to ``subject_id``, once this transaction commits."""
    db.add(OutboxEvent(account_id=account_id, kind=kind, subject_id=subject_id, payload=payload))
    db.flush()
    wake_outbox(db)


def mark_seen(db: DbSession, subject_id: UUID, recipient_id: UUID) -> bool:
    """Record that the recipient opened the subject, however they learned of it.

    Anything still to be sent to them about it is no longer sent. Returns whether this was news.
    """
    seen = (
        update(Delivery)
        .where(
            Delivery.subject_id == subject_id,
            Delivery.recipient_id == recipient_id,
            Delivery.status != DeliveryStatus.SEEN,
        )
        .values(status=DeliveryStatus.SEEN, seen_at=utc_now(), next_attempt_at=None, detail="")
    )
    return change_all(db, seen) > 0
