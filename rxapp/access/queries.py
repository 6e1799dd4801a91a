"""Reads: whom a sign-in belongs to, whom a notice reaches, and an account's defaults."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import Account, ApiToken, Login, User
from rxapp.access.policy import RECEIVERS
from rxapp.access.rules import LoginKind, Priority, TokenScope
from rxapp.access.views import Person
from rxapp.core.clock import utc_now
from rxapp.core.columns import UTCDateTime
from rxapp.core.errors import Forbidden
from rxapp.core.prepared import PreparedQuery

# Built once: this statement runs at every event, and building it costs more than running it.
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
_BY_COOKIE = PreparedQuery(
    _ACTORS.where(Login.token_hash == bindparam("token_hash"), Login.kind == LoginKind.BROWSER)
)
_BY_LOGIN = PreparedQuery(
    _ACTORS.where(Login.id == bindparam("login_id"), Login.kind == LoginKind.API)
)
_BY_LOGINS = _ACTORS.where(Login.id.in_(bindparam("login_ids", expanding=True)))


def _actor(row: Row) -> Actor:
    return Actor(row.account_id, row.user_id, row.role, row.name, row.login_id)


def needs_second_person(db: DbSession, actor: Actor) -> bool:
    """Return whether in the actor's account nobody publishes what they changed themselves."""
    query = select(Account.second_person_publishes).where(Account.id == actor.account_id)
    return bool(db.execute(query).scalar_one())


def actor_by_cookie_hash(db: DbSession, token_hash: str) -> Actor | None:
    """Return whom the browser's cookie belongs to, or None if the sign-in has ended."""
    row = _BY_COOKIE.one_or_none(db, {"token_hash": token_hash, "now": utc_now()})
    return _actor(row) if row else None


def actor_by_login(db: DbSession, login_id: UUID) -> Actor | None:
    """Return whom the API login belongs to, or None if it has ended."""
    row = _BY_LOGIN.one_or_none(db, {"login_id": login_id, "now": utc_now()})
    return _actor(row) if row else None


def check_role_stands(db: DbSession, actor: Actor) -> None:
    """Do nothing if the actor still has the role that they were read with.

    For changes to members: one that waited for another to end must not use a right that the other
    has just taken away.

    Raises:
        Forbidden: if their role is now different, or they have left.
    """
    query = select(User.role).where(
        User.id == actor.user_id,
        User.account_id == actor.account_id,
        User.is_active.is_(True),
        User.deleted_at.is_(None),
    )
    if db.execute(query).scalar_one_or_none() != actor.role:
        raise Forbidden("Your role has just changed. Reload the page.")


def live_actors(db: DbSession, login_ids: Iterable[UUID]) -> dict[UUID, Actor]:
    """Return the actors of those ``login_ids`` that have not ended, by login."""
    rows = db.execute(_BY_LOGINS, {"login_ids": list(login_ids), "now": utc_now()})
    return {row.login_id: _actor(row) for row in rows}


def actor_by_api_token(
    db: DbSession, hashed: str
) -> tuple[Actor, TokenScope, datetime | None] | None:
    """Return whom a long-lived token belongs to, its scope, and when it was last used."""
    query = (
        select(
            User.account_id,
            User.id.label("user_id"),
            User.role,
            User.name,
            ApiToken.id.label("login_id"),
            ApiToken.scope,
            ApiToken.used_at,
        )
        .join(User, User.id == ApiToken.user_id)
        .where(
            ApiToken.token_hash == hashed,
            ApiToken.revoked_at.is_(None),
            User.is_active.is_(True),
            User.deleted_at.is_(None),
        )
    )
    row = db.execute(query).one_or_none()
    return (_actor(row), row.scope, row.used_at) if row else None


def names(db: DbSession, account_id: UUID, user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of those of the users who belong to the account, by id."""
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
        select(User.id, User.name, User.email, User.email_on_escalation, User.email_on_return)
        .where(
            User.account_id == account_id,
            User.role.in_(RECEIVERS),
            User.is_active.is_(True),
            User.deleted_at.is_(None),
            User.id.not_in([user_id for user_id in without if user_id]),
        )
        .order_by(User.name, User.id)
    )
    return [_person(row) for row in db.execute(query)]


def _person(row: Row) -> Person:
    return Person(row.id, row.name, row.email, row.email_on_escalation, row.email_on_return)


def reachable(db: DbSession, user_id: UUID) -> Person | None:
    """Return the active user whom a notice is for, or None if they have left."""
    query = select(
        User.id, User.name, User.email, User.email_on_escalation, User.email_on_return
    ).where(User.id == user_id, User.is_active.is_(True), User.deleted_at.is_(None))
    row = db.execute(query).one_or_none()
    return _person(row) if row else None


def account_zone(db: DbSession, account_id: UUID) -> str:
    """Return the time zone of the times in the account's notes and emails."""
    return db.execute(select(Account.time_zone).where(Account.id == account_id)).scalar_one()


def lease_minutes(db: DbSession, account_id: UUID) -> int:
    """Return how many minutes a claim in the account lasts without activity."""
    return db.execute(select(Account.lease_minutes).where(Account.id == account_id)).scalar_one()


def unseen_minutes(db: DbSession, account_id: UUID) -> int:
    """Return after how many minutes an email follows a notice on screen that nobody opened."""
    return db.execute(select(Account.unseen_minutes).where(Account.id == account_id)).scalar_one()


def has_accounts(db: DbSession) -> bool:
    """Return whether any account exists yet."""
    return db.execute(select(Account.id).limit(1)).first() is not None


def escalation_priority(db: DbSession, actor: Actor) -> Priority:
    """Return the account's default priority for escalations."""
    query = select(Account.escalation_priority).where(Account.id == actor.account_id)
    return db.execute(query).scalar_one()
