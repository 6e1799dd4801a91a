"""Writes about emails: claimed, sent, refused, held up by the mail server, sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.core.db import one_of_many
from rxapp.live.signals import wake_outbox
from rxapp.notifications import mail_status_service as mail_status
from rxapp.notifications.models import UNDELIVERED, Delivery, OutboxEvent
from rxapp.notifications.registry import notice_for
from rxapp.notifications.rules import (
    STALE_AFTER,
    Channel,
    DeliveryStatus,
    MailTrouble,
    retry_after,
    retry_after_trouble,
)
from rxapp.notifications.views import Message, News

CUT_OFF = "the server stopped during the attempt"
NOT_WRITTEN = "the email could not be written; the server's log says why"
RELEASE_AFTER = timedelta(minutes=1)
"""How long after its last attempt a held-up email may be retried because another got through."""

_WAITING = (
    DeliveryStatus.PENDING,
    DeliveryStatus.FAILED,
    DeliveryStatus.SENDING,
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process is about to send."""

    id: UUID
    attempts: int
    message: Message


def take_back_all(db: DbSession) -> None:
    """Take back all attempts of earlier processes; for a database that only one process uses."""
    db.execute(
        update(Delivery)
        .where(
            Delivery.channel == Channel.EMAIL,
            Delivery.status == DeliveryStatus.SENDING,
        )
        .values(next_attempt_at=utc_now())
    )


def has_due(db: DbSession) -> bool:
    """Return whether any email is due; read only, so that an idle server locks nothing."""
    query = select(Delivery.id).where(*_due()).limit(1)
    return db.execute(query).first() is not None


def _due() -> tuple:
    return (
        Delivery.channel == Channel.EMAIL,
        Delivery.status.in_(_WAITING),
        Delivery.next_attempt_at <= utc_now(),
    )


def claim_due(db: DbSession, *, limit: int) -> list[Claimed]:
    """Claim due emails, so that no other process sends them too, and return them."""
    query = (
        select(Delivery)
        .where(*_due())
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = []
    for delivery in db.execute(query).scalars().all():
        message = None
        what = f"notifications: the email of delivery {delivery.id} cannot be written"
        with one_of_many(db, what, otherwise=partial(_not_written, db, delivery)):
            message = _compose(db, delivery)
        if message is None:
            continue
        if isinstance(message, str):
            _finish(db, delivery.id, DeliveryStatus.SKIPPED, message)
            continue
        delivery.status = DeliveryStatus.SENDING
        delivery.attempts += 1
        delivery.message_id = message.message_id
        delivery.address = message.to_address
        delivery.tried_at = utc_now()
        delivery.next_attempt_at = utc_now() + STALE_AFTER
        db.flush()
        claimed.append(Claimed(delivery.id, delivery.attempts, message))
    return claimed


def _not_written(db: DbSession, delivery: Delivery) -> None:
    delivery.attempts += 1
    refused(db, delivery.id, NOT_WRITTEN)


def _event_of(db: DbSession, delivery: Delivery) -> OutboxEvent:
    event = db.get(OutboxEvent, delivery.event_id)
    assert event is not None
    return event


def _compose(db: DbSession, delivery: Delivery) -> Message | str:
    event = _event_of(db, delivery)
    notice = notice_for(event.kind)
    recipient = notice.recipient(db, event, delivery)
    if isinstance(recipient, str):
        return recipient
    return notice.message(db, event, delivery, recipient)


def sent(db: DbSession, delivery_id: UUID) -> News | None:
    """Record that the mail server accepted the message; returns news about the server, if any."""
    _finish(db, delivery_id, DeliveryStatus.SENT, "")
    news = mail_status.works(db)
    if news is not None:
        _release(db)
    return news


def _release(db: DbSession) -> None:
    """Try the emails now that were waiting for the mail server."""
    db.execute(
        update(Delivery)
        .where(
            UNDELIVERED,
            Delivery.status == DeliveryStatus.FAILED,
            Delivery.trouble.is_not(None),
            Delivery.tried_at < utc_now() - RELEASE_AFTER,
        )
        .values(next_attempt_at=utc_now())
        .execution_options(synchronize_session=False)
    )


def gave_up(db: DbSession, delivery_id: UUID, reason: str) -> None:
    """Record that the message will not be sent, and why."""
    _finish(db, delivery_id, DeliveryStatus.DEAD, reason)


def refused(db: DbSession, delivery_id: UUID, reason: str) -> None:
    """Record that the recipient's side did not accept it now, and when to try again, if at all."""
    delivery = _load(db, delivery_id)
    delivery.refusals += 1
    delivery.trouble = None
    pause = retry_after(delivery.refusals)
    if pause is None:
        reason = f"gave up after {delivery.attempts} attempts: {reason}"
        _finish(db, delivery_id, DeliveryStatus.DEAD, reason)
    else:
        _wait(db, delivery, reason, pause)


def held_up(db: DbSession, delivery_id: UUID, trouble: MailTrouble, reason: str) -> News | None:
    """Record that the mail server is in trouble; returns news about it, if any."""
    delivery = _load(db, delivery_id)
    delivery.trouble = trouble
    waited = utc_now() - delivery.queued_at
    pause = retry_after_trouble(delivery.attempts, waited)
    if pause is None:
        reason = f"gave up after {waited.days} days: {reason}"
        _finish(db, delivery_id, DeliveryStatus.DEAD, reason)
    else:
        _wait(db, delivery, reason, pause)
    return mail_status.fails(db, trouble, reason)


def cut_off(db: DbSession, delivery_id: UUID) -> None:
    """Take back an attempt that this process cannot wait for: the next one repeats it."""
    delivery = _load(db, delivery_id)
    if delivery.status == DeliveryStatus.SENDING:
        _wait(db, delivery, CUT_OFF, timedelta())


def send_again(db: DbSession, account_id: UUID, delivery_ids: Sequence[UUID]) -> int:
    """Send dead emails of the account again, as if they were new; returns how many it found."""
    now = utc_now()
    again = (
        update(Delivery)
        .where(
            UNDELIVERED,
            Delivery.account_id == account_id,
            Delivery.id.in_(delivery_ids),
            Delivery.status == DeliveryStatus.DEAD,
        )
        .values(
            status=DeliveryStatus.PENDING,
            attempts=0,
            refusals=0,
            trouble=None,
            detail="",
            queued_at=now,
            next_attempt_at=now,
        )
        .returning(Delivery.event_id)
        .execution_options(synchronize_session=False)
    )
    events = list(db.execute(again).scalars())
    if events:
        _tell_all(db, account_id, events)
        wake_outbox(db)
    return len(events)


def _load(db: DbSession, delivery_id: UUID) -> Delivery:
    delivery = db.get(Delivery, delivery_id, with_for_update=True)
    assert delivery is not None
    return delivery


def _wait(db: DbSession, delivery: Delivery, reason: str, pause: timedelta) -> None:
    if delivery.status == DeliveryStatus.SEEN:
        return  # they opened it meanwhile: nothing is left to send
    delivery.status = DeliveryStatus.FAILED
    delivery.detail = reason
    delivery.next_attempt_at = utc_now() + pause
    _tell(db, delivery)


def _finish(db: DbSession, delivery_id: UUID, status: DeliveryStatus, detail: str) -> None:
    delivery = _load(db, delivery_id)
    if delivery.status != DeliveryStatus.SEEN:
        delivery.status = status
        delivery.detail = detail
    delivery.next_attempt_at = None
    if status is DeliveryStatus.SENT:
        delivery.trouble = None
        delivery.sent_at = utc_now()
    _tell(db, delivery)


def _tell(db: DbSession, delivery: Delivery) -> None:
    db.flush()
    with one_of_many(db, f"notifications: no page could show delivery {delivery.id}"):
        notice = notice_for(_event_of(db, delivery).kind)
        notice.changed(db, delivery.account_id, [delivery.subject_id])


def _tell_all(db: DbSession, account_id: UUID, event_ids: Sequence[UUID]) -> None:
    subjects = select(OutboxEvent.kind, OutboxEvent.subject_id).where(OutboxEvent.id.in_(event_ids))
    by_kind: dict[str, set[UUID]] = {}
    for kind, subject_id in db.execute(subjects):
        by_kind.setdefault(kind, set()).add(subject_id)
    for kind, subject_ids in by_kind.items():
        with one_of_many(db, f"notifications: no page could show deliveries of {kind}"):
            notice_for(kind).changed(db, account_id, subject_ids)
