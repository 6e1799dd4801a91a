"""What screens and JSON receive about members and invitations."""

from dataclasses import dataclass

from rxapp.core.moments import MaybeMoment, Moment


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
