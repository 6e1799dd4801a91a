"""What screens and JSON receive about an account and its mails."""

from dataclasses import dataclass
from uuid import UUID

from rxapp.access.rules import Priority
from rxapp.core.moments import Moment
from rxapp.notifications.rules import DeliveryStatus


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its settings; ``retention_days`` is None for ever."""

    id: UUID
    name: str
    escalation_priority: Priority
    time_zone: str
    lease_minutes: int
    unseen_minutes: int
    retention_days: int | None
    delete_at: Moment | None
    created_at: Moment


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail of the account as its admins see it. Times that have not come are None.

    ``about`` is what it is, in words; ``recipient`` the member's name, empty for somebody invited.
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
class MailPage:
    """A page of mails, newest first; ``next_cursor`` is None on the last one."""

    items: list[MailView]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class MailServerView:
    """How the mail server does; ``waiting`` and ``dead`` count the account's mails.

    ``trouble`` is empty while mails go out.
    """

    is_set_up: bool
    is_alarming: bool
    trouble: str
    detail: str
    since: Moment | None
    last_sent_at: Moment | None
    waiting: int
    dead: int
