"""Writes about sign-ins: start, refresh, end; and the audit lines of each."""

from uuid import UUID

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import ApiToken, Login, RefreshToken, User
from rxapp.access.rules import ADDRESS_LIMIT, AGENT_LIMIT, LoginKind
from rxapp.access.tokens import BROWSER_LIFETIME, REFRESH_LIFETIME, random_token, token_hash
from rxapp.audit.rules import Action
from rxapp.audit.service import record, record_of
from rxapp.core.clock import utc_now
from rxapp.core.errors import NotFound, Unauthenticated
from rxapp.core.statements import change_all
from rxapp.sign_in.service import record_user
from rxapp.sign_in.views import Credentials, Grant, Place

_NOWHERE = Place()


def start_login(db: DbSession, user_id: UUID, kind: LoginKind, place: Place = _NOWHERE) -> Grant:
    """Record a sign-in and return its secret and end."""
    secret = random_token()
    is_browser = kind is LoginKind.BROWSER
    login = Login(
        user_id=user_id,
        kind=kind,
        # Access tokens contain an API login's id; its secret is the refresh token.
        token_hash=token_hash(secret if is_browser else random_token()),
        agent=place.agent[:AGENT_LIMIT],
        address=place.address[:ADDRESS_LIMIT],
        expires_at=utc_now() + (BROWSER_LIFETIME if is_browser else REFRESH_LIFETIME),
    )
    db.add(login)
    db.flush()
    if not is_browser:
        db.add(RefreshToken(login_id=login.id, token_hash=token_hash(secret)))
        db.flush()
    return Grant(login.id, secret, login.expires_at)


def sign_in(db: DbSession, who: Credentials, kind: LoginKind, place: Place) -> Grant:
    """Record a sign-in with its line in the audit log.

    Raises:
        Unauthenticated: if the password has just changed, or the user was just deactivated.
    """
    # Locked: a change of the password ends every sign-in, and this one must not slip through.
    query = select(User.id).where(
        User.id == who.user_id,
        User.password_hash == who.password_hash,
        User.is_active.is_(True),
        User.deleted_at.is_(None),
    )
    if db.execute(query.with_for_update()).first() is None:
        raise Unauthenticated("This sign-in has just changed. Try again.")
    grant = start_login(db, who.user_id, kind, place)
    _record(db, who, Action.SIGNED_IN, place, through=kind)
    return grant


def record_failure(db: DbSession, who: Credentials, place: Place, reason: str) -> None:
    """Log that somebody failed to sign in as the user."""
    _record(db, who, Action.SIGN_IN_FAILED, place, reason=reason)


def _record(db: DbSession, who: Credentials, action: Action, place: Place, **detail: str) -> None:
    record_of(
        db,
        who.account_id,
        action,
        actor_id=who.user_id,
        actor_name=who.name,
        address=place.address,
        subject_id=who.user_id,
        subject=who.email,
        detail=detail,
    )


def refresh(db: DbSession, token: str, place: Place) -> Grant | None:
    """Exchange a refresh token for the next one, which extends the login.

    If it is used a second time, one of the two users stole it: the login ends, and this returns
    None.

    Raises:
        Unauthenticated: if the token is not ours or its login has ended.
    """
    row = db.execute(
        select(RefreshToken, Login, User)
        .join(Login, Login.id == RefreshToken.login_id)
        .join(User, User.id == Login.user_id)
        .where(RefreshToken.token_hash == token_hash(token))
        .with_for_update(of=[RefreshToken])
    ).one_or_none()
    if row is None:
        raise Unauthenticated("This refresh token is not valid. Sign in again.")
    used, login, user = row
    now = utc_now()
    is_over = login.revoked_at is not None or login.expires_at <= now
    if is_over or not user.is_active or user.deleted_at is not None:
        raise Unauthenticated("This sign-in has ended. Sign in again.")
    if used.used_at is not None:
        login.revoked_at = now
        db.flush()
        record_user(db, user, Action.TOKEN_REUSED, address=place.address, subject_id=login.id)
        return None
    used.used_at = now
    secret = random_token()
    db.add(RefreshToken(login_id=login.id, token_hash=token_hash(secret)))
    login.expires_at, login.seen_at = now + REFRESH_LIFETIME, now
    login.address = place.address[:ADDRESS_LIMIT]
    db.flush()
    return Grant(login.id, secret, login.expires_at)


def end_by_cookie(db: DbSession, cookie_hash: str, place: Place = _NOWHERE) -> UUID | None:
    """End the browser's sign-in, harmless if it has ended; returns whose it was."""
    ended = db.execute(
        update(Login)
        .where(Login.token_hash == cookie_hash, Login.revoked_at.is_(None))
        .values(revoked_at=utc_now())
        .returning(Login.user_id, Login.id)
    ).one_or_none()
    if ended is None:
        return None
    user = db.get(User, ended.user_id)
    assert user is not None
    record_user(
        db,
        user,
        Action.SIGNED_OUT,
        address=place.address,
        subject_id=ended.id,
    )
    return user.id


def end_one(db: DbSession, actor: Actor, login_id: UUID) -> None:
    """End one of the actor's own sign-ins.

    Raises:
        NotFound: if it is not theirs, or has ended.
    """
    mine = update(Login).where(Login.id == login_id, Login.user_id == actor.user_id)
    if _end(db, mine) != 1:
        raise NotFound("sign-in")
    record(db, actor, Action.SIGNED_OUT, subject_id=login_id)


def end_all(db: DbSession, actor: Actor, *, but: UUID | None = None) -> int:
    """End all sign-ins of the actor except ``but``; returns how many."""
    ended = end_all_of(db, actor.user_id, but=but)
    if ended:
        record(db, actor, Action.SIGNED_OUT, everywhere=True, sign_ins=ended)
    return ended


def end_all_of(db: DbSession, user_id: UUID, *, but: UUID | None = None) -> int:
    """End all sign-ins of a user; the caller checks the right and writes the audit line."""
    theirs = update(Login).where(Login.user_id == user_id)
    return _end(db, theirs if but is None else theirs.where(Login.id != but))


def revoke_tokens_of(db: DbSession, user_id: UUID) -> None:
    """Revoke every API token of a user who leaves."""
    db.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=utc_now())
    )


def _end(db: DbSession, logins: Update) -> int:
    now = utc_now()
    ended = logins.where(Login.revoked_at.is_(None), Login.expires_at > now).values(revoked_at=now)
    return change_all(db, ended)
