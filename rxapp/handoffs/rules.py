"""What may happen to a handoff. Pure: no database, no clock."""

from enum import StrEnum
from typing import Protocol
from uuid import UUID

from rxapp.access.rules import Priority
from rxapp.core.errors import Conflict, Invalid
from rxapp.core.texts import check_length

REASON_LIMIT = 4_000


class Intent(StrEnum):
    """Whether a session is escalated or parked."""

    ESCALATE = "escalate"
    PARK = "park"


class HandoffStatus(StrEnum):
    """The status of a handoff."""

    OPEN = "open"  # in the queue, or parked
    CLAIMED = "claimed"  # one senior has it
    RESOLVED = "resolved"  # its session was completed
    WITHDRAWN = "withdrawn"  # taken back by whoever gave it up


class InboxSection(StrEnum):
    """The lists of an inbox."""

    WAITING = "waiting"
    MINE = "mine"  # claimed by the viewer
    OTHERS = "others"  # claimed by somebody else
    CLOSED = "closed"  # the most recently closed


class HandoffEventKind(StrEnum):
    """What can happen to a handoff."""

    ESCALATED = "escalated"
    PARKED = "parked"
    CLAIMED = "claimed"
    HANDED_BACK = "handed_back"
    LEASE_EXPIRED = "lease_expired"
    HOLDER_LEFT = "holder_left"
    REASSIGNED = "reassigned"
    WITHDRAWN = "withdrawn"
    RESUMED = "resumed"
    RESOLVED = "resolved"


class Claimable(Protocol):
    """The fields that the checks below need."""

    intent: Intent
    status: HandoffStatus
    belongs_to: UUID
    claimed_by: UUID | None


_CLOSED = {
    HandoffStatus.RESOLVED: "This escalation has already been resolved.",
    HandoffStatus.WITHDRAWN: "This escalation was withdrawn.",
}


def check_claimable(handoff: Claimable, user_id: UUID) -> None:
    """Do nothing if the claim may succeed. The caller says who has it if somebody has.

    Raises:
        Conflict: if the handoff is closed or the actor's own.
    """
    if handoff.intent != Intent.ESCALATE:
        raise Conflict("A parked session cannot be claimed.")
    if handoff.belongs_to == user_id:
        raise Conflict("You escalated this yourself. Withdraw it to continue.")
    check_not_closed(handoff)


def check_not_closed(handoff: Claimable) -> None:
    """Do nothing if the handoff is open or claimed.

    Raises:
        Conflict: if it is resolved or withdrawn.
    """
    if message := _CLOSED.get(handoff.status):
        raise Conflict(message)


def check_withdrawable(handoff: Claimable, user_id: UUID, holder_name: str) -> None:
    """Do nothing if the user gave up the session and nobody has claimed it.

    Raises:
        Conflict: if it is somebody else's, closed, or claimed.
    """
    if handoff.belongs_to != user_id:
        raise Conflict("Only the one who escalated can withdraw it.")
    check_not_closed(handoff)
    if handoff.status == HandoffStatus.CLAIMED:
        raise Conflict(f"{holder_name} already has it. Ask them to hand it back.")


def clean_intent(value: str) -> Intent:
    """Return the intent.

    Raises:
        Invalid: if there is no such one.
    """
    try:
        return Intent(value)
    except ValueError:
        raise Invalid("Choose an intent: escalate or park.", field="intent") from None


def clean_priority(value: str) -> Priority:
    """Return the priority.

    Raises:
        Invalid: if there is no such one.
    """
    try:
        return Priority(value)
    except ValueError:
        raise Invalid("Choose a priority: normal or urgent.", field="priority") from None


def clean_reason(value: str, *, required: bool, prompt: str) -> str:
    """Return the reason, trimmed.

    Raises:
        Invalid: if it is required and empty (``prompt`` says what is missing), or too long.
    """
    reason = value.replace("\x00", "").strip()
    if required and not reason:
        raise Invalid(prompt, field="reason")
    check_length(reason, limit=REASON_LIMIT, field="reason")
    return reason.encode("utf-8", "replace").decode()
