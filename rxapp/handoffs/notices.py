"""Who is notified of an escalation, and what the email says."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.queries import escalation_receivers, names, reachable, unseen_minutes
from rxapp.access.rules import Priority
from rxapp.access.views import Person
from rxapp.handoffs.models import Handoff
from rxapp.handoffs.return_queries import last_return
from rxapp.handoffs.rules import HandoffStatus
from rxapp.handoffs.service import ESCALATED, RETURNED
from rxapp.live.signals import publish_all
from rxapp.notifications import registry
from rxapp.notifications.letters import Letter, Section
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.views import Message, Recipient
from rxapp.sessions.models import GuidedSession
from rxapp.sessions.topics import SESSION

WANTED = "What they need help with:"
TRIED = "What has been tried since:"


def register(*, base_url: str, mail_domain: str) -> None:
    """Register the notice about escalations; links in emails start with ``base_url``."""

    def message(
        db: DbSession, _event: OutboxEvent, delivery: Delivery, recipient: Recipient
    ) -> Message | str:
        return compose(db, delivery, recipient, base_url=base_url, mail_domain=mail_domain)

    for kind, label in ((ESCALATED, "Escalation"), (RETURNED, "Escalation back in the queue")):
        notice = registry.Notice(
            recipients=recipients,
            recipient=recipient,
            message=message,
            changed=changed,
            label=label,
            unseen_after=unseen_after,
        )
        registry.register(kind, notice)


def recipients(db: DbSession, event: OutboxEvent) -> list[Recipient]:
    """Return who is notified: all seniors except whose case it is and who put it in the queue."""
    handoff = db.get(Handoff, event.subject_id)
    if handoff is None or handoff.status != HandoffStatus.OPEN:
        return []
    if event.kind == ESCALATED and handoff.returned:
        return []  # it came back before anybody was notified: the later event notifies them
    returned_by = event.payload.get("returned_by")
    put_by = UUID(returned_by) if returned_by else handoff.escalated_by
    without = [handoff.belongs_to, put_by]
    people = escalation_receivers(db, event.account_id, without=without)
    return [_recipient(event, person) for person in people]


def _recipient(event: OutboxEvent, person: Person) -> Recipient:
    wants = person.email_on_return if event.kind == RETURNED else person.email_on_escalation
    return Recipient(person.id, person.name, person.email, wants)


def recipient(db: DbSession, event: OutboxEvent, delivery: Delivery) -> Recipient | str:
    """Return whom a delivery is for, or why it is no longer needed."""
    person = reachable(db, delivery.recipient_id)
    return _recipient(event, person) if person else "the recipient has left"


def unseen_after(db: DbSession, event: OutboxEvent) -> timedelta:
    """Return how long the account waits before an email follows an unopened notice."""
    return timedelta(minutes=unseen_minutes(db, event.account_id))


def changed(db: DbSession, _account_id: UUID, handoff_ids: Collection[UUID]) -> None:
    """Make the technicians' pages show the deliveries' status."""
    sessions = select(Handoff.session_id).where(Handoff.id.in_(handoff_ids))
    publish_all(db, [SESSION.of(each) for each in db.execute(sessions).scalars()])


def compose(
    db: DbSession, delivery: Delivery, recipient: Recipient, *, base_url: str, mail_domain: str
) -> Message | str:
    """Return the email, or why it is no longer needed."""
    handoff = db.get(Handoff, delivery.subject_id)
    if handoff is None:
        return "the escalation is gone"
    if handoff.status == HandoffStatus.CLAIMED:
        holder = names(db, handoff.account_id, [handoff.claimed_by])
        return f"{next(iter(holder.values()), 'somebody')} took it first"
    if handoff.status != HandoffStatus.OPEN:
        return f"already {handoff.status}"
    session = db.get_one(GuidedSession, handoff.session_id)
    urgent = "Urgent: " if handoff.priority == Priority.URGENT else ""
    again = " is back in the queue" if handoff.returned else ""
    ticket = f" ({session.ticket_number})" if session.ticket_number else ""
    letter = Letter(
        f"{urgent}{handoff.tree_title}{ticket}{again or ' needs a senior'}",
        facts=(
            ("From", _sender(db, handoff)),
            ("Tree", handoff.tree_title),
            ("Stopped at", handoff.node_title),
            ("Ticket", session.ticket_number or "not given"),
            ("Client", session.client_name or "not given"),
        ),
        sections=(*_back(db, handoff), Section(WANTED, quote=handoff.reason)),
        button="Read the case and claim it",
        link=f"{base_url}/escalations/{handoff.id}",
    )
    return letter.to(recipient, delivery.id, mail_domain)


def _sender(db: DbSession, handoff: Handoff) -> str:
    names_by_id = names(db, handoff.account_id, [handoff.belongs_to, handoff.escalated_by])
    who = names_by_id.get(handoff.escalated_by, "Somebody")
    if handoff.belongs_to == handoff.escalated_by:
        return who
    return f"{who}, for {names_by_id.get(handoff.belongs_to, 'somebody')}"


def _back(db: DbSession, handoff: Handoff) -> Iterator[Section]:
    """Yield why it is back in the queue, if it is, and what was tried before."""
    if back := last_return(db, handoff):
        yield Section(f"{back.words}{':' if back.reason else '.'}", quote=back.reason)
        if back.tried:
            yield Section(TRIED, points=tuple(back.tried))
