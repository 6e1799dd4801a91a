"""Reads about deliveries."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.views import DeliveryView, Person

Names = Callable[[DbSession, UUID, Iterable[UUID]], dict[UUID, str]]


def deliveries(
    db: DbSession, account_id: UUID, subject_id: UUID, *, names: Names
) -> list[DeliveryView]:
    """Return every delivery about the subject, oldest first; ``names`` reads people's names."""
    query = (
        select(Delivery)
        .where(Delivery.account_id == account_id, Delivery.subject_id == subject_id)
        .order_by(Delivery.created_at, Delivery.id)
    )
    rows = db.execute(query).scalars().all()
    called = names(db, account_id, [row.recipient_id for row in rows])
    return [
        DeliveryView(
            id=str(row.id),
            recipient=Person(str(row.recipient_id), called.get(row.recipient_id, "")),
            channel=row.channel,
            status=row.status,
            attempts=row.attempts,
            detail=row.detail,
            created_at=_iso(row.created_at),
            next_attempt_at=_iso(row.next_attempt_at),
            sent_at=_iso(row.sent_at),
            seen_at=_iso(row.seen_at),
        )
        for row in rows
    ]


def latest_of(db: DbSession, account_id: UUID, subject_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return how the newest mail about each subject stands, in words; none yet means it waits."""
    query = (
        select(Delivery.subject_id, Delivery.status, Delivery.detail)
        .where(Delivery.account_id == account_id, Delivery.subject_id.in_(list(subject_ids)))
        .order_by(Delivery.id)
    )
    return {
        row.subject_id: f"{row.status}: {row.detail}" if row.detail else row.status
        for row in db.execute(query)
    }


def is_planned(db: DbSession, subject_id: UUID) -> bool:
    """Return whether everything told of the subject so far has its deliveries."""
    query = select(OutboxEvent.id).where(
        OutboxEvent.subject_id == subject_id, OutboxEvent.processed_at.is_(None)
    )
    return db.execute(query.limit(1)).first() is None


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
