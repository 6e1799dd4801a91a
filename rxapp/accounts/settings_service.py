"""Writes about one's own settings: name, password, address, API tokens, preferences."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.accounts import login_service
from rxapp.accounts.models import ApiToken, MailLink, User
from rxapp.accounts.rules import (
    API_TOKENS_EACH,
    NEW_EMAIL_LIFETIME,
    RESET_LIFETIME,
    THEMES,
    MailLinkKind,
    TokenScope,
    clean_choice,
    clean_email,
    clean_name,
    clean_time_zone,
)
from rxapp.accounts.service import address_taken, check_address_is_free
from rxapp.accounts.tokens import API_TOKEN_PREFIX, mailed_token, random_api_token, token_hash
from rxapp.accounts.views import NewApiToken
from rxapp.audit.rules import Action
from rxapp.audit.service import record, record_of
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, NotFound
from rxapp.core.ids import new_id, parse_id
from rxapp.notifications import outbox
from rxapp.settings import settings

RESET = "account.password_reset"
NEW_EMAIL = "account.new_email"
WARNING = "account.warning"

_LOST = "link. It may have been used already, or it has expired"


def token_of(link: MailLink) -> str:
    """Return the token that the mailed link carries."""
    return mailed_token(link.kind, link.id, 1, settings().signing_key)


def own_row(db: DbSession, actor: Actor) -> User:
    """Return the actor's own row."""
    require(actor, Permission.OWN_SETTINGS)
    user = db.get(User, actor.user_id, with_for_update=True)
    assert user is not None
    return user


def rename(db: DbSession, actor: Actor, *, name: str) -> None:
    """Change one's own name; the history shows the new one.

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
    """Change time zone, theme and which emails one wants; None keeps what is.

    Raises:
        Invalid: if there is no such time zone or theme.
    """
    user = own_row(db, actor)
    given = {name: value for name, value in values.items() if value is not None}
    if "time_zone" in given:
        user.time_zone = clean_time_zone(given["time_zone"])
    if "theme" in given:
        user.theme = clean_choice(given["theme"], THEMES, field="theme")
    user.email_on_escalation = given.get("email_on_escalation", user.email_on_escalation)
    user.email_on_return = given.get("email_on_return", user.email_on_return)
    db.flush()


def set_password(db: DbSession, actor: Actor, *, password_hash: str, keep: UUID | None) -> None:
    """Change one's own password; every sign-in but ``keep`` ends.

    The caller has checked the old password.
    """
    user = own_row(db, actor)
    _put_password(db, user, password_hash)
    ended = login_service.end_all_of(db, user.id, but=keep)
    record(db, actor, Action.PASSWORD_CHANGED, subject_id=user.id, ended_sign_ins=ended)
    warn(db, user, "password")


def _put_password(db: DbSession, user: User, password_hash: str) -> None:
    """Change the password; links that somebody with the old one asked for are dead."""
    user.password_hash = password_hash
    db.flush()
    use_up_links(db, user.id)


def warn(db: DbSession, user: User, what: str, *, email: str = "") -> None:
    """Tell the user by mail that something about their sign-in changed, in case it wasn't they."""
    outbox.emit(db, user.account_id, WARNING, user.id, what=what, email=email or user.email)


def ask_reset(db: DbSession, email: str, *, address: str = "") -> None:
    """Mail a link to set a new password, if a user has the address; links before it are dead."""
    query = select(User).where(
        User.email == email.strip().lower(), User.is_active.is_(True), User.deleted_at.is_(None)
    )
    # Locked: of two links asked for at once, one must be dead.
    user = db.execute(query.with_for_update()).scalar_one_or_none()
    if user is None:
        return
    _use_up(db, user.id, MailLinkKind.RESET)
    _mail_link(db, user, MailLinkKind.RESET, user.email)
    record_of(
        db,
        user.account_id,
        Action.PASSWORD_RESET_ASKED,
        actor_id=user.id,
        actor_name=user.name,
        address=address,
        subject_id=user.id,
        subject=user.email,
    )


def _mail_link(db: DbSession, user: User, kind: MailLinkKind, email: str) -> None:
    lifetime = RESET_LIFETIME if kind is MailLinkKind.RESET else NEW_EMAIL_LIFETIME
    link = MailLink(
        id=new_id(),
        user_id=user.id,
        kind=kind.value,
        email=email,
        token_hash="",
        expires_at=utc_now() + lifetime,
    )
    link.token_hash = token_hash(token_of(link))
    db.add(link)
    db.flush()
    outbox.emit(db, user.account_id, RESET if kind is MailLinkKind.RESET else NEW_EMAIL, link.id)


def use_up_links(db: DbSession, user_id: UUID) -> None:
    """Have no link work any more that was mailed before.

    Whoever had the old password may have asked for a new address that is theirs: followed after
    the change, its link would bring them back in.
    """
    for kind in MailLinkKind:
        _use_up(db, user_id, kind)


def _use_up(db: DbSession, user_id: UUID, kind: MailLinkKind) -> None:
    db.execute(
        update(MailLink)
        .where(MailLink.user_id == user_id, MailLink.kind == kind.value, MailLink.used_at.is_(None))
        .values(used_at=utc_now())
        .execution_options(synchronize_session=False)
    )


def _take_link(db: DbSession, token: str, kind: MailLinkKind) -> tuple[MailLink, User]:
    """Use a link up and return it with its user.

    Raises:
        NotFound: if it is not good (any more).
    """
    query = select(MailLink).where(
        MailLink.token_hash == token_hash(token),
        MailLink.kind == kind.value,
        MailLink.used_at.is_(None),
        MailLink.expires_at > utc_now(),
    )
    link = db.execute(query.with_for_update()).scalar_one_or_none()
    user = db.get(User, link.user_id, with_for_update=True) if link else None
    if link is None or user is None or user.deleted_at is not None or not user.is_active:
        raise NotFound(_LOST)
    link.used_at = utc_now()
    db.flush()
    return link, user


def check_link(db: DbSession, token: str, kind: MailLinkKind) -> str:
    """Return the address that a link is for, without using it up.

    Raises:
        NotFound: if it is not good (any more).
    """
    query = select(MailLink.email).where(
        MailLink.token_hash == token_hash(token),
        MailLink.kind == kind.value,
        MailLink.used_at.is_(None),
        MailLink.expires_at > utc_now(),
    )
    email = db.execute(query).scalar_one_or_none()
    if email is None:
        raise NotFound(_LOST)
    return email


def reset_password(db: DbSession, token: str, *, password_hash: str, address: str = "") -> None:
    """Set a new password by a mailed link; every sign-in ends.

    Raises:
        NotFound: if the link is not good (any more).
    """
    _, user = _take_link(db, token, MailLinkKind.RESET)
    _put_password(db, user, password_hash)
    ended = login_service.end_all_of(db, user.id)
    record_of(
        db,
        user.account_id,
        Action.PASSWORD_CHANGED,
        actor_id=user.id,
        actor_name=user.name,
        address=address,
        subject_id=user.id,
        subject=user.email,
        detail={"by": "mailed link", "ended_sign_ins": ended},
    )
    warn(db, user, "password")


def ask_new_email(db: DbSession, actor: Actor, *, email: str) -> None:
    """Mail a link to a new address; the address changes once the link is followed.

    Raises:
        Invalid: if it is no address, or the one the actor has.
        Conflict: if a user has it.
    """
    user = own_row(db, actor)
    new = clean_email(email)
    if new == user.email:
        raise Conflict("This is your address already.", field="email")
    check_address_is_free(db, new)
    _use_up(db, user.id, MailLinkKind.NEW_EMAIL)
    _mail_link(db, user, MailLinkKind.NEW_EMAIL, new)
    record(db, actor, Action.EMAIL_CHANGE_ASKED, subject_id=user.id, subject=new)


def confirm_new_email(db: DbSession, token: str, *, address: str = "") -> str:
    """Change the address by a mailed link, tell the old one, and return the new one.

    Raises:
        NotFound: if the link is not good (any more).
        Conflict: if a user has the address meanwhile.
    """
    link, user = _take_link(db, token, MailLinkKind.NEW_EMAIL)
    check_address_is_free(db, link.email)
    before, user.email = user.email, link.email
    try:
        db.flush()
    except IntegrityError:
        raise address_taken() from None
    _use_up(db, user.id, MailLinkKind.RESET)
    record_of(
        db,
        user.account_id,
        Action.EMAIL_CHANGED,
        actor_id=user.id,
        actor_name=user.name,
        address=address,
        subject_id=user.id,
        subject=user.email,
        detail={"before": before, "after": user.email},
    )
    warn(db, user, "email", email=before)
    return user.email


def make_api_token(db: DbSession, actor: Actor, *, name: str, scope: str) -> NewApiToken:
    """Make a long-lived token; this is the only time that it is seen.

    Raises:
        Invalid: if the name or the scope is not acceptable.
        Conflict: if the actor has too many.
    """
    own_row(db, actor)  # locked, so that two at once do not pass the cap together
    called = clean_name(name, field="name")
    chosen = clean_choice(scope, tuple(TokenScope), field="scope")
    query = select(func.count()).where(
        ApiToken.user_id == actor.user_id, ApiToken.revoked_at.is_(None)
    )
    if db.execute(query).scalar_one() >= API_TOKENS_EACH:
        raise Conflict(f"You have {API_TOKENS_EACH} tokens. Revoke one first.")
    secret = random_api_token()
    token = ApiToken(
        user_id=actor.user_id,
        name=called,
        scope=chosen,
        token_hash=token_hash(secret),
        hint=secret[: len(API_TOKEN_PREFIX) + 4],
    )
    db.add(token)
    db.flush()
    record(db, actor, Action.API_TOKEN_MADE, subject_id=token.id, subject=called, scope=chosen)
    return NewApiToken(str(token.id), called, chosen, secret)


def revoke_api_token(db: DbSession, actor: Actor, token_id: object) -> None:
    """Revoke one of the actor's own tokens.

    Raises:
        NotFound: if it is none of theirs, or revoked.
    """
    require(actor, Permission.OWN_SETTINGS)
    chosen = parse_id(token_id, "token")
    name = db.execute(
        update(ApiToken)
        .where(
            ApiToken.id == chosen,
            ApiToken.user_id == actor.user_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=utc_now())
        .returning(ApiToken.name)
    ).scalar_one_or_none()
    if name is None:
        raise NotFound("token")
    record(db, actor, Action.API_TOKEN_REVOKED, subject_id=chosen, subject=name)
