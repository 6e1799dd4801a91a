"""The actor: account, user and role, as read from a sign-in."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The four roles, weakest first. The API and the database use these values."""

    VIEWER = "viewer"
    ENGINEER = "engineer"
    ADMIN = "admin"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """How much the role may do, counted from 0."""
        return list(Role).index(self)

    @property
    def label(self) -> str:
        """The role's name on screen."""
        return {"viewer": "Technician", "engineer": "Senior"}.get(self.value, self.value.title())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in which account.

    ``login_id`` is their sign-in, ``address`` their network address, as far as it is known.
    """

    account_id: UUID
    user_id: UUID
    role: Role
    name: str
    login_id: UUID
    address: str = ""
