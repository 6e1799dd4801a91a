"""Cases in every state, made through the services as people make them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.handoffs import service as handoffs
from rxapp.sessions import hold_service as holds
from rxapp.sessions import service as sessions
from rxapp.sessions import text_service
from tests.support.cast import Person


@dataclass(frozen=True)
class Case:
    """The ids of a session of the cast's tree, and of the handoff that gave it up, if any."""

    id: UUID
    handoff: UUID | None = None


def walking(db: DbSession, person: Person, tree_id: UUID, words: str) -> Case:
    """Start a case as the person, fill every text with ``words`` and answer a step."""
    actor = person.actor
    session_id = sessions.start(
        db, actor, tree_id, ticket_number=f"T {words}", client_name=f"C {words}"
    )
    sessions.answer(db, actor, session_id, option_key="yes-it-is", seq=1, note=f"Note {words}")
    text_service.update_details(
        db, actor, session_id, scratchpad=f"Pad {words}", note=f"Draft {words}"
    )
    return Case(session_id)


def waiting(db: DbSession, person: Person, tree_id: UUID, words: str) -> Case:
    """Return a case that the person has escalated and nobody has claimed."""
    return _handed_off(db, person, walking(db, person, tree_id, words), "escalate", words)


def held(db: DbSession, person: Person, tree_id: UUID, words: str, *, by: Person) -> Case:
    """Return a case that the person has escalated and ``by`` has claimed."""
    case = waiting(db, person, tree_id, words)
    handoffs.claim(db, by.actor, case.handoff)
    return case


def parked(db: DbSession, person: Person, tree_id: UUID, words: str) -> Case:
    """Return a case that the person has parked."""
    return _handed_off(db, person, walking(db, person, tree_id, words), "park", words)


def completed(db: DbSession, person: Person, tree_id: UUID, words: str) -> Case:
    """Return a case that the person has resolved."""
    case = walking(db, person, tree_id, words)
    texts = {"outcome_notes": f"End {words}", "next_steps": f"Next {words}"}
    holds.complete(db, person.actor, case.id, outcome="resolved", **texts)
    return case


def _handed_off(db: DbSession, person: Person, case: Case, intent: str, words: str) -> Case:
    given = handoffs.hand_off(db, person.actor, case.id, intent=intent, reason=f"Reason {words}")
    return Case(case.id, given.id)
