"""What screens and JSON receive about accounts and users."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rxapp.accounts.rules import network_of
from rxapp.core.moments import MaybeMoment, Moment


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in, as what, and where."""

    id: str
    name: str
    email: str
    role: str
    role_label: str
    account_id: str
    account_name: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The signed-in user with their settings."""

    id: str
    name: str
    email: str
    role: str
    role_label: str
    account_id: str
    account_name: str
    account_delete_at: MaybeMoment
    time_zone: str
    theme: str
    email_on_escalation: bool
    email_on_return: bool
    has_second_factor: bool
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against. Never leaves the server."""

    user_id: UUID
    account_id: UUID
    name: str
    email: str
    password_hash: str
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """A fresh sign-in: the secret that its holder keeps, and when it ends.

    ``secret`` is the cookie's value of a browser, and the refresh token of an API login.
    """

    login_id: UUID
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sign-in comes from: its address, and what its browser says it is."""

    address: str = ""
    agent: str = ""

    @property
    def network(self) -> str:
        """What limits count it by."""
        return network_of(self.address)


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the account, as its admins see them."""

    id: str
    name: str
    email: str
    role: str
    role_label: str
    is_active: bool
    has_second_factor: bool
    joined_at: Moment
    last_seen_at: MaybeMoment


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of members by name; ``next_cursor`` is None on the last one."""

    items: list[Member]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation as admins see it. Times are ISO 8601 UTC."""

    id: str
    email: str
    role: str
    role_label: str
    status: str
    invited_by: str
    created_at: Moment
    expires_at: Moment
    mail: str


@dataclass(frozen=True, slots=True)
class NewInvitation(InvitationView):
    """An invitation with its link, which is shown once."""

    link: str


@dataclass(frozen=True, slots=True)
class ResetLink:
    """A link with which a member sets a new password; shown once. Times are ISO 8601 UTC."""

    member_id: str
    name: str
    email: str
    link: str
    expires_at: Moment


@dataclass(frozen=True, slots=True)
class Invited:
    """What the one who opens an invitation's link is shown."""

    email: str
    account_name: str
    role_label: str
    invited_by: str


@dataclass(frozen=True, slots=True)
class Held:
    """What a member holds: claims, sessions in progress, parked sessions."""

    claims: int
    active: int
    parked: int

    @property
    def total(self) -> int:
        """How many cases it is in all."""
        return self.claims + self.active + self.parked


@dataclass(frozen=True, slots=True)
class LoginView:
    """A signed-in browser or API login. Times are ISO 8601 UTC."""

    id: str
    kind: str
    agent: str
    address: str
    created_at: Moment
    seen_at: Moment
    is_current: bool


@dataclass(frozen=True, slots=True)
class ApiTokenView:
    """An API token without its secret. A time that never was is null in JSON."""

    id: str
    name: str
    scope: str
    hint: str
    created_at: Moment
    used_at: MaybeMoment


@dataclass(frozen=True, slots=True)
class NewApiToken:
    """An API token as it is shown once."""

    id: str
    name: str
    scope: str
    token: str


@dataclass(frozen=True, slots=True)
class SecondFactorSetup:
    """What an authenticator app is set up with; ``uri`` is what the QR code says."""

    secret: str
    uri: str


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


@dataclass(frozen=True, slots=True)
class Person:
    """A user as others see them; ``email`` serves notices and is not shown to members."""

    id: UUID
    name: str
    email: str
    email_on_escalation: bool = True
    email_on_return: bool = True
