"""Returning a ticket note, with its line in the audit log."""

from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.audit.rules import Action
from rxapp.audit.service import record as audit
from rxapp.sessions import queries
from rxapp.sessions.export import export
from rxapp.sessions.views import Export


def export_note(db: DbSession, actor: Actor, session_id: UUID, *, format_name: str) -> Export:
    """Return the ticket note of a session, which may be in progress.

    Raises:
        NotFound: if there is no such session for the actor.
        Invalid: if there is no such format.
    """
    case = queries.record(db, actor, session_id)
    note = export(case, format_name)
    audit(
        db,
        actor,
        Action.SESSION_EXPORTED,
        subject_id=case.id,
        subject=case.ticket_number or case.tree_title,
        format=format_name,
    )
    return note
