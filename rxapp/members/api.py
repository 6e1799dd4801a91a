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
    """Who is invited, and as what."""

    email: str = Field(
        max_length=EMAIL_LIMIT,
        description="Where the link goes; nobody else can use it",
        examples=["new.colleague@example.com"],
    )
    role: str = Field(description="What they are to be", json_schema_extra=_ROLES)


class RoleChange(BaseModel):
    """The role that a member gets."""

    role: str = Field(description="`owner` is given by owners alone", json_schema_extra=_ROLES)


class Leaving(BaseModel):
    """To whom a member's cases go; left out, they go to the queue."""

    reassign_to: Annotated[UUID | None, named_or_none("member")] = Field(
        None,
        description="The `id` of a member",
        examples=["019b76da-a800-7000-8000-000000000006"],
    )


class HeldJson(BaseModel):
    """How many cases a member holds and how many trees they own, or how many moved."""

    claims: int
    active: int
    parked: int
    trees: int


class InvitationList(BaseModel):
    """The newest invitations; one page."""

    items: list[InvitationView]
    next_cursor: str | None = None


def _json(held: Held) -> HeldJson:
    return HeldJson(claims=held.claims, active=held.active, parked=held.parked, trees=held.trees)


@router.get("/members")
async def list_members(actor: Manager, cursor: Cursor = None, limit: Limit = 50) -> MemberPage:
    """The account's members by name, deactivated ones included."""
    return await database.read(queries.members, actor, cursor=cursor, limit=limit)


@router.get("/members/{member_id}/held")
async def get_held_cases(actor: Manager, member_id: MemberId) -> HeldJson:
    """What a member holds: claims, sessions in progress, parked sessions, trees they own."""
    return _json(await database.read(service.held, actor, member_id))


@router.put("/members/{member_id}/role")
async def change_role(actor: Manager, member_id: MemberId, body: RoleChange) -> HeldJson:
    """Give a member another role. Claims that they may not hold any more go to the queue.

    Trees that they may not own any more have no owner then.
    """
    return _json(await database.run(service.change_role, actor, member_id, role=body.role))


@router.post("/members/{member_id}/deactivate")
async def deactivate_member(
    actor: Manager, member_id: MemberId, body: Leaving | None = None
) -> HeldJson:
    """Shut a member out at once. What they hold goes to a colleague or to the queue."""
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
        Query(description="The `id` of a member; left out, cases go to the queue"),
    ] = None,
) -> HeldJson:
    """Take a member out of the account for good. Their history stays under their name."""
    return _json(await database.run(service.remove, actor, member_id, reassign_to=reassign_to))


@router.post(
    "/members/{member_id}/reset-link",
    status_code=201,
    response_model=ResetLink,
    responses=may(429),
)
async def create_reset_link(actor: Manager, member_id: MemberId, creation: Creating) -> Response:
    """Make a link with which a member sets a new password, shown here once; hand it to them.

    It works once, for a day, and the links before it are dead. The member is told by mail.
    """
    await limiter().hit(limits.invite_by_account(), str(actor.account_id))

    def work(db: DbSession) -> ResetLink:
        return service.make_reset_link(db, actor, member_id)

    return await creation.run(actor, work)


@router.get("/invitations")
async def list_invitations(
    actor: Manager,
    every: Annotated[bool, Query(description="Accepted and withdrawn ones too")] = False,
) -> InvitationList:
    """The account's invitations, newest first."""
    return InvitationList(items=await database.read(queries.invitations, actor, every=every))


@router.post("/invitations", status_code=201, response_model=NewInvitation, responses=may(429))
async def create_invitation(
    actor: Manager, body: InvitationRequest, creation: Creating
) -> Response:
    """Invite an address. The link works once, for seven days; it is mailed, and shown here once."""
    await limiter().hit(limits.invite_by_account(), str(actor.account_id))

    def work(db: DbSession) -> NewInvitation:
        made = invitation_service.invite(db, actor, email=body.email, role=body.role)
        return invitation_service.with_link(db, actor, made)

    return await creation.run(actor, work)


@router.post("/invitations/{invitation_id}/resend", responses=may(429))
async def resend_invitation(actor: Manager, invitation_id: InvitationId) -> NewInvitation:
    """Make and mail a fresh link, shown here once; the one before is dead."""
    await limiter().hit(limits.invite_by_account(), str(actor.account_id))

    def work(db: DbSession) -> NewInvitation:
        sent = invitation_service.send_again(db, actor, invitation_id)
        return invitation_service.with_link(db, actor, sent)

    return await database.run(work)


@router.delete("/invitations/{invitation_id}", status_code=204)
async def withdraw_invitation(actor: Manager, invitation_id: InvitationId) -> None:
    """Take an invitation back: its link is dead."""
    await database.run(invitation_service.withdraw, actor, invitation_id)
