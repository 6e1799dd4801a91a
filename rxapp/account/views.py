"""What screens and JSON receive about an account and its mails."""

from dataclasses import dataclass

from rxapp.core.moments import MaybeMoment, Moment


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its settings; ``retention_days`` is None for ever."""

    id: str
    name: str
    escalation_priority: str
    time_zone: str
    lease_minutes: int
    unseen_minutes: int
    retention_days: int | None
    delete_at: MaybeMoment
    created_at: Moment


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail of the account as its admins see it. Times not come yet are null in JSON.

    ``about`` is what it is, in words; ``recipient`` the member's name, empty for somebody invited.
    """

    id: str
    recipient: str
    address: str
    about: str
    status: str
    attempts: int
    detail: str
    created_at: Moment
    tried_at: MaybeMoment
    next_attempt_at: MaybeMoment
    sent_at: MaybeMoment


@dataclass(frozen=True, slots=True)
class MailPage:
    """A page of mails, newest first; ``next_cursor`` is None on the last one."""

    items: list[MailView]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class MailServerView:
    """How the mail server does; ``waiting`` and ``dead`` count the account's mails.

    ``trouble`` is empty while mails go out. Times are ISO 8601 UTC.
    """

    is_set_up: bool
    is_alarming: bool
    trouble: str
    detail: str
    since: MaybeMoment
    last_sent_at: MaybeMoment
    waiting: int
    dead: int
