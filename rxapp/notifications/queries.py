"""Reads about deliveries."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.access.queries import names
from rxapp.core.clock import utc_now
from rxapp.notifications.models import UNDELIVERED, Delivery, MailStatus, OutboxEvent
from rxapp.notifications.rules import Channel, DeliveryStatus, MailTrouble, is_alarming
from rxapp.notifications.views import DeliveryView, MailStanding, Person
from rxapp.settings import settings


def deliveries(db: DbSession, account_id: UUID, subject_id: UUID) -> list[DeliveryView]:
    """Return every delivery about the subject, oldest first."""
    query = (
        select(Delivery)
        .where(Delivery.account_id == account_id, Delivery.subject_id == subject_id)
        .order_by(Delivery.created_at, Delivery.id)
    )
    rows = db.execute(query).scalars().all()
    names_by_id = names(db, account_id, [row.recipient_id for row in rows])
    return [
        DeliveryView(
            id=row.id,
            recipient=Person(row.recipient_id, names_by_id.get(row.recipient_id, "")),
            channel=row.channel,
            status=row.status,
            attempts=row.attempts,
            detail=row.detail,
            created_at=row.created_at,
            next_attempt_at=row.next_attempt_at,
            sent_at=row.sent_at,
            seen_at=row.seen_at,
        )
        for row in rows
    ]


def latest_of(db: DbSession, account_id: UUID, subject_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the status of the newest email about each subject, in words; without one it waits."""
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
    """Return whether all events about the subject so far have their deliveries."""
    query = select(OutboxEvent.id).where(
        OutboxEvent.subject_id == subject_id, OutboxEvent.processed_at.is_(None)
    )
    return db.execute(query.limit(1)).first() is None


def mail_alarm(db: DbSession, now: datetime) -> MailTrouble | None:
    """Return what is wrong with the mail server if somebody has to act, else None."""
    row = db.get(MailStatus, 1)
    if row is None or row.trouble is None or row.since is None:
        return None
    return row.trouble if is_alarming(row.trouble, now - row.since) else None


def mail_standing(db: DbSession, *, account_id: UUID | None = None) -> MailStanding:
    """Return whether emails go out, with a count of the emails of one account or of all.

    Whether a mail server is set up at all is in the settings, not here.
    """
    mine = () if account_id is None else (Delivery.account_id == account_id,)
    waiting = select(func.count()).where(
        Delivery.channel == Channel.EMAIL, Delivery.next_attempt_at.is_not(None), *mine
    )
    dead = select(func.count()).where(UNDELIVERED, Delivery.status == DeliveryStatus.DEAD, *mine)
    counts = select(waiting.scalar_subquery(), dead.scalar_subquery())
    row = db.get(MailStatus, 1) or MailStatus()
    return MailStanding(
        last_sent_at=row.last_sent_at,
        trouble=row.trouble,
        detail=row.detail,
        since=row.since,
        waiting=(found := db.execute(counts).one())[0],
        dead=found[1],
    )


def alarm(db: DbSession, actor: Actor) -> str:
    """Return what is wrong with the mail server if an admin has to act, else an empty string.

    Raises:
        Forbidden: without the right to manage the account.
    """
    require(actor, Permission.MANAGE_ACCOUNT)
    trouble = mail_alarm(db, utc_now()) if settings().sends_mail else None
    return trouble.words if trouble else ""
