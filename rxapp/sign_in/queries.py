"""Reads: credentials, who is signed in, the status of an invitation."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import Account, Invitation, RecoveryCode, User
from rxapp.core.clock import utc_now
from rxapp.sign_in.rules import InvitationStatus
from rxapp.sign_in.views import Credentials, Identity, Profile


def credentials(db: DbSession, email: str) -> Credentials | None:
    """Return the credentials of the address, or None if nobody can sign in with it."""
    return _credentials(db, User.email == email.strip().lower())


def own_credentials(db: DbSession, actor: Actor) -> Credentials | None:
    """Return the actor's own credentials."""
    return _credentials(db, User.id == actor.user_id)


def _credentials(db: DbSession, which: ColumnElement[bool]) -> Credentials | None:
    query = select(
        User.id, User.account_id, User.name, User.email, User.password_hash, User.totp_since
    ).where(which, User.is_active.is_(True), User.deleted_at.is_(None))
    row = db.execute(query).one_or_none()
    if row is None:
        return None
    return Credentials(
        row.id,
        row.account_id,
        row.name,
        row.email,
        row.password_hash,
        has_second_factor=row.totp_since is not None,
    )


def profile(db: DbSession, actor: Actor) -> Profile:
    """Return the actor's own profile."""
    query = (
        select(User, Account.name.label("account_name"), Account.delete_at)
        .join(Account, Account.id == User.account_id)
        .where(User.id == actor.user_id, User.account_id == actor.account_id)
    )
    row = db.execute(query).one()
    user: User = row.User
    codes = 0
    if user.totp_since is not None:
        left = select(func.count()).where(
            RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
        )
        codes = db.execute(left).scalar_one()
    return Profile(
        id=actor.user_id,
        name=user.name,
        email=user.email,
        role=actor.role,
        role_label=actor.role.label,
        account_id=actor.account_id,
        account_name=row.account_name,
        account_delete_at=row.delete_at,
        time_zone=user.time_zone,
        theme=user.theme,
        email_on_escalation=user.email_on_escalation,
        email_on_return=user.email_on_return,
        has_second_factor=user.totp_since is not None,
        recovery_codes_left=codes,
    )


def identity(db: DbSession, actor: Actor) -> Identity:
    """Return who the actor is."""
    query = (
        select(User.email, Account.name.label("account_name"))
        .join(Account, Account.id == User.account_id)
        .where(User.id == actor.user_id, User.account_id == actor.account_id)
    )
    row = db.execute(query).one()
    return Identity(
        id=actor.user_id,
        name=actor.name,
        email=row.email,
        role=actor.role,
        role_label=actor.role.label,
        account_id=actor.account_id,
        account_name=row.account_name,
    )


def invitation_status(row: Invitation) -> InvitationStatus:
    """Return an invitation's current status."""
    if row.accepted_at is not None:
        return InvitationStatus.ACCEPTED
    if row.withdrawn_at is not None:
        return InvitationStatus.WITHDRAWN
    return InvitationStatus.OPEN if row.expires_at > utc_now() else InvitationStatus.EXPIRED
