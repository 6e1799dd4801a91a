"""Writes about links for a new password or address, and the security notices about them."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import MailLink, User
from rxapp.access.rules import MailLinkKind
from rxapp.access.service import own_row
from rxapp.access.tokens import mailed_token, token_hash
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, NotFound
from rxapp.core.ids import new_id
from rxapp.notifications import outbox
from rxapp.settings import settings
from rxapp.sign_in import login_service
from rxapp.sign_in.rules import (
    HANDED_RESET_LIFETIME,
    NEW_EMAIL_LIFETIME,
    RESET_LIFETIME,
    clean_email,
)
from rxapp.sign_in.service import address_taken, check_address_is_free, record_user

RESET = "account.password_reset"


NEW_EMAIL = "account.new_email"


WARNING = "account.warning"


_LOST = "link. It may have been used already, or it has expired"


def token_of(link: MailLink) -> str:
    """Return the token in the emailed link."""
    return mailed_token(link.kind, link.id, 1, settings().signing_key)


def reset_address(link: MailLink) -> str:
    """Return the URL of a reset link: whoever has it can set a new password."""
    return f"{settings().base_url}/reset#{token_of(link)}"


def warn(db: DbSession, user: User, what: str, *, email: str = "", by: str = "") -> None:
    """Email the user that something about their sign-in changed, in case somebody else did it.

    ``by`` is the name of the colleague who did it, if any.
    """
    to = email or user.email
    outbox.emit(db, user.account_id, WARNING, user.id, what=what, email=to, by=by)


def put_password(db: DbSession, user: User, password_hash: str) -> None:
    """Change the password; links that were requested before stop working."""
    user.password_hash = password_hash
    db.flush()
    use_up_links(db, user.id)


def ask_reset(db: DbSession, email: str, *, address: str = "") -> None:
    """Email a reset link if a user has the address; earlier links stop working."""
    query = select(User).where(
        User.email == email.strip().lower(), User.is_active.is_(True), User.deleted_at.is_(None)
    )
    # Locked: of two links requested at once, only one may work.
    user = db.execute(query.with_for_update()).scalar_one_or_none()
    if user is None:
        return
    _use_up(db, user.id, MailLinkKind.RESET)
    _mail_link(db, user, MailLinkKind.RESET, user.email)
    record_user(
        db,
        user,
        Action.PASSWORD_RESET_ASKED,
        address=address,
        subject_id=user.id,
    )


def hand_reset_link(db: DbSession, user: User, *, made_by: UUID) -> MailLink:
    """Create a reset link that somebody else hands over; earlier links stop working."""
    _use_up(db, user.id, MailLinkKind.RESET)
    return _new_link(db, user, MailLinkKind.RESET, user.email, HANDED_RESET_LIFETIME, made_by)


def _new_link(
    db: DbSession,
    user: User,
    kind: MailLinkKind,
    email: str,
    lifetime: timedelta,
    made_by: UUID | None = None,
) -> MailLink:
    link = MailLink(
        id=new_id(),
        user_id=user.id,
        kind=kind,
        email=email,
        made_by=made_by,
        token_hash="",
        expires_at=utc_now() + lifetime,
    )
    link.token_hash = token_hash(token_of(link))
    db.add(link)
    db.flush()
    return link


def _mail_link(db: DbSession, user: User, kind: MailLinkKind, email: str) -> None:
    lifetime = RESET_LIFETIME if kind is MailLinkKind.RESET else NEW_EMAIL_LIFETIME
    link = _new_link(db, user, kind, email, lifetime)
    outbox.emit(db, user.account_id, RESET if kind is MailLinkKind.RESET else NEW_EMAIL, link.id)


def use_up_links(db: DbSession, user_id: UUID) -> None:
    """Make all links that were emailed before stop working.

    Somebody with the old password may have requested a link to an address of their own: following
    it after the change would let them back in.
    """
    for kind in MailLinkKind:
        _use_up(db, user_id, kind)


def use_up_handed_links(db: DbSession, user_id: UUID) -> None:
    """Make all links that the user made for others, or that were made for the user, stop working.

    Call this when their role changes or they leave: a link gives access to what its user may do,
    and its maker knows the link.
    """
    db.execute(
        update(MailLink)
        .where(
            or_(MailLink.made_by == user_id, MailLink.user_id == user_id),
            MailLink.made_by.is_not(None),
            MailLink.used_at.is_(None),
        )
        .values(used_at=utc_now())
        .execution_options(synchronize_session=False)
    )


def _use_up(db: DbSession, user_id: UUID, kind: MailLinkKind) -> None:
    db.execute(
        update(MailLink)
        .where(MailLink.user_id == user_id, MailLink.kind == kind, MailLink.used_at.is_(None))
        .values(used_at=utc_now())
        .execution_options(synchronize_session=False)
    )


def _is_good(token: str, kind: MailLinkKind) -> tuple:
    return (
        MailLink.token_hash == token_hash(token),
        MailLink.kind == kind,
        MailLink.used_at.is_(None),
        MailLink.expires_at > utc_now(),
    )


def _take_link(db: DbSession, token: str, kind: MailLinkKind) -> tuple[MailLink, User]:
    """Use a link up and return it with its user.

    Raises:
        NotFound: if it is not valid, or no longer.
    """
    query = select(MailLink).where(*_is_good(token, kind))
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
        NotFound: if it is not valid, or no longer.
    """
    email = db.execute(select(MailLink.email).where(*_is_good(token, kind))).scalar_one_or_none()
    if email is None:
        raise NotFound(_LOST)
    return email


def reset_password(db: DbSession, token: str, *, password_hash: str, address: str = "") -> None:
    """Set a new password with an emailed link; every sign-in ends.

    Raises:
        NotFound: if the link is not valid, or no longer.
    """
    link, user = _take_link(db, token, MailLinkKind.RESET)
    put_password(db, user, password_hash)
    ended = login_service.end_all_of(db, user.id)
    # A forgotten password may have been stolen, and the thief may have created tokens.
    login_service.revoke_tokens_of(db, user.id)
    record_user(
        db,
        user,
        Action.PASSWORD_CHANGED,
        address=address,
        subject_id=user.id,
        by="link of an admin" if link.made_by else "emailed link",
        ended_sign_ins=ended,
    )
    warn(db, user, "password")


def ask_new_email(db: DbSession, actor: Actor, *, email: str) -> None:
    """Email a link to a new address; the address changes once the link is followed.

    Raises:
        Invalid: if it is not an address, or the actor already has it.
        Conflict: if a user has it.
    """
    user = own_row(db, actor)
    new = clean_email(email)
    if new == user.email:
        raise Conflict("This is already your address.", field="email")
    check_address_is_free(db, new)
    _use_up(db, user.id, MailLinkKind.NEW_EMAIL)
    _mail_link(db, user, MailLinkKind.NEW_EMAIL, new)
    record(db, actor, Action.EMAIL_CHANGE_ASKED, subject_id=user.id, subject=new)


def confirm_new_email(db: DbSession, token: str, *, address: str = "") -> str:
    """Change the address with an emailed link, notify the old one, and return the new one.

    Raises:
        NotFound: if the link is not valid, or no longer.
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
    record_user(
        db,
        user,
        Action.EMAIL_CHANGED,
        address=address,
        subject_id=user.id,
        before=before,
        after=user.email,
    )
    warn(db, user, "email", email=before)
    return user.email
