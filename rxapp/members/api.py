"""REST: members and invitations, for admins."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from rxapp.access.actor import Actor, Role
from rxapp.access.policy import Permission
from rxapp.access.rules import EMAIL_LIMIT
from rxapp.api.auth import allowed
from rxapp.api.idempotency import Creating
from rxapp.api.ids import id_of, named_or_none
from rxapp.api.paging import Cursor, Limit
from rxapp.api.problems import may
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.core.limits import limiter
from rxapp.handoffs.held_views import Held
from rxapp.members import invitation_service, queries, service
from rxapp.members.views import InvitationView, MemberPage, NewInvitation, ResetLink
from rxapp.sign_in import limits

router = APIRouter(tags=["members"])


Manager = Annotated[Actor, allowed(Permission.MANAGE_MEMBERS, in_person=True)]


MemberId = Annotated[UUID, *id_of("member")]


InvitationId = Annotated[UUID, *id_of("invitation")]


_ROLES: Any = {"enum": list(Role)}


class InvitationRequest(BaseModel):
    """Whom to invite, and in which role."""

    email: str = Field(
        max_length=EMAIL_LIMIT,
        description="Where the link is sent; nobody else can use it",
        examples=["new.colleague@example.com"],
    )
    role: str = Field(description="Their role", json_schema_extra=_ROLES)


class RoleChange(BaseModel):
    """A member's new role."""

    role: str = Field(description="Only owners can give the role `owner`", json_schema_extra=_ROLES)


class Leaving(BaseModel):
    """Who gets a member's cases; if left out, they go to the queue."""

    reassign_to: Annotated[UUID | None, named_or_none("member")] = Field(
        None,
        description="The `id` of a member",
        examples=["019b76da-a800-7000-8000-000000000006"],
    )


class HeldJson(BaseModel):
    """How many cases a member holds and how many trees they own, or how many were handed over."""

    claims: int
    active: int
    parked: int
    trees: int


class InvitationList(BaseModel):
    """The newest invitations, on one page."""

    items: list[InvitationView]
    next_cursor: str | None = None


def _json(held: Held) -> HeldJson:
    return HeldJson(claims=held.claims, active=held.active, parked=held.parked, trees=held.trees)


@router.get("/members")
async def list_members(actor: Manager, cursor: Cursor = None, limit: Limit = 50) -> MemberPage:
    """The account's members by name, including deactivated ones."""
    return await database.read(queries.members, actor, cursor=cursor, limit=limit)


@router.get("/members/{member_id}/held")
async def get_held_cases(actor: Manager, member_id: MemberId) -> HeldJson:
    """What a member holds: claims, sessions in progress, parked sessions, trees they own."""
    return _json(await database.read(service.held, actor, member_id))


@router.put("/members/{member_id}/role")
async def change_role(actor: Manager, member_id: MemberId, body: RoleChange) -> HeldJson:
    """Give a member another role. Claims that they may no longer hold go to the queue.

    Trees that they may no longer own are left without an owner.
    """
    return _json(await database.run(service.change_role, actor, member_id, role=body.role))


@router.post("/members/{member_id}/deactivate")
async def deactivate_member(
    actor: Manager, member_id: MemberId, body: Leaving | None = None
) -> HeldJson:
    """Deactivate a member at once. Their cases go to a colleague or to the queue."""
    to = body.reassign_to if body else None
    return _json(await database.run(service.deactivate, actor, member_id, reassign_to=to))


@router.post("/members/{member_id}/reactivate", status_code=204)
async def reactivate_member(actor: Manager, member_id: MemberId) -> None:
    """Let a deactivated member in again."""
    await database.run(service.reactivate, actor, member_id)


@router.delete("/members/{member_id}")
async def remove_member(
    actor: Manager,
    member_id: MemberId,
    reassign_to: Annotated[
        UUID | None,
        named_or_none("member"),
        Query(description="The `id` of a member; if left out, cases go to the queue"),
    ] = None,
) -> HeldJson:
    """Remove a member from the account for good. Their history keeps their name."""
    return _json(await database.run(service.remove, actor, member_id, reassign_to=reassign_to))


@router.post(
    "/members/{member_id}/reset-link",
    status_code=201,
    response_model=ResetLink,
    responses=may(429),
)
async def create_reset_link(actor: Manager, member_id: MemberId, creation: Creating) -> Response:
    """Create a link for a member to set a new password. It is shown once; hand it to them.

    It works once, for a day, and earlier links stop working. The member is told by email.
    """
    await limiter().hit(limits.invite_by_account(), str(actor.account_id))

    def work(db: DbSession) -> ResetLink:
        return service.make_reset_link(db, actor, member_id)

    return await creation.run(actor, work)


@router.get("/invitations")
async def list_invitations(
    actor: Manager,
    every: Annotated[bool, Query(description="Include accepted and withdrawn ones")] = False,
) -> InvitationList:
    """The account's invitations, newest first."""
    return InvitationList(items=await database.read(queries.invitations, actor, every=every))


@router.post("/invitations", status_code=201, response_model=NewInvitation, responses=may(429))
async def create_invitation(
    actor: Manager, body: InvitationRequest, creation: Creating
) -> Response:
    """Invite an address. The link works once, for seven days; it is emailed and shown here once."""
    await limiter().hit(limits.invite_by_account(), str(actor.account_id))

    def work(db: DbSession) -> NewInvitation:
        made = invitation_service.invite(db, actor, email=body.email, role=body.role)
        return invitation_service.with_link(db, actor, made)

    return await creation.run(actor, work)


@router.post("/invitations/{invitation_id}/resend", responses=may(429))
async def resend_invitation(actor: Manager, invitation_id: InvitationId) -> NewInvitation:
    """Create and email a new link, shown here once; the previous one stops working."""
    await limiter().hit(limits.invite_by_account(), str(actor.account_id))

    def work(db: DbSession) -> NewInvitation:
        sent = invitation_service.send_again(db, actor, invitation_id)
        return invitation_service.with_link(db, actor, sent)

    return await database.run(work)


@router.delete("/invitations/{invitation_id}", status_code=204)
async def withdraw_invitation(actor: Manager, invitation_id: InvitationId) -> None:
    """Withdraw an invitation: its link stops working."""
    await database.run(invitation_service.withdraw, actor, invitation_id)
