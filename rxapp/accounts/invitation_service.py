"""Writes about invitations: invite, send again, withdraw, accept."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor, Role
from rxapp.access.policy import ALLOWED, Permission, require
from rxapp.accounts import member_queries
from rxapp.accounts.member_queries import invitation_status
from rxapp.accounts.models import Account, Invitation, User
from rxapp.accounts.rules import (
    INVITATION_LIFETIME,
    InvitationStatus,
    check_may_give,
    clean_email,
    clean_role,
)
from rxapp.accounts.service import add_user, check_address_is_free, lock_members, record_user
from rxapp.accounts.tokens import mailed_token, token_hash
from rxapp.accounts.views import Invited, NewInvitation
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, NotFound
from rxapp.core.ids import new_id, parse_id
from rxapp.notifications import outbox
from rxapp.settings import settings

INVITED = "account.invited"
_LOST = "invitation. If it was sent again, open the link of the newest mail"
_CLOSED = {
    InvitationStatus.ACCEPTED: "invitation any more: it was used. Sign in with its address",
    InvitationStatus.WITHDRAWN: "invitation any more: it was withdrawn",
    InvitationStatus.EXPIRED: "invitation any more: it has expired. Ask for a new one",
}


def token_of(invitation: Invitation) -> str:
    """Return the token that the invitation's newest link carries."""
    key = settings().signing_key
    return mailed_token("invitation", invitation.id, invitation.generation, key)


def with_link(db: DbSession, actor: Actor, invitation: Invitation) -> NewInvitation:
    """Return an invitation that the actor has just written, with its link to hand over."""
    shown = member_queries.invitation(db, actor, invitation.id)
    link = f"{settings().base_url}/join#{token_of(invitation)}"
    return NewInvitation(**asdict(shown), link=link)


def invite(db: DbSession, actor: Actor, *, email: str, role: str) -> Invitation:
    """Invite an address into the account, and have the mail sent.

    Raises:
        Forbidden: without the right to manage members, or for a role above one's own.
        Invalid: if the address or the role is not acceptable.
        Conflict: if a user has the address, or it is invited already.
    """
    require(actor, Permission.MANAGE_MEMBERS)
    address, chosen = clean_email(email), clean_role(role)
    check_may_give(actor.role, chosen)
    check_address_is_free(db, address)
    invitation_id = new_id()
    lock_members(db, actor)
    _check_not_invited(db, actor, address, but=invitation_id)
    invitation = Invitation(
        id=invitation_id,
        account_id=actor.account_id,
        email=address,
        role=chosen.value,
        token_hash="",
        invited_by=actor.user_id,
        expires_at=utc_now() + INVITATION_LIFETIME,
    )
    invitation.token_hash = token_hash(token_of(invitation))
    db.add(invitation)
    db.flush()
    outbox.emit(db, actor.account_id, INVITED, invitation.id)
    record(
        db,
        actor,
        Action.INVITED,
        subject_id=invitation.id,
        subject=address,
        role=chosen.value,
    )
    return invitation


def _check_not_invited(db: DbSession, actor: Actor, address: str, *, but: UUID) -> None:
    query = select(Invitation.id).where(
        Invitation.account_id == actor.account_id,
        Invitation.email == address,
        Invitation.id != but,
        *_is_open(),
    )
    if db.execute(query).first():
        raise Conflict("This address is invited already. Send it again instead.", field="email")


def _is_open() -> tuple:
    return (
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > utc_now(),
    )


def _open_invitation(db: DbSession, actor: Actor, invitation_id: object) -> Invitation:
    require(actor, Permission.MANAGE_MEMBERS)
    lock_members(db, actor)
    query = select(Invitation).where(
        Invitation.id == parse_id(invitation_id, "invitation"),
        Invitation.account_id == actor.account_id,
    )
    invitation = db.execute(query.with_for_update()).scalar_one_or_none()
    if invitation is None:
        raise NotFound("invitation")
    check_may_give(actor.role, Role(invitation.role))
    if invitation.accepted_at is not None:
        raise Conflict("This invitation was accepted already.")
    if invitation.withdrawn_at is not None:
        raise Conflict("This invitation was withdrawn. Invite the address anew.")
    return invitation


def send_again(db: DbSession, actor: Actor, invitation_id: object) -> Invitation:
    """Send a fresh link, good for the whole time again; the link before is dead.

    Raises:
        Forbidden: as :func:`invite`.
        NotFound: if there is no such invitation.
        Conflict: if it was accepted or withdrawn, or the address was invited anew meanwhile.
    """
    invitation = _open_invitation(db, actor, invitation_id)
    check_address_is_free(db, invitation.email)
    _check_not_invited(db, actor, invitation.email, but=invitation.id)
    invitation.generation += 1
    invitation.token_hash = token_hash(token_of(invitation))
    invitation.invited_by = actor.user_id
    invitation.expires_at = utc_now() + INVITATION_LIFETIME
    db.flush()
    outbox.emit(db, actor.account_id, INVITED, invitation.id)
    record(
        db,
        actor,
        Action.INVITATION_SENT_AGAIN,
        subject_id=invitation.id,
        subject=invitation.email,
    )
    return invitation


def withdraw(db: DbSession, actor: Actor, invitation_id: object) -> None:
    """Take an invitation back: its link is dead.

    Raises:
        Forbidden, NotFound, Conflict: as :func:`send_again`.
    """
    _withdraw(db, actor, _open_invitation(db, actor, invitation_id))


def withdraw_those_of(db: DbSession, actor: Actor, inviter_id: UUID, *, role: Role | None) -> None:
    """Take back what somebody may not invite to any more: ``role`` is theirs now, None if they go.

    An invitation to an address of their own would bring them back with the role they had.
    """
    query = select(Invitation).where(
        Invitation.account_id == actor.account_id, Invitation.invited_by == inviter_id, *_is_open()
    )
    for invitation in db.execute(query.with_for_update()).scalars().all():
        manages = role is not None and Permission.MANAGE_MEMBERS in ALLOWED[role]
        if not manages or Role(invitation.role).rank > role.rank:
            _withdraw(db, actor, invitation)


def _withdraw(db: DbSession, actor: Actor, invitation: Invitation) -> None:
    invitation.withdrawn_at = utc_now()
    db.flush()
    record(
        db,
        actor,
        Action.INVITATION_WITHDRAWN,
        subject_id=invitation.id,
        subject=invitation.email,
    )


def _by_token(db: DbSession, token: str) -> Invitation:
    """Return the invitation of a link; one who holds the link may know what became of it."""
    query = select(Invitation).where(Invitation.token_hash == token_hash(token))
    invitation = db.execute(query.with_for_update()).scalar_one_or_none()
    if invitation is None:
        raise NotFound(_LOST)
    if closed := _CLOSED.get(invitation_status(invitation)):
        raise NotFound(closed)
    return invitation


def read(db: DbSession, token: str) -> Invited:
    """Return what the one with the link is invited to.

    Raises:
        NotFound: if the link is not good (any more).
    """
    invitation = _by_token(db, token)
    account = db.get(Account, invitation.account_id)
    inviter = db.get(User, invitation.invited_by)
    assert account is not None and inviter is not None
    return Invited(invitation.email, account.name, Role(invitation.role).label, inviter.name)


def accept(db: DbSession, token: str, *, name: str, password_hash: str, address: str = "") -> User:
    """Join the account as the invited address and return the new user; the link is used up.

    Raises:
        NotFound: if the link is not good (any more).
        Conflict: if a user has the address meanwhile.
        Invalid: if the name is not acceptable.
    """
    invitation = _by_token(db, token)
    role = Role(invitation.role)
    joined = add_user(
        db,
        invitation.account_id,
        email=invitation.email,
        name=name,
        password_hash=password_hash,
        role=role,
    )
    invitation.accepted_at = utc_now()
    db.flush()
    record_user(db, joined, Action.JOINED, address=address, subject_id=joined.id, role=role.value)
    return joined
