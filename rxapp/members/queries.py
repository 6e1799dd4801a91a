"""Reads about members and invitations, for those who manage them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import Invitation, Login, User
from rxapp.access.policy import Permission, require
from rxapp.access.queries import names
from rxapp.core.paging import page
from rxapp.members.views import InvitationView, Member, MemberPage
from rxapp.notifications.queries import latest_of
from rxapp.sign_in.queries import invitation_status

INVITATIONS_SHOWN = 200


def members(
    db: DbSession, actor: Actor, *, cursor: str | None = None, limit: int = 50
) -> MemberPage:
    """Return a page of the account's members by name, including deactivated ones.

    Raises:
        Forbidden: without the right to manage members.
        Invalid: if the cursor is not one of ours.
    """
    require(actor, Permission.MANAGE_MEMBERS)
    query = select(User).where(User.account_id == actor.account_id, User.deleted_at.is_(None))
    rows, next_cursor = page(db, query, User.name, User.id, cursor=cursor, limit=limit)
    users = [row.User for row in rows]
    seen = _last_seen(db, [user.id for user in users])
    return MemberPage([_member(user, seen.get(user.id)) for user in users], next_cursor)


def _member(user: User, seen_at: datetime | None) -> Member:
    return Member(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        role_label=user.role.label,
        is_active=user.is_active,
        has_second_factor=user.totp_since is not None,
        joined_at=user.created_at,
        last_seen_at=seen_at,
    )


def _last_seen(db: DbSession, user_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    query = (
        select(Login.user_id, func.max(Login.seen_at).label("seen_at"))
        .where(Login.user_id.in_(list(user_ids)))
        .group_by(Login.user_id)
    )
    return {row.user_id: row.seen_at for row in db.execute(query)}


def colleagues(db: DbSession, actor: Actor, *, without: UUID | None = None) -> list[Member]:
    """Return the active members, by name, to whom cases can be given.

    Raises:
        Forbidden: without the right to manage members.
    """
    require(actor, Permission.MANAGE_MEMBERS)
    query = (
        select(User)
        .where(
            User.account_id == actor.account_id,
            User.deleted_at.is_(None),
            User.is_active.is_(True),
        )
        .order_by(User.name, User.id)
        .limit(500)
    )
    return [_member(user, None) for user in db.execute(query).scalars() if user.id != without]


def invitations(db: DbSession, actor: Actor, *, every: bool = False) -> list[InvitationView]:
    """Return the account's invitations, newest first: only open ones, or ``every`` one.

    Raises:
        Forbidden: without the right to manage members.
    """
    require(actor, Permission.MANAGE_MEMBERS)
    query = select(Invitation).where(Invitation.account_id == actor.account_id)
    if not every:
        query = query.where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    query = query.order_by(Invitation.id.desc()).limit(INVITATIONS_SHOWN)
    return _invitation_views(db, actor, list(db.execute(query).scalars()))


def invitation(db: DbSession, actor: Actor, invitation_id: UUID) -> InvitationView:
    """Return one of the account's invitations, which the caller has just written."""
    require(actor, Permission.MANAGE_MEMBERS)
    query = select(Invitation).where(
        Invitation.id == invitation_id, Invitation.account_id == actor.account_id
    )
    return _invitation_views(db, actor, [db.execute(query).scalar_one()])[0]


def _invitation_views(db: DbSession, actor: Actor, rows: list[Invitation]) -> list[InvitationView]:
    names_by_id = names(db, actor.account_id, [row.invited_by for row in rows])
    statuses = latest_of(db, actor.account_id, [row.id for row in rows])
    return [
        InvitationView(
            id=row.id,
            email=row.email,
            role=row.role,
            role_label=row.role.label,
            status=invitation_status(row),
            invited_by=names_by_id.get(row.invited_by, ""),
            created_at=row.created_at,
            expires_at=row.expires_at,
            email_status=statuses.get(row.id, ""),
        )
        for row in rows
    ]
