"""The values that signing in takes and returns."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rxapp.access.actor import Role
from rxapp.access.rules import Theme
from rxapp.core.moments import Moment
from rxapp.sign_in.rules import network_of


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in, in which role and account."""

    id: UUID
    name: str
    email: str
    role: Role
    role_label: str
    account_id: UUID
    account_name: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The signed-in user with their settings."""

    id: UUID
    name: str
    email: str
    role: Role
    role_label: str
    account_id: UUID
    account_name: str
    account_delete_at: Moment | None
    time_zone: str
    theme: Theme
    email_on_escalation: bool
    email_on_return: bool
    has_second_factor: bool
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against. It never leaves the server."""

    user_id: UUID
    account_id: UUID
    name: str
    email: str
    password_hash: str
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """A new sign-in: the secret for its holder, and when it ends.

    ``secret`` is a browser's cookie, or the refresh token of an API login.
    """

    login_id: UUID
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sign-in comes from: its network address, and its browser's name for itself."""

    address: str = ""
    agent: str = ""

    @property
    def network(self) -> str:
        """The key by which limits count the address."""
        return network_of(self.address)


@dataclass(frozen=True, slots=True)
class Invited:
    """What somebody who opens an invitation's link is shown."""

    email: str
    account_name: str
    role_label: str
    invited_by: str


@dataclass(frozen=True, slots=True)
class SecondFactorSetup:
    """The key for an authenticator app; ``uri`` is the content of the QR code."""

    secret: str
    uri: str
