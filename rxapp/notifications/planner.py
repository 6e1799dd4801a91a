"""Turns an outbox event into one delivery per recipient: on screen if online, else by email."""

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.core.db import one_of_many
from rxapp.core.ids import new_id
from rxapp.core.statements import change_if, insert_into
from rxapp.live.presence import online
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.registry import notice_for
from rxapp.notifications.rules import (
    BACKOFF,
    SHOWN_WITHIN,
    Channel,
    DeliveryStatus,
    retry_after,
)
from rxapp.notifications.views import Recipient

NO_SERVER = "no mail server configured"
NOT_SHOWN = "no open page showed it; an email follows"
NOT_OPENED = "not opened; an email follows"
NOT_WANTED = "switched off emails of this kind"
NOT_FOLLOWED = "no email could follow; the server's log says why"


def due_events(db: DbSession, limit: int = 20) -> list[UUID]:
    """Return the events that still have no deliveries, oldest first."""
    query = (
        select(OutboxEvent.id)
        .where(OutboxEvent.processed_at.is_(None), OutboxEvent.next_attempt_at <= utc_now())
        .order_by(OutboxEvent.id)
        .limit(limit)
    )
    return list(db.execute(query).scalars())


def plan(db: DbSession, event_id: UUID, *, has_mail_server: bool) -> None:
    """Write the deliveries of the event, unless another process is doing so."""
    query = select(OutboxEvent).where(
        OutboxEvent.id == event_id, OutboxEvent.processed_at.is_(None)
    )
    event = db.execute(query.with_for_update(skip_locked=True)).scalar_one_or_none()
    if event is None:
        return
    notice = notice_for(event.kind)
    recipients = notice.recipients(db, event)
    ids = [recipient.id for recipient in recipients]
    present = set() if notice.by_mail_only else online(db, ids)
    deliveries = [
        _screen_delivery(event, recipient.id)
        if recipient.id in present
        else _email_delivery(event, recipient, has_mail_server=has_mail_server)
        for recipient in recipients
    ]
    if deliveries:
        db.execute(insert_into(Delivery), deliveries)
    event.processed_at = utc_now()
    notice.changed(db, event.account_id, [event.subject_id])


def _delivery(event: OutboxEvent, recipient_id: UUID, channel: Channel) -> dict[str, Any]:
    now = utc_now()
    return {
        "id": new_id(),
        "account_id": event.account_id,
        "event_id": event.id,
        "subject_id": event.subject_id,
        "recipient_id": recipient_id,
        "channel": channel,
        "status": DeliveryStatus.PENDING,
        "address": "",
        "refusals": 0,
        "trouble": None,
        "created_at": now,
        "queued_at": now,
        "tried_at": None,
        "next_attempt_at": now,
        "sent_at": None,
        "attempts": 0,
        "detail": "",
        "message_id": "",
    }


def _screen_delivery(event: OutboxEvent, recipient_id: UUID) -> dict[str, Any]:
    """Return a delivery in progress: the change itself refreshes tabs, and a browser confirms."""
    values = _delivery(event, recipient_id, Channel.SCREEN)
    values |= {"status": DeliveryStatus.SENDING, "attempts": 1}
    values["next_attempt_at"] = values["created_at"] + SHOWN_WITHIN
    return values


def _email_delivery(
    event: OutboxEvent, recipient: Recipient, *, has_mail_server: bool
) -> dict[str, Any]:
    """Return a delivery that waits for its first attempt, or says why there will be none."""
    values = _delivery(event, recipient.id, Channel.EMAIL) | {"address": recipient.email}
    reason = "" if has_mail_server else NO_SERVER
    if not recipient.wants_email:
        reason = NOT_WANTED
    if reason:
        values |= {"status": DeliveryStatus.SKIPPED, "detail": reason}
        values["next_attempt_at"] = None
    return values


def postpone(db: DbSession, event_id: UUID) -> None:
    """Try an event that could not be planned again later."""
    event = db.get(OutboxEvent, event_id)
    if event is not None and event.processed_at is None:
        event.attempts += 1
        event.next_attempt_at = utc_now() + BACKOFF[min(event.attempts, len(BACKOFF)) - 1]


def screens_due() -> tuple:
    """Return the conditions of a delivery on screen that was not shown, or not opened, in time."""
    return (
        Delivery.channel == Channel.SCREEN,
        Delivery.status.in_([DeliveryStatus.SENDING, DeliveryStatus.SENT]),
        Delivery.next_attempt_at <= utc_now(),
    )


def follow_screens(db: DbSession, *, has_mail_server: bool, limit: int = 50) -> int:
    """Send an email for every notice that no browser showed in time, or that nobody opened.

    Returns how many there were.
    """
    query = (
        select(Delivery)
        .where(*screens_due())
        .order_by(Delivery.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    followed = 0
    for delivery in db.execute(query).scalars().all():
        what = f"notifications: no email could follow delivery {delivery.id}"
        with one_of_many(db, what, otherwise=partial(_follow_later, delivery)):
            followed += _follow(db, delivery, has_mail_server=has_mail_server)
    return followed


def _follow(db: DbSession, delivery: Delivery, *, has_mail_server: bool) -> bool:
    """Send an email for one notice; returns False if the notice has changed meanwhile."""
    taken = change_if(
        db,
        update(Delivery)
        .where(
            Delivery.id == delivery.id,
            Delivery.status == delivery.status,
            Delivery.next_attempt_at.is_not(None),
        )
        .values(next_attempt_at=None, **_given_up(delivery)),
    )
    event = db.get(OutboxEvent, delivery.event_id)
    if not taken or event is None:
        return False
    notice = notice_for(event.kind)
    recipient = notice.recipient(db, event, delivery)
    if isinstance(recipient, Recipient):
        email = _email_delivery(event, recipient, has_mail_server=has_mail_server)
        db.execute(insert_into(Delivery), [email])
    notice.changed(db, event.account_id, [event.subject_id])
    return True


def _follow_later(delivery: Delivery) -> None:
    """Try a notice that no email could follow again later; at some point it is given up."""
    delivery.refusals += 1
    pause = retry_after(delivery.refusals)
    if pause is None:
        delivery.detail, delivery.next_attempt_at = NOT_FOLLOWED, None
    else:
        delivery.next_attempt_at = utc_now() + pause


def _given_up(delivery: Delivery) -> dict[str, Any]:
    """Return the values of a delivery on screen that is replaced by an email."""
    if delivery.status == DeliveryStatus.SENDING:
        return {"status": DeliveryStatus.DEAD, "detail": NOT_SHOWN}
    return {"detail": NOT_OPENED}
