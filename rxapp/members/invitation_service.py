"""Writes about invitations: invite, send again, withdraw."""

from dataclasses import fields
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor, Role
from rxapp.access.models import Invitation
from rxapp.access.policy import ALLOWED, Permission, require
from rxapp.access.service import lock_members
from rxapp.access.tokens import token_hash
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, NotFound
from rxapp.core.ids import new_id
from rxapp.members import queries
from rxapp.members.rules import INVITATION_LIFETIME, check_may_give, clean_role
from rxapp.members.views import NewInvitation
from rxapp.notifications import outbox
from rxapp.settings import settings
from rxapp.sign_in.joining_service import INVITED, token_of
from rxapp.sign_in.rules import clean_email
from rxapp.sign_in.service import check_address_is_free


def with_link(db: DbSession, actor: Actor, invitation: Invitation) -> NewInvitation:
    """Return an invitation that the actor has just made, with its link to hand over."""
    shown = queries.invitation(db, actor, invitation.id)
    link = f"{settings().base_url}/join#{token_of(invitation)}"
    return NewInvitation(
        **{each.name: getattr(shown, each.name) for each in fields(shown)}, link=link
    )


def invite(db: DbSession, actor: Actor, *, email: str, role: str) -> Invitation:
    """Invite an address to the account, and have the email sent.

    Raises:
        Forbidden: without the right to manage members, or for a role above one's own.
        Invalid: if the address or the role is not acceptable.
        Conflict: if a user has the address, or it has already been invited.
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
        role=chosen,
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
        role=chosen,
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
        raise Conflict("This address is already invited. Send it again instead.", field="email")


def _is_open() -> tuple:
    return (
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > utc_now(),
    )


def _open_invitation(db: DbSession, actor: Actor, invitation_id: UUID) -> Invitation:
    require(actor, Permission.MANAGE_MEMBERS)
    lock_members(db, actor)
    query = select(Invitation).where(
        Invitation.id == invitation_id,
        Invitation.account_id == actor.account_id,
    )
    invitation = db.execute(query.with_for_update()).scalar_one_or_none()
    if invitation is None:
        raise NotFound("invitation")
    check_may_give(actor.role, invitation.role)
    if invitation.accepted_at is not None:
        raise Conflict("This invitation has already been accepted.")
    if invitation.withdrawn_at is not None:
        raise Conflict("This invitation was withdrawn. Invite the address again.")
    return invitation


def send_again(db: DbSession, actor: Actor, invitation_id: UUID) -> Invitation:
    """Send a new link, valid for the full time again; the previous link stops working.

    Raises:
        Forbidden: as for :func:`invite`.
        NotFound: if there is no such invitation.
        Conflict: if it was accepted or withdrawn, or the address was invited again meanwhile.
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


def withdraw(db: DbSession, actor: Actor, invitation_id: UUID) -> None:
    """Withdraw an invitation: its link stops working.

    Raises:
        Forbidden, NotFound, Conflict: as for :func:`send_again`.
    """
    _withdraw(db, actor, _open_invitation(db, actor, invitation_id))


def withdraw_those_of(db: DbSession, actor: Actor, inviter_id: UUID, *, role: Role | None) -> None:
    """Withdraw the invitations that somebody may no longer give; ``role`` None means they left.

    An invitation to another address of theirs would bring them back with their old role.
    """
    query = select(Invitation).where(
        Invitation.account_id == actor.account_id, Invitation.invited_by == inviter_id, *_is_open()
    )
    for invitation in db.execute(query.with_for_update()).scalars().all():
        if not _may_invite(role, to=invitation.role):
            _withdraw(db, actor, invitation)


def _may_invite(role: Role | None, *, to: Role) -> bool:
    if role is None or Permission.MANAGE_MEMBERS not in ALLOWED[role]:
        return False
    return to.rank <= role.rank


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
