"""What features say about their outbox events: who is told, and what a message says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.rules import UNSEEN_AFTER
from rxapp.notifications.views import Message, Recipient


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of event; ``label`` is what people call the mail about it.

    ``recipients(db, event)`` says who is told; ``recipient(db, event, delivery)`` reads one of them
    again before each attempt. ``message(db, event, delivery, recipient)`` composes. These two may
    return the reason why nothing is to be sent any more. ``changed(db, account_id, subject_id)``
    is called in every transaction that changes deliveries, so that who waits sees it. What goes
    ``by_mail_only`` takes no heed of who is online; else an email follows a notice that stood on a
    screen unopened for ``unseen_after(db, event)``.
    """

    recipients: Callable[[DbSession, OutboxEvent], list[Recipient]]
    recipient: Callable[[DbSession, OutboxEvent, Delivery], Recipient | str]
    message: Callable[[DbSession, OutboxEvent, Delivery, Recipient], Message | str]
    changed: Callable[[DbSession, UUID, UUID], None]
    label: str
    by_mail_only: bool = False
    unseen_after: Callable[[DbSession, OutboxEvent], timedelta] = lambda _db, _event: UNSEEN_AFTER


_notices: dict[str, Notice] = {}


def register(kind: str, notice: Notice) -> None:
    """Have events of this kind told as ``notice`` says."""
    _notices[kind] = notice


def label_of(kind: str) -> str:
    """Return what people call the mail about events of this kind.

    Raises:
        LookupError: as :func:`notice_for`.
    """
    return notice_for(kind).label


def notice_for(kind: str) -> Notice:
    """Return how events of this kind are told.

    Raises:
        LookupError: if no feature registered the kind.
    """
    try:
        return _notices[kind]
    except KeyError:
        raise LookupError(f"no feature tells of {kind!r}") from None
