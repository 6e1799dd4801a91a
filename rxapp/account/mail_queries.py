"""Reads of the email log, for admins: what goes out, what does not, and why."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.access.queries import names
from rxapp.account.views import EmailPage, EmailView, MailServerView
from rxapp.core.clock import utc_now
from rxapp.core.errors import Invalid
from rxapp.core.paging import page
from rxapp.notifications.models import UNDELIVERED, Delivery, OutboxEvent
from rxapp.notifications.queries import mail_standing
from rxapp.notifications.rules import Channel
from rxapp.settings import settings

SHOWN = ("undelivered", "all")
"""The values of ``show``: emails given up or waiting after a failure, or all of them."""


def mails(
    db: DbSession,
    actor: Actor,
    *,
    label_of: Callable[[str], str],
    show: str = "undelivered",
    cursor: str | None = None,
    limit: int = 50,
) -> EmailPage:
    """Return a page of the account's emails, newest first; ``label_of`` names a kind of event.

    Raises:
        Forbidden: without the right to manage the account.
        Invalid: if ``show`` or the cursor is unknown.
    """
    require(actor, Permission.MANAGE_ACCOUNT)
    if show not in SHOWN:
        raise Invalid(f"Choose one of: {', '.join(SHOWN)}.", field="show")
    query = (
        select(Delivery, OutboxEvent.kind)
        .join(OutboxEvent, OutboxEvent.id == Delivery.event_id)
        .where(Delivery.account_id == actor.account_id, Delivery.channel == Channel.EMAIL)
    )
    if show == "undelivered":
        query = query.where(UNDELIVERED)
    rows, next_cursor = page(db, query, Delivery.id, cursor=cursor, limit=limit, newest_first=True)
    names_by_id = names(db, actor.account_id, [row.Delivery.recipient_id for row in rows])
    items = [_view(row.Delivery, label_of(row.kind), names_by_id) for row in rows]
    return EmailPage(items, next_cursor)


def _view(row: Delivery, about: str, names_by_id: dict[Any, str]) -> EmailView:
    return EmailView(
        id=row.id,
        recipient=names_by_id.get(row.recipient_id, ""),
        address=row.address,
        about=about,
        status=row.status,
        attempts=row.attempts,
        detail=row.detail,
        created_at=row.created_at,
        tried_at=row.tried_at,
        next_attempt_at=row.next_attempt_at,
        sent_at=row.sent_at,
    )


def mail_server(db: DbSession, actor: Actor) -> MailServerView:
    """Return whether the mail server works, and how many of the account's emails wait or are dead.

    Raises:
        Forbidden: without the right to manage the account.
    """
    require(actor, Permission.MANAGE_ACCOUNT)
    found = mail_standing(db, account_id=actor.account_id)
    trouble = found.trouble if settings().sends_mail else None
    return MailServerView(
        is_set_up=settings().sends_mail,
        is_alarming=trouble is not None and found.is_alarming(utc_now()),
        trouble=trouble.words if trouble else "",
        detail=found.detail if trouble else "",
        since=found.since if trouble else None,
        last_sent_at=found.last_sent_at,
        waiting=found.waiting,
        dead=found.dead,
    )
