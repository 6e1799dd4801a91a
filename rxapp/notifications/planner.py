"""From an outbox event to one delivery per recipient: the screen if online, else an email."""

import logging
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.live.presence import online
from rxapp.notifications.models import Channel, Delivery, DeliveryStatus, OutboxEvent
from rxapp.notifications.registry import notice_for
from rxapp.notifications.rules import BACKOFF, UNSEEN_AFTER

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
    for recipient in recipients:
        channel = Channel.SCREEN if recipient.id in present else Channel.EMAIL
        add_delivery(db, event, recipient.id, channel, has_mail_server=has_mail_server)
    event.processed_at = utc_now()
    notice.changed(db, event.account_id, event.subject_id)


def add_delivery(
    db: DbSession,
    event: OutboxEvent,
    recipient_id: UUID,
    channel: Channel,
    *,
    has_mail_server: bool,
) -> None:
    """Add one delivery in the state it starts in."""
    now = utc_now()
    delivery = Delivery(
        account_id=event.account_id,
        event_id=event.id,
        subject_id=event.subject_id,
        recipient_id=recipient_id,
        channel=channel.value,
        created_at=now,
        next_attempt_at=now,
    )
    if channel is Channel.SCREEN:
        # The change itself refreshes every connected tab, so a screen is reached with the commit.
        delivery.status = DeliveryStatus.SENT.value
        delivery.attempts = 1
        delivery.sent_at = now
        delivery.next_attempt_at = now + UNSEEN_AFTER
    elif not has_mail_server:
        delivery.status = DeliveryStatus.SKIPPED.value
        delivery.detail = NO_SERVER
        delivery.next_attempt_at = None
    db.add(delivery)


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
        add_delivery(
            db, event, delivery.recipient_id, Channel.EMAIL, has_mail_server=has_mail_server
        )
        notice_for(event.kind).changed(db, event.account_id, event.subject_id)
        followed += 1
    return followed
