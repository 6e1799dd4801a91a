"""What screens and the API show of an account and its emails."""

from dataclasses import dataclass
from uuid import UUID

from rxapp.access.rules import Priority
from rxapp.core.moments import Moment
from rxapp.notifications.rules import DeliveryStatus


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its settings; ``retention_days`` None means forever."""

    id: UUID
    name: str
    escalation_priority: Priority
    time_zone: str
    lease_minutes: int
    unseen_minutes: int
    retention_days: int | None
    second_person_publishes: bool
    delete_at: Moment | None
    created_at: Moment


@dataclass(frozen=True, slots=True)
class EmailView:
    """An email of the account as its admins see it. Times still to come are None.

    ``about`` says in words what it is; ``recipient`` is the member's name, empty for somebody
    invited.
    """

    id: UUID
    recipient: str
    address: str
    about: str
    status: DeliveryStatus
    attempts: int
    detail: str
    created_at: Moment
    tried_at: Moment | None
    next_attempt_at: Moment | None
    sent_at: Moment | None


@dataclass(frozen=True, slots=True)
class EmailPage:
    """A page of emails, newest first; ``next_cursor`` is None on the last one."""

    items: list[EmailView]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class MailServerView:
    """Whether the mail server works; ``waiting`` and ``dead`` count the account's emails.

    ``trouble`` is empty while emails go out.
    """

    is_set_up: bool
    is_alarming: bool
    trouble: str
    detail: str
    since: Moment | None
    last_sent_at: Moment | None
    waiting: int
    dead: int
