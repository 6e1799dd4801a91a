"""What screens and JSON receive about accounts and users."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Profile:
    """The signed-in user."""

    id: str
    name: str
    email: str
    role: str
    role_label: str
    account_id: str
    account_name: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against. Never leaves the server."""

    user_id: UUID
    password_hash: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A fresh sign-in: the secret that its holder keeps, and when it ends."""

    login_id: UUID
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A user as others see them; ``email`` serves notices and is not shown to members."""

    id: UUID
    name: str
    email: str
