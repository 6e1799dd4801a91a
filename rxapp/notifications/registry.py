"""What features say about their outbox events: who is told, and what a message says."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.views import Message, Recipient


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of event.

    ``recipients(db, event)`` says who is told. ``message(db, delivery, recipient)`` composes, or
    returns the reason why nothing is to be sent any more. ``changed(db, account_id, subject_id)``
    is called in every transaction that changes deliveries, so that who waits sees it.
    """

    recipients: Callable[[DbSession, OutboxEvent], list[Recipient]]
    message: Callable[[DbSession, Delivery, Recipient], Message | str]
    changed: Callable[[DbSession, UUID, UUID], None]


_notices: dict[str, Notice] = {}


def register(kind: str, notice: Notice) -> None:
    """Have events of this kind told as ``notice`` says."""
    _notices[kind] = notice


def notice_for(kind: str) -> Notice:
    """Return how events of this kind are told.

    Raises:
        LookupError: if no feature registered the kind.
    """
    try:
        return _notices[kind]
    except KeyError:
        raise LookupError(f"no feature tells of {kind!r}") from None
