"""Writes about a person's own settings: name, password, API tokens, preferences."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import ApiToken
from rxapp.access.policy import Permission, require
from rxapp.access.rules import Theme, TokenScope
from rxapp.access.service import own_row
from rxapp.access.tokens import API_TOKEN_PREFIX, random_api_token, token_hash
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, NotFound
from rxapp.own_settings.rules import API_TOKENS_EACH
from rxapp.own_settings.views import NewApiToken
from rxapp.sign_in import login_service
from rxapp.sign_in.link_service import put_password, warn
from rxapp.sign_in.rules import clean_choice, clean_name, clean_time_zone


def rename(db: DbSession, actor: Actor, *, name: str) -> None:
    """Change the actor's own name; the history shows the new one.

    Raises:
        Invalid: if it is empty or too long.
    """
    user = own_row(db, actor)
    new = clean_name(name, field="name")
    if new != user.name:
        record(db, actor, Action.NAME_CHANGED, subject_id=user.id, before=user.name, after=new)
        user.name = new
        db.flush()


def set_preferences(db: DbSession, actor: Actor, **values: Any) -> None:
    """Change the actor's time zone, theme and choice of emails; None keeps a value.

    Raises:
        Invalid: if there is no such time zone or theme.
    """
    user = own_row(db, actor)
    given = {name: value for name, value in values.items() if value is not None}
    if "time_zone" in given:
        user.time_zone = clean_time_zone(given["time_zone"])
    if "theme" in given:
        user.theme = clean_choice(given["theme"], Theme, field="theme")
    user.email_on_escalation = given.get("email_on_escalation", user.email_on_escalation)
    user.email_on_return = given.get("email_on_return", user.email_on_return)
    db.flush()


def set_password(
    db: DbSession, actor: Actor, *, was: str, password_hash: str, keep: UUID | None
) -> None:
    """Change the actor's own password; every sign-in except ``keep`` ends.

    The caller has checked the old password against the hash ``was``.

    Raises:
        Conflict: if the password was changed since.
    """
    user = own_row(db, actor)
    if user.password_hash != was:
        raise Conflict("Your password has just been changed. Sign in again.")
    put_password(db, user, password_hash)
    ended = login_service.end_all_of(db, user.id, but=keep)
    record(db, actor, Action.PASSWORD_CHANGED, subject_id=user.id, ended_sign_ins=ended)
    warn(db, user, "password")


def make_api_token(db: DbSession, actor: Actor, *, name: str, scope: str) -> NewApiToken:
    """Create a long-lived token; this is the only time that it is shown.

    Raises:
        Invalid: if the name or the scope is not acceptable.
        Conflict: if the actor has too many.
    """
    own_row(db, actor)  # locked, so that two at once cannot exceed the limit together
    token_name = clean_name(name, field="name")
    chosen = clean_choice(scope, TokenScope, field="scope")
    query = select(func.count()).where(
        ApiToken.user_id == actor.user_id, ApiToken.revoked_at.is_(None)
    )
    if db.execute(query).scalar_one() >= API_TOKENS_EACH:
        raise Conflict(f"You have {API_TOKENS_EACH} tokens. Revoke one first.")
    secret = random_api_token()
    token = ApiToken(
        user_id=actor.user_id,
        name=token_name,
        scope=chosen,
        token_hash=token_hash(secret),
        hint=secret[: len(API_TOKEN_PREFIX) + 4],
    )
    db.add(token)
    db.flush()
    warn(db, own_row(db, actor), "api_token")
    record(db, actor, Action.API_TOKEN_MADE, subject_id=token.id, subject=token_name, scope=chosen)
    return NewApiToken(token.id, token_name, chosen, secret)


def revoke_api_token(db: DbSession, actor: Actor, token_id: UUID) -> None:
    """Revoke one of the actor's own tokens.

    Raises:
        NotFound: if it is not theirs, or already revoked.
    """
    require(actor, Permission.OWN_SETTINGS)
    name = db.execute(
        update(ApiToken)
        .where(
            ApiToken.id == token_id,
            ApiToken.user_id == actor.user_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=utc_now())
        .returning(ApiToken.name)
    ).scalar_one_or_none()
    if name is None:
        raise NotFound("token")
    record(db, actor, Action.API_TOKEN_REVOKED, subject_id=token_id, subject=name)
