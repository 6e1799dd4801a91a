"""Reads of a session's texts: notes with their authors, and the shared texts."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.models import User
from rxapp.core.statements import table_of
from rxapp.sessions.models import GuidedSession, StepNote
from rxapp.sessions.views import NoteView, Revisions, SessionTexts

DETAILS = ("ticket_number", "client_name", "scratchpad")


def texts_snapshot(db: DbSession, session_id: UUID) -> SessionTexts | None:
    """Return a session's texts, for tabs that may watch it."""
    query = select(*table_of(GuidedSession).c).where(GuidedSession.id == session_id)
    session = db.execute(query).one_or_none()
    return texts_of(db, session) if session else None


def texts_of(db: DbSession, session: Row[Any]) -> SessionTexts:
    """Return the texts of a session whose row has already been read."""
    return SessionTexts(
        ticket_number=session.ticket_number,
        client_name=session.client_name,
        scratchpad=session.scratchpad,
        revisions=revisions(session),
        seq=session.seq,
        notes=notes(db, session.id, session.seq).get(session.seq, []),
    )


def revisions(session: Row[Any]) -> Revisions:
    """Return how often each shared text of the session has been changed."""
    return Revisions(**{name: getattr(session, f"{name}_revision") for name in DETAILS})


def notes(db: DbSession, session_id: UUID, seq: int | None = None) -> dict[int, list[NoteView]]:
    """Return the notes on each step, or only on step ``seq``, oldest first."""
    query = (
        select(*table_of(StepNote).c, User.name)
        .join(User, User.id == StepNote.user_id)
        .where(StepNote.session_id == session_id)
        .order_by(StepNote.id)
    )
    if seq is not None:
        query = query.where(StepNote.seq == seq)
    found: dict[int, list[NoteView]] = {}
    for row in db.execute(query):
        view = NoteView(row.user_id, row.name, row.text, row.written_at, row.revision)
        found.setdefault(row.seq, []).append(view)
    return found


def said(written: dict[int, list[NoteView]], seq: int) -> list[NoteView]:
    """Return the notes on a step that are not empty."""
    return [note for note in written.get(seq, []) if note.text]
