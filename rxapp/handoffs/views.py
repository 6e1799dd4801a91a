"""What screens and JSON receive about handoffs. Times not come yet are null in JSON."""

from dataclasses import dataclass

from rxapp.core.moments import MaybeMoment, Moment
from rxapp.notifications.views import DeliveryView
from rxapp.sessions.views import SessionRecord


@dataclass(frozen=True)
class HandoffRow:
    """A handoff in a list.

    ``on_behalf_of`` is whose case it was where somebody else escalated it, because they left; else
    it is empty.
    """

    id: str
    session_id: str
    intent: str
    status: str
    priority: str
    reason: str
    tree_title: str
    node_title: str
    ticket_number: str
    client_name: str
    escalated_by_id: str
    escalated_by: str
    on_behalf_of_id: str
    on_behalf_of: str
    created_at: Moment
    queued_at: Moment
    claimed_by_id: str
    claimed_by: str
    claimed_at: MaybeMoment
    held_until: MaybeMoment
    returned: int
    closed_at: MaybeMoment


@dataclass(frozen=True, slots=True)
class HandoffPage:
    """A page of handoffs; ``next_cursor`` is None on the last one."""

    items: list[HandoffRow]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to a handoff."""

    kind: str
    text: str
    detail: str
    at: Moment


@dataclass(frozen=True, slots=True)
class HandoffProgress:
    """What the one who waits sees: who was told and how, who has it, what happened."""

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
    """How an escalation came back: who gave it back in ``words``, and what they had ``tried``."""

    words: str
    reason: str
    tried: list[str]
