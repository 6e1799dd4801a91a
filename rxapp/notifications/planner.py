"""From an outbox event to one delivery per recipient: the screen if online, else an email."""

import logging
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.core.ids import new_id
from rxapp.live.presence import online
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.registry import notice_for
from rxapp.notifications.rules import BACKOFF, UNSEEN_AFTER, Channel, DeliveryStatus

logger = logging.getLogger(__name__)

NO_SERVER = "no mail server configured"


def due_events(db: DbSession, limit: int = 20) -> list[UUID]:
    """Return the events that wait for their deliveries, oldest first."""
    query = (
        select(OutboxEvent.id)
        .where(OutboxEvent.processed_at.is_(None), OutboxEvent.next_attempt_at <= utc_now())
        .order_by(OutboxEvent.id)
        .limit(limit)
    )
    return list(db.execute(query).scalars())


def plan(db: DbSession, event_id: UUID, *, has_mail_server: bool) -> None:
    """Write the deliveries of the event, if no other process just does."""
    query = select(OutboxEvent).where(
        OutboxEvent.id == event_id, OutboxEvent.processed_at.is_(None)
    )
    event = db.execute(query.with_for_update(skip_locked=True)).scalar_one_or_none()
    if event is None:
        return
    notice = notice_for(event.kind)
    recipients = notice.recipients(db, event)
    present = online(db, [recipient.id for recipient in recipients])
    deliveries = [
        _delivery(
            event,
            recipient.id,
            Channel.SCREEN if recipient.id in present else Channel.EMAIL,
            has_mail_server=has_mail_server,
        )
        for recipient in recipients
    ]
    if deliveries:
        db.execute(insert(Delivery.__table__), deliveries)
    event.processed_at = utc_now()
    notice.changed(db, event.account_id, event.subject_id)


def _delivery(
    event: OutboxEvent, recipient_id: UUID, channel: Channel, *, has_mail_server: bool
) -> dict[str, Any]:
    """Return one delivery in the state it starts in."""
    now = utc_now()
    values: dict[str, Any] = {
        "id": new_id(),
        "account_id": event.account_id,
        "event_id": event.id,
        "subject_id": event.subject_id,
        "recipient_id": recipient_id,
        "channel": channel.value,
        "status": DeliveryStatus.PENDING.value,
        "created_at": now,
        "next_attempt_at": now,
        "sent_at": None,
        "attempts": 0,
        "detail": "",
        "message_id": "",
    }
    if channel is Channel.SCREEN:
        # The change itself refreshes every connected tab, so a screen is reached with the commit.
        values |= {"status": DeliveryStatus.SENT.value, "attempts": 1, "sent_at": now}
        values["next_attempt_at"] = now + UNSEEN_AFTER
    elif not has_mail_server:
        values |= {"status": DeliveryStatus.SKIPPED.value, "detail": NO_SERVER}
        values["next_attempt_at"] = None
    return values


def postpone(db: DbSession, event_id: UUID) -> None:
    """Try an event again later that could not be planned."""
    event = db.get(OutboxEvent, event_id)
    if event is not None and event.processed_at is None:
        event.attempts += 1
        event.next_attempt_at = utc_now() + BACKOFF[min(event.attempts, len(BACKOFF)) - 1]


def follow_unseen(db: DbSession, *, has_mail_server: bool, limit: int = 50) -> int:
    """Send an email after every notice that stood on a screen unopened; returns how many."""
    query = (
        select(Delivery)
        .where(
            Delivery.channel == Channel.SCREEN.value,
            Delivery.status == DeliveryStatus.SENT.value,
            Delivery.next_attempt_at <= utc_now(),
        )
        .order_by(Delivery.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    followed = 0
    for delivery in db.execute(query).scalars().all():
        taken = db.execute(
            update(Delivery)
            .where(Delivery.id == delivery.id, Delivery.next_attempt_at.is_not(None))
            .values(next_attempt_at=None, detail="not opened; an email follows")
        )
        event = db.get(OutboxEvent, delivery.event_id)
        if taken.rowcount != 1 or event is None:
            continue
        email = _delivery(
            event, delivery.recipient_id, Channel.EMAIL, has_mail_server=has_mail_server
        )
        db.execute(insert(Delivery.__table__), [email])
        notice_for(event.kind).changed(db, event.account_id, event.subject_id)
        followed += 1
    return followed
