"""Writes and locks that every change of a person or of a sign-in shares."""

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
    """Hold the account's members still until this transaction ends.

    Two owners who demote each other at once must not both succeed, and what waited here must not go
    on with a right that was just taken away.

    Raises:
        Forbidden: if the actor's role is another now, or they have left.
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
    """Keep when and from where a sign-in was last used."""
    db.execute(
        update(Login)
        .where(Login.id == login_id)
        .values(seen_at=utc_now(), address=address[:ADDRESS_LIMIT])
    )


def touch_token(db: DbSession, token_id: UUID) -> bool:
    """Keep when an API token was last used; returns whether there is such a token."""
    used = update(ApiToken).where(ApiToken.id == token_id).values(used_at=utc_now())
    return change_if(db, used)
