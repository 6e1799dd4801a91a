"""Writes and locks shared by everything that changes a person or a sign-in."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import Account, ApiToken, Login, User
from rxapp.access.policy import Permission, require
from rxapp.access.queries import check_role_stands
from rxapp.access.rules import ADDRESS_LIMIT
from rxapp.core.clock import utc_now
from rxapp.core.statements import change_if


def lock_members(db: DbSession, actor: Actor) -> None:
    """Lock the account's members until this transaction ends.

    Two owners who demote each other at the same time must not both succeed, and whoever waited here
    must not use a right that was just taken away.

    Raises:
        Forbidden: if the actor's role is now different, or they have left.
    """
    db.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update())
    check_role_stands(db, actor)


def own_row(db: DbSession, actor: Actor) -> User:
    """Return the actor's own row."""
    require(actor, Permission.OWN_SETTINGS)
    user = db.get(User, actor.user_id, with_for_update=True)
    assert user is not None
    return user


def touch(db: DbSession, login_id: UUID, address: str) -> None:
    """Record when and from where a sign-in was last used."""
    db.execute(
        update(Login)
        .where(Login.id == login_id)
        .values(seen_at=utc_now(), address=address[:ADDRESS_LIMIT])
    )


def touch_token(db: DbSession, token_id: UUID) -> bool:
    """Record when an API token was last used; returns whether there is such a token."""
    used = update(ApiToken).where(ApiToken.id == token_id).values(used_at=utc_now())
    return change_if(db, used)
