"""REST: handoffs."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.access.rules import Priority
from rxapp.api.auth import allowed
from rxapp.api.idempotency import Creating
from rxapp.api.ids import id_of
from rxapp.api.paging import Cursor, Limit
from rxapp.core import db as database
from rxapp.core.columns import WORD_LIMIT
from rxapp.core.db import DbSession
from rxapp.handoffs import closing_service, queries, service
from rxapp.handoffs.rules import REASON_LIMIT, HandoffStatus, Intent
from rxapp.handoffs.views import HandoffPage, HandoffRow
from rxapp.notifications.queries import deliveries
from rxapp.notifications.views import DeliveryView
from rxapp.sessions.rules import NOTE_LIMIT, Outcome

router = APIRouter(tags=["handoffs"])

SessionId = Annotated[UUID, *id_of("session")]
HandoffId = Annotated[UUID, *id_of("handoff")]
Technician = Annotated[Actor, allowed(Permission.RUN_SESSIONS)]
Senior = Annotated[Actor, allowed(Permission.HANDLE_ESCALATIONS)]


class HandoffBody(BaseModel):
    """Whether to escalate or park the session, and why."""

    intent: str = Field(
        description="`escalate` to the seniors, or `park` for later",
        json_schema_extra={"enum": list(Intent)},
    )
    reason: str = Field(
        "",
        max_length=REASON_LIMIT,
        examples=["The printer is found, but nothing prints"],
        description="What you want from the senior; required to escalate",
    )
    priority: str = Field(
        "",
        max_length=WORD_LIMIT,
        description="If left out, the account's default",
        json_schema_extra={"enum": [*Priority, ""]},
    )


class HandBackBody(BaseModel):
    """Why a claim is handed back."""

    reason: str = Field(
        max_length=REASON_LIMIT,
        description="What the next senior should know",
        examples=["Not my field: needs the network team"],
    )


class ResolveBody(BaseModel):
    """How the escalated session ended."""

    outcome: str = Field(
        Outcome.RESOLVED,
        description="How it ended",
        json_schema_extra={"enum": list(Outcome)},
    )
    outcome_notes: str = Field("", max_length=NOTE_LIMIT, description="What the cause was")
    next_steps: str = Field("", max_length=NOTE_LIMIT, description="What is left to do")


class DeliveryList(BaseModel):
    """All notices about a handoff, on one page."""

    items: list[DeliveryView]
    next_cursor: str | None = None


@router.post("/sessions/{session_id}/handoff", status_code=201, response_model=HandoffRow)
async def hand_off(
    actor: Technician, session_id: SessionId, body: HandoffBody, creation: Creating
) -> Response:
    """Escalate the session to the seniors, or park it."""

    def work(db: DbSession) -> HandoffRow:
        return service.hand_off(db, actor, session_id, **body.model_dump())

    return await creation.run(actor, work)


@router.get("/handoffs")
async def list_handoffs(
    actor: Technician,
    status: Annotated[
        str | None, Query(description=f"One of {', '.join(HandoffStatus)}; if left out, any")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> HandoffPage:
    """The account's escalations for engineers and above, else the caller's own; newest first."""
    return await database.read(
        queries.handoff_rows, actor, status=status, cursor=cursor, limit=limit
    )


@router.get("/handoffs/{handoff_id}")
async def get_handoff(actor: Technician, handoff_id: HandoffId) -> HandoffRow:
    """One handoff."""
    return await database.read(queries.handoff_row, actor, handoff_id)


async def _write(
    verb: Callable[..., HandoffRow], actor: Actor, handoff_id: UUID, **values: Any
) -> HandoffRow:
    return await database.run(verb, actor, handoff_id, **values)


@router.post("/handoffs/{handoff_id}/claim")
async def claim_handoff(actor: Senior, handoff_id: HandoffId) -> HandoffRow:
    """Take the escalation. Exactly one can; the others get 409 with ``claimed_by``."""
    return await _write(service.claim, actor, handoff_id)


@router.post("/handoffs/{handoff_id}/hand-back")
async def hand_back_handoff(actor: Senior, handoff_id: HandoffId, body: HandBackBody) -> HandoffRow:
    """Hand a claimed escalation back to the queue."""
    return await _write(service.hand_back, actor, handoff_id, reason=body.reason)


@router.post("/handoffs/{handoff_id}/resolve")
async def resolve_handoff(
    actor: Senior, handoff_id: HandoffId, body: ResolveBody | None = None
) -> HandoffRow:
    """Complete the session of an escalation that the caller holds."""
    values = (body or ResolveBody()).model_dump()
    return await _write(closing_service.resolve, actor, handoff_id, **values)


@router.post("/handoffs/{handoff_id}/withdraw")
async def withdraw_handoff(actor: Technician, handoff_id: HandoffId) -> HandoffRow:
    """Take back your own escalation that nobody has claimed, or resume a parked session."""
    return await _write(service.withdraw, actor, handoff_id)


def _deliveries(db: DbSession, actor: Actor, handoff_id: UUID) -> list[DeliveryView]:
    handoff = queries.load(db, actor, handoff_id)
    return deliveries(db, actor.account_id, handoff.id)


@router.get("/handoffs/{handoff_id}/deliveries")
async def list_deliveries(actor: Technician, handoff_id: HandoffId) -> DeliveryList:
    """Who was notified of the handoff, how, and with what result."""
    return DeliveryList(items=await database.read(_deliveries, actor, handoff_id))
