"""What screens and the API show of handoffs. Times still to come are None."""

from dataclasses import dataclass
from uuid import UUID

from rxapp.access.rules import Priority
from rxapp.core.moments import Moment
from rxapp.handoffs.rules import HandoffEventKind, HandoffStatus, Intent
from rxapp.notifications.views import DeliveryView
from rxapp.sessions.views import SessionRecord


@dataclass(frozen=True)
class HandoffRow:
    """A handoff in a list.

    ``on_behalf_of`` is whose case it was if somebody else escalated it because that person left;
    otherwise its id is None and its name empty.
    """

    id: UUID
    session_id: UUID
    intent: Intent
    status: HandoffStatus
    priority: Priority
    reason: str
    tree_title: str
    node_title: str
    ticket_number: str
    client_name: str
    escalated_by_id: UUID
    escalated_by: str
    on_behalf_of_id: UUID | None
    on_behalf_of: str
    created_at: Moment
    queued_at: Moment
    claimed_by_id: UUID | None
    claimed_by: str
    claimed_at: Moment | None
    held_until: Moment | None
    returned: int
    closed_at: Moment | None


@dataclass(frozen=True, slots=True)
class HandoffPage:
    """A page of handoffs; ``next_cursor`` is None on the last one."""

    items: list[HandoffRow]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to a handoff."""

    kind: HandoffEventKind
    text: str
    detail: str
    at: Moment


@dataclass(frozen=True, slots=True)
class HandoffProgress:
    """What whoever waits sees: who was told and how, who has it, what happened."""

    handoff: HandoffRow
    timeline: list[TimelineEntry]
    deliveries: list[DeliveryView]
    planned: bool


@dataclass(frozen=True, slots=True)
class EscalationDetail:
    """What a senior reads before continuing: the handoff and the whole case."""

    progress: HandoffProgress
    record: SessionRecord


@dataclass(frozen=True, slots=True)
class Return:
    """How an escalation came back: who returned it, in ``words``, and what they had ``tried``."""

    words: str
    reason: str
    tried: list[str]
