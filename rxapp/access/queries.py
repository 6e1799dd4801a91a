"""Reads: who is behind a sign-in, whom a notice reaches, and what an account has set."""

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
_BY_COOKIE = PreparedQuery(
    _ACTORS.where(Login.token_hash == bindparam("token_hash"), Login.kind == LoginKind.BROWSER)
)
_BY_LOGIN = PreparedQuery(
    _ACTORS.where(Login.id == bindparam("login_id"), Login.kind == LoginKind.API)
)
_BY_LOGINS = _ACTORS.where(Login.id.in_(bindparam("login_ids", expanding=True)))


def _actor(row: Row) -> Actor:
    return Actor(row.account_id, row.user_id, row.role, row.name, row.login_id)


def actor_by_cookie_hash(db: DbSession, token_hash: str) -> Actor | None:
    """Return who the browser's cookie belongs to, or None if it has ended."""
    row = _BY_COOKIE.one_or_none(db, {"token_hash": token_hash, "now": utc_now()})
    return _actor(row) if row else None


def actor_by_login(db: DbSession, login_id: UUID) -> Actor | None:
    """Return who the API login belongs to, or None if it has ended."""
    row = _BY_LOGIN.one_or_none(db, {"login_id": login_id, "now": utc_now()})
    return _actor(row) if row else None


def check_role_stands(db: DbSession, actor: Actor) -> None:
    """Let the actor pass who has the role still that they were read with.

    For changes of members: what waits for another change to end must not go on with a right that
    this very change took away.

    Raises:
        Forbidden: if the role is another now, or they have left.
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
    """Return the actor of every login among ``login_ids`` that has not ended."""
    rows = db.execute(_BY_LOGINS, {"login_ids": list(login_ids), "now": utc_now()})
    return {row.login_id: _actor(row) for row in rows}


def actor_by_api_token(
    db: DbSession, hashed: str
) -> tuple[Actor, TokenScope, datetime | None] | None:
    """Return who a long-lived token belongs to, its scope, and when it was last used."""
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
    """Return an active user as a notice reaches one, or None if they have left."""
    query = select(
        User.id, User.name, User.email, User.email_on_escalation, User.email_on_return
    ).where(User.id == user_id, User.is_active.is_(True), User.deleted_at.is_(None))
    row = db.execute(query).one_or_none()
    return _person(row) if row else None


def account_zone(db: DbSession, account_id: UUID) -> str:
    """Return the time zone that the account's notes and mails say times in."""
    return db.execute(select(Account.time_zone).where(Account.id == account_id)).scalar_one()


def lease_minutes(db: DbSession, account_id: UUID) -> int:
    """Return how long a claim of the account lasts untouched."""
    return db.execute(select(Account.lease_minutes).where(Account.id == account_id)).scalar_one()


def unseen_minutes(db: DbSession, account_id: UUID) -> int:
    """Return how long a notice may stand on a screen unopened before an email follows."""
    return db.execute(select(Account.unseen_minutes).where(Account.id == account_id)).scalar_one()


def has_accounts(db: DbSession) -> bool:
    """Return whether any account exists yet."""
    return db.execute(select(Account.id).limit(1)).first() is not None


def escalation_priority(db: DbSession, actor: Actor) -> Priority:
    """Return the priority that an escalation of the account has unless said otherwise."""
    query = select(Account.escalation_priority).where(Account.id == actor.account_id)
    return db.execute(query).scalar_one()
