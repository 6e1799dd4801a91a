"""What screens, the API and channels receive about notices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rxapp.core.moments import Moment
from rxapp.notifications.rules import Channel, DeliveryStatus, MailTrouble, is_alarming


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to notify. ``wants_email`` is False if they switched off emails of this kind."""

    id: UUID
    name: str
    email: str
    wants_email: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel sends to one recipient. ``message_id`` is the same at every attempt."""

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient in the API."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as the person who is waiting sees it. Times still to come are None."""

    id: UUID
    recipient: Person
    channel: Channel
    status: DeliveryStatus
    attempts: int
    detail: str
    created_at: Moment
    next_attempt_at: Moment | None
    sent_at: Moment | None
    seen_at: Moment | None


@dataclass(frozen=True, slots=True)
class News:
    """News about the mail server: its trouble and its answer; ``trouble`` None: it works again."""

    trouble: MailTrouble | None
    detail: str


@dataclass(frozen=True, slots=True)
class MailStanding:
    """Whether emails go out. ``waiting`` and ``dead`` count emails.

    ``trouble`` is what has been wrong since ``since``, None while emails go out; ``detail`` is the
    mail server's answer, without passwords and addresses.
    """

    last_sent_at: datetime | None
    trouble: MailTrouble | None
    detail: str
    since: datetime | None
    waiting: int
    dead: int

    def is_alarming(self, now: datetime) -> bool:
        """Whether somebody has to act."""
        if self.trouble is None or self.since is None:
            return False
        return is_alarming(self.trouble, now - self.since)
