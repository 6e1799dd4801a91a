"""Writes about emails that were given up: an admin sends them again."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.errors import Conflict, NotFound
from rxapp.notifications.delivery_service import send_again
from rxapp.notifications.models import UNDELIVERED, Delivery
from rxapp.notifications.rules import Channel, DeliveryStatus
from rxapp.settings import settings

AT_ONCE = 500
"""How many emails one request sends again; the next request takes the next ones."""


def resend(db: DbSession, actor: Actor, email_id: UUID) -> None:
    """Send a dead email again, as if it were new.

    Raises:
        Forbidden: without the right to manage the account.
        NotFound: if the account has no such email.
        Conflict: if it was not given up, or no mail server is set up.
    """
    require(actor, Permission.MANAGE_ACCOUNT)
    query = select(Delivery).where(
        Delivery.id == email_id,
        Delivery.account_id == actor.account_id,
        Delivery.channel == Channel.EMAIL,
    )
    mail = db.execute(query).scalar_one_or_none()
    if mail is None:
        raise NotFound("email")
    _check_sends_mail()
    if not send_again(db, actor.account_id, [mail.id]):
        raise Conflict("Only an email that was given up can be sent again.")
    record(db, actor, Action.EMAIL_SENT_AGAIN, subject_id=mail.id, subject=mail.address)


def resend_all(db: DbSession, actor: Actor) -> int:
    """Send every dead email of the account again; returns how many there are.

    Raises:
        Forbidden, Conflict: as :func:`resend`.
    """
    require(actor, Permission.MANAGE_ACCOUNT)
    _check_sends_mail()
    query = (
        select(Delivery.id)
        .where(
            UNDELIVERED,
            Delivery.account_id == actor.account_id,
            Delivery.status == DeliveryStatus.DEAD,
        )
        .order_by(Delivery.id)
        .limit(AT_ONCE)
    )
    found = send_again(db, actor.account_id, list(db.execute(query).scalars()))
    if found:
        record(db, actor, Action.EMAIL_SENT_AGAIN, emails=found)
    return found


def _check_sends_mail() -> None:
    if not settings().sends_mail:
        raise Conflict("No mail server is set up here, so no emails can be sent.")
