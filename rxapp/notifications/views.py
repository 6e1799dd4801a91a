"""What screens, JSON and channels receive about notices."""

from dataclasses import dataclass
from uuid import UUID


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

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as the one who waits sees it. Times are ISO 8601 UTC, empty if not yet."""

    id: str
    recipient: Person
    channel: str
    status: str
    attempts: int
    detail: str
    created_at: str
    next_attempt_at: str
    sent_at: str
    seen_at: str
