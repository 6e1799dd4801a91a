"""What screens and the API show of members and invitations."""

from dataclasses import dataclass
from uuid import UUID

from rxapp.access.actor import Role
from rxapp.core.moments import Moment
from rxapp.sign_in.rules import InvitationStatus


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the account, as its admins see them."""

    id: UUID
    name: str
    email: str
    role: Role
    role_label: str
    is_active: bool
    has_second_factor: bool
    joined_at: Moment
    last_seen_at: Moment | None


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of members by name; ``next_cursor`` is None on the last one."""

    items: list[Member]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation as admins see it."""

    id: UUID
    email: str
    role: Role
    role_label: str
    status: InvitationStatus
    invited_by: str
    created_at: Moment
    expires_at: Moment
    email_status: str


@dataclass(frozen=True, slots=True)
class NewInvitation(InvitationView):
    """An invitation with its link, which is shown once."""

    link: str


@dataclass(frozen=True, slots=True)
class ResetLink:
    """A link with which a member sets a new password; shown once."""

    member_id: UUID
    name: str
    email: str
    link: str
    expires_at: Moment
