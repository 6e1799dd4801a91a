"""Writes about members: change role, deactivate, reactivate, remove, create a reset link."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor, Role
from rxapp.access.models import User
from rxapp.access.policy import AUTHORS, RECEIVERS, Permission, require
from rxapp.access.service import lock_members
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, Invalid, NotFound
from rxapp.handoffs import handover_service
from rxapp.handoffs.held_views import Held
from rxapp.library import ownership_service
from rxapp.members import invitation_service
from rxapp.members.rules import check_keeps_an_owner, check_may_give, clean_role
from rxapp.members.views import ResetLink
from rxapp.sign_in import link_service, login_service

_NOTHING = Held(0, 0, 0)


def held(db: DbSession, actor: Actor, user_id: UUID) -> Held:
    """Return how many cases a member holds.

    Raises:
        Forbidden: without the right to manage members.
        NotFound: if there is no such member.
    """
    require(actor, Permission.MANAGE_MEMBERS)
    user = _member(db, actor, user_id)
    cases = handover_service.held(db, actor.account_id, user.id)
    return replace(cases, trees=ownership_service.owned(db, actor.account_id, user.id))


def _member(db: DbSession, actor: Actor, user_id: UUID) -> User:
    query = select(User).where(
        User.id == user_id, User.account_id == actor.account_id, User.deleted_at.is_(None)
    )
    user = db.execute(query).scalar_one_or_none()
    if user is None:
        raise NotFound("member")
    return user


def _changeable(db: DbSession, actor: Actor, user_id: UUID) -> User:
    """Return the member, with the account's members locked against other changes."""
    require(actor, Permission.MANAGE_MEMBERS)
    lock_members(db, actor)
    user = _member(db, actor, user_id)
    db.refresh(user)
    check_may_give(actor.role, user.role)
    return user


def _owners(db: DbSession, account_id: UUID) -> int:
    query = select(func.count()).where(
        User.account_id == account_id,
        User.role == Role.OWNER,
        User.is_active.is_(True),
        User.deleted_at.is_(None),
    )
    return db.execute(query).scalar_one()


def change_role(db: DbSession, actor: Actor, user_id: UUID, *, role: str) -> Held:
    """Give a member another role. Claims and trees that they may no longer have are released.

    Raises:
        Forbidden: without the right, or to give or take a role above the actor's own.
        NotFound: if there is no such member.
        Conflict: if it is the last owner.
        Invalid: if there is no such role.
    """
    new = clean_role(role)
    user = _changeable(db, actor, user_id)
    check_may_give(actor.role, new)
    before = user.role
    if new is before:
        return _NOTHING
    if user.is_active:
        check_keeps_an_owner(_owners(db, actor.account_id), before, still_owner=new is Role.OWNER)
    user.role = new
    db.flush()
    record(
        db,
        actor,
        Action.ROLE_CHANGED,
        subject_id=user.id,
        subject=user.name,
        before=before,
        after=new,
    )
    invitation_service.withdraw_those_of(db, actor, user.id, role=new)
    link_service.use_up_handed_links(db, user.id)
    moved = _NOTHING
    if new not in RECEIVERS:
        moved = handover_service.hand_over(db, actor, user.id, to=None, claims_only=True)
    if new not in AUTHORS:
        moved = replace(moved, trees=_hand_over_trees(db, actor, user, None))
    return moved


def _hand_over_trees(db: DbSession, actor: Actor, user: User, to: UUID | None) -> int:
    return ownership_service.hand_over(db, actor.account_id, user.id, to=to)


def deactivate(
    db: DbSession, actor: Actor, user_id: UUID, *, reassign_to: UUID | None = None
) -> Held:
    """Deactivate a member at once; their cases and trees go to ``reassign_to``.

    Without it, cases go back to the queue, and trees have no owner.

    Raises:
        Forbidden, NotFound: as for :func:`change_role`.
        Conflict: if it is the last owner, or the actor.
        Invalid: if ``reassign_to`` cannot take the cases.
    """
    user = _leaving(db, actor, user_id)
    if not user.is_active:
        return _NOTHING
    moved = _shut_out(db, actor, user, reassign_to)
    record(
        db,
        actor,
        Action.DEACTIVATED,
        subject_id=user.id,
        subject=user.name,
        **_told(moved, reassign_to),
    )
    return moved


def remove(db: DbSession, actor: Actor, user_id: UUID, *, reassign_to: UUID | None = None) -> Held:
    """Remove a member from the account for good; their history keeps their name.

    Raises:
        Forbidden, NotFound, Conflict, Invalid: as for :func:`deactivate`.
    """
    user = _leaving(db, actor, user_id)
    moved = _shut_out(db, actor, user, reassign_to)
    user.deleted_at = utc_now()
    db.flush()
    record(
        db,
        actor,
        Action.REMOVED,
        subject_id=user.id,
        subject=user.name,
        email=user.email,
        **_told(moved, reassign_to),
    )
    return moved


def _leaving(db: DbSession, actor: Actor, user_id: UUID) -> User:
    user = _changeable(db, actor, user_id)
    if user.id == actor.user_id:
        raise Conflict("You cannot do this to yourself. Ask another admin.")
    if user.is_active:
        check_keeps_an_owner(_owners(db, actor.account_id), user.role, still_owner=False)
    return user


def _shut_out(db: DbSession, actor: Actor, user: User, reassign_to: UUID | None) -> Held:
    heir = _member(db, actor, reassign_to) if reassign_to else None
    if heir is not None and (not heir.is_active or heir.id == user.id):
        raise Invalid("Choose an active colleague.", field="reassign_to")
    user.is_active = False
    login_service.end_all_of(db, user.id)
    login_service.revoke_tokens_of(db, user.id)
    link_service.use_up_links(db, user.id)
    link_service.use_up_handed_links(db, user.id)
    invitation_service.withdraw_those_of(db, actor, user.id, role=None)
    db.flush()
    to = heir.id if heir else None
    moved = handover_service.hand_over(db, actor, user.id, to=to, claims_only=False)
    return replace(moved, trees=_hand_over_trees(db, actor, user, to))


def make_reset_link(db: DbSession, actor: Actor, user_id: UUID) -> ResetLink:
    """Return a link with which a member sets a new password, for the actor to hand over.

    It is shown once and works once; the member is told by email that it was made.

    Raises:
        Forbidden, NotFound: as for :func:`change_role`.
        Conflict: for the actor, or for somebody who is deactivated.
    """
    user = _changeable(db, actor, user_id)
    if user.id == actor.user_id:
        raise Conflict("Change your own password in your settings.")
    if not user.is_active:
        raise Conflict("This member is deactivated. Reactivate them first.")
    link = link_service.hand_reset_link(db, user, made_by=actor.user_id)
    record(db, actor, Action.RESET_LINK_MADE, subject_id=user.id, subject=user.name)
    link_service.warn(db, user, "reset_link", by=actor.name)
    return ResetLink(
        member_id=user.id,
        name=user.name,
        email=user.email,
        link=link_service.reset_address(link),
        expires_at=link.expires_at,
    )


def _told(moved: Held, reassign_to: UUID | None) -> dict[str, object]:
    if not moved.total:
        return {}
    to = {"reassigned_to": str(reassign_to)} if reassign_to else {}
    counts = {"claims": moved.claims, "active": moved.active, "parked": moved.parked}
    return {**counts, "trees": moved.trees, **to}


def reactivate(db: DbSession, actor: Actor, user_id: UUID) -> None:
    """Reactivate a member; they have to sign in again.

    Raises:
        Forbidden, NotFound: as for :func:`change_role`.
    """
    user = _changeable(db, actor, user_id)
    if user.is_active:
        return
    user.is_active = True
    db.flush()
    record(db, actor, Action.REACTIVATED, subject_id=user.id, subject=user.name)
