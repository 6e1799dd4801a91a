"""What features register about their outbox events: who is notified, and what a message says."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.rules import UNSEEN_AFTER
from rxapp.notifications.views import Message, Recipient


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of event; ``label`` is the name of the email about it.

    ``recipients(db, event)`` returns who is notified; ``recipient(db, event, delivery)`` reads one
    of them again before each attempt. ``message(db, event, delivery, recipient)`` composes the
    message. Instead, these two may return the reason why nothing should be sent any more.
    ``changed(db, account_id, subject_ids)`` is called in every transaction that changes deliveries,
    so that whoever waits sees it. With ``by_mail_only``, an email is sent even to those who are
    online; otherwise it follows a notice that stays unopened for ``unseen_after(db, event)``.
    """

    recipients: Callable[[DbSession, OutboxEvent], list[Recipient]]
    recipient: Callable[[DbSession, OutboxEvent, Delivery], Recipient | str]
    message: Callable[[DbSession, OutboxEvent, Delivery, Recipient], Message | str]
    changed: Callable[[DbSession, UUID, Collection[UUID]], None]
    label: str
    by_mail_only: bool = False
    unseen_after: Callable[[DbSession, OutboxEvent], timedelta] = lambda _db, _event: UNSEEN_AFTER


_notices: dict[str, Notice] = {}


def register(kind: str, notice: Notice) -> None:
    """Use ``notice`` for events of this kind."""
    _notices[kind] = notice


def label_of(kind: str) -> str:
    """Return the name of the email about events of this kind.

    Raises:
        LookupError: as :func:`notice_for`.
    """
    return notice_for(kind).label


def notice_for(kind: str) -> Notice:
    """Return the notice registered for events of this kind.

    Raises:
        LookupError: if no feature registered the kind.
    """
    try:
        return _notices[kind]
    except KeyError:
        raise LookupError(f"no feature registered {kind!r}") from None
