"""Reads about a person's own sign-ins and API tokens."""

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import ApiToken, Login
from rxapp.access.policy import Permission, require
from rxapp.core.clock import utc_now
from rxapp.own_settings.rules import agent_name
from rxapp.own_settings.views import ApiTokenView, LoginView

SHOWN = 100


def logins(db: DbSession, actor: Actor) -> list[LoginView]:
    """Return the actor's sign-ins that have not ended, last used first."""
    require(actor, Permission.OWN_SETTINGS)
    query = (
        select(Login)
        .where(
            Login.user_id == actor.user_id,
            Login.revoked_at.is_(None),
            Login.expires_at > utc_now(),
        )
        .order_by(Login.seen_at.desc(), Login.id.desc())
        .limit(SHOWN)
    )
    return [
        LoginView(
            id=row.id,
            kind=row.kind,
            agent=agent_name(row.agent),
            address=row.address,
            created_at=row.created_at,
            seen_at=row.seen_at,
            is_current=row.id == actor.login_id,
        )
        for row in db.execute(query).scalars()
    ]


def api_tokens(db: DbSession, actor: Actor) -> list[ApiTokenView]:
    """Return the actor's API tokens that are not revoked, newest first."""
    require(actor, Permission.OWN_SETTINGS)
    query = (
        select(ApiToken)
        .where(ApiToken.user_id == actor.user_id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id.desc())
        .limit(SHOWN)
    )
    return [
        ApiTokenView(
            id=row.id,
            name=row.name,
            scope=row.scope,
            hint=row.hint,
            created_at=row.created_at,
            used_at=row.used_at,
        )
        for row in db.execute(query).scalars()
    ]
