"""Who acts: the account, the user and the role, as read from a sign-in."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The four roles, weakest first. The values are what the API and the data say."""

    VIEWER = "viewer"
    ENGINEER = "engineer"
    ADMIN = "admin"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """How much the role may do, from 0."""
        return list(Role).index(self)

    @property
    def label(self) -> str:
        """The word on screen."""
        return {"viewer": "Technician", "engineer": "Senior"}.get(self.value, self.value.title())


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, and for which account.

    ``login_id`` is the sign-in they act through, ``address`` where they are, as far as is known.
    """

    account_id: UUID
    user_id: UUID
    role: Role
    name: str
    login_id: UUID
    address: str = ""
