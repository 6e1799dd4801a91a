"""The only way to write a line; call it in the transaction of the change."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.rules import ADDRESS_LIMIT
from rxapp.audit.models import AuditEntry
from rxapp.audit.rules import SUBJECT_LIMIT, Action
from rxapp.core.clock import utc_now
from rxapp.core.ids import new_id
from rxapp.core.statements import insert_into

_WRITE = insert_into(AuditEntry)


def record(
    db: DbSession,
    actor: Actor,
    action: Action,
    *,
    subject_id: object = "",
    subject: str = "",
    **detail: Any,
) -> None:
    """Write a line for what the actor did; ``detail`` must be JSON."""
    record_of(
        db,
        actor.account_id,
        action,
        actor_id=actor.user_id,
        actor_name=actor.name,
        address=actor.address,
        subject_id=subject_id,
        subject=subject,
        detail=detail,
    )


def record_of(
    db: DbSession,
    account_id: UUID,
    action: Action,
    *,
    actor_id: UUID | None = None,
    actor_name: str = "",
    address: str = "",
    subject_id: object = "",
    subject: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write a line without an actor: for a failed sign-in, or for what the server does itself."""
    db.execute(
        _WRITE,
        {
            "id": new_id(),
            "account_id": account_id,
            "at": utc_now(),
            "actor_id": actor_id,
            "actor_name": actor_name[:SUBJECT_LIMIT],
            "action": action,
            "subject_id": str(subject_id),
            "subject": subject[:SUBJECT_LIMIT],
            "detail": detail or {},
            "address": address[:ADDRESS_LIMIT],
        },
    )
