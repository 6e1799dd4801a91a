"""What screens, JSON and channels receive about notices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rxapp.core.moments import Moment
from rxapp.notifications.rules import Channel, DeliveryStatus, MailTrouble, is_alarming


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who is to be told. Who switched off emails of this kind wants none."""

    id: UUID
    name: str
    email: str
    wants_email: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel carries to one recipient. ``message_id`` is the same at every attempt."""

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient as JSON names one."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as the one who waits sees it. Times that have not come are None."""

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
    """Something new about the mail server: its trouble and what it said; None: it works again."""

    trouble: MailTrouble | None
    detail: str


@dataclass(frozen=True, slots=True)
class MailStanding:
    """How mail stands. ``waiting`` and ``dead`` count mails.

    ``trouble`` is what is wrong since ``since``, None while mails go out; ``detail`` is what the
    mail server said, without passwords and without addresses.
    """

    last_sent_at: datetime | None
    trouble: MailTrouble | None
    detail: str
    since: datetime | None
    waiting: int
    dead: int

    def is_alarming(self, now: datetime) -> bool:
        """Whether somebody has to look."""
        if self.trouble is None or self.since is None:
            return False
        return is_alarming(self.trouble, now - self.since)
