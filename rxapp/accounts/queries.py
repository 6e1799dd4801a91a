"""Reads about accounts, users and logins."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor, Role
from rxapp.access.policy import RECEIVERS
from rxapp.accounts.models import Account, Login, User
from rxapp.accounts.rules import LoginKind
from rxapp.accounts.views import Credentials, Person, Profile
from rxapp.core.clock import utc_now
from rxapp.core.db import UTCDateTime, direct

# Built once: the statement below runs at every event, and building it costs more than running it.
_ACTORS = (
    select(
        User.account_id,
        User.id.label("user_id"),
        User.role,
        User.name,
        Login.id.label("login_id"),
    )
    .join(User, User.id == Login.user_id)
    .where(
        Login.revoked_at.is_(None),
        Login.expires_at > bindparam("now", type_=UTCDateTime),
        User.is_active.is_(True),
        User.deleted_at.is_(None),
    )
)
_BY_COOKIE = _ACTORS.where(
    Login.token_hash == bindparam("token_hash"), Login.kind == LoginKind.BROWSER.value
)
_BY_LOGIN = _ACTORS.where(Login.id == bindparam("login_id"), Login.kind == LoginKind.API.value)
_BY_LOGINS = _ACTORS.where(Login.id.in_(bindparam("login_ids", expanding=True)))


def _actor(row: Row) -> Actor:
    return Actor(row.account_id, row.user_id, Role(row.role), row.name, row.login_id)


def actor_by_cookie_hash(db: DbSession, token_hash: str) -> Actor | None:
    """Return who the browser's cookie belongs to, or None if it has ended."""
    row = direct(db).execute(_BY_COOKIE, {"token_hash": token_hash, "now": utc_now()}).one_or_none()
    return _actor(row) if row else None


def actor_by_login(db: DbSession, login_id: UUID) -> Actor | None:
    """Return who the API login belongs to, or None if it has ended."""
    row = direct(db).execute(_BY_LOGIN, {"login_id": login_id, "now": utc_now()}).one_or_none()
    return _actor(row) if row else None


def live_actors(db: DbSession, login_ids: Iterable[UUID]) -> dict[UUID, Actor]:
    """Return the actor of every login among ``login_ids`` that has not ended."""
    rows = db.execute(_BY_LOGINS, {"login_ids": list(login_ids), "now": utc_now()})
    return {row.login_id: _actor(row) for row in rows}


def credentials(db: DbSession, email: str) -> Credentials | None:
    """Return what a sign-in with this address is checked against, if it may sign in at all."""
    query = select(User.id, User.password_hash).where(
        User.email == email.strip().lower(), User.is_active.is_(True), User.deleted_at.is_(None)
    )
    row = db.execute(query).one_or_none()
    return Credentials(row.id, row.password_hash) if row else None


def profile(db: DbSession, actor: Actor) -> Profile:
    """Return the actor's own profile."""
    query = (
        select(User.email, User.name, Account.name.label("account_name"))
        .join(Account, Account.id == User.account_id)
        .where(User.id == actor.user_id, User.account_id == actor.account_id)
    )
    row = db.execute(query).one()
    return Profile(
        id=str(actor.user_id),
        name=row.name,
        email=row.email,
        role=actor.role.value,
        role_label=actor.role.label,
        account_id=str(actor.account_id),
        account_name=row.account_name,
    )


def names(db: DbSession, account_id: UUID, user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of those users who belong to the account."""
    wanted = {user_id for user_id in user_ids if user_id}
    if not wanted:
        return {}
    query = select(User.id, User.name).where(User.account_id == account_id, User.id.in_(wanted))
    return {row.id: row.name for row in db.execute(query)}


def escalation_receivers(
    db: DbSession, account_id: UUID, *, without: Iterable[UUID | None] = ()
) -> list[Person]:
    """Return the active engineers, admins and owners of the account, except ``without``."""
    query = (
        select(User.id, User.name, User.email)
        .where(
            User.account_id == account_id,
            User.role.in_([role.value for role in RECEIVERS]),
            User.is_active.is_(True),
            User.deleted_at.is_(None),
            User.id.not_in([user_id for user_id in without if user_id]),
        )
        .order_by(User.name, User.id)
    )
    return [Person(row.id, row.name, row.email) for row in db.execute(query)]


def has_accounts(db: DbSession) -> bool:
    """Return whether any account exists yet."""
    return db.execute(select(Account.id).limit(1)).first() is not None
