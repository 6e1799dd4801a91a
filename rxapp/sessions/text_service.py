"""Writes about a session's texts: the note on a step, ticket, client, scratchpad.

A save may say which revision of the text it is based on. If that is no longer the newest, both
texts are merged if possible; otherwise the save is refused, with the newest text.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, Invalid
from rxapp.live.signals import publish
from rxapp.sessions import note_service, queries, topics
from rxapp.sessions.hold_service import (
    Change,
    change,
    changed,
    check_holds,
)
from rxapp.sessions.merging_rules import merged, only_added
from rxapp.sessions.rules import (
    CLIENT_LIMIT,
    NOTE_LIMIT,
    TICKET_LIMIT,
    clean_line,
    clean_text,
)
from rxapp.sessions.text_queries import DETAILS
from rxapp.sessions.views import TextView

NOTE = "note"
TEXTS = (NOTE, *DETAILS)
LABELS = ("ticket_number", "client_name")
"""The texts of a session that the inbox shows."""


class TextChanged(Conflict):
    """Somebody else has changed the text meanwhile; ``current`` is the text now."""

    def __init__(self, current: TextView) -> None:
        super().__init__(
            "This text was changed meanwhile. Choose what it should say.",
            current={"text": current.text, "revision": current.revision},
        )


def save_text(
    db: DbSession,
    actor: Actor,
    session_id: UUID,
    *,
    name: str,
    text: str,
    seq: int | None = None,
    base: int | None = None,
    was: str | None = None,
) -> TextView:
    """Save one text and return it as it is now; ``seq`` is the step of a note.

    ``base`` is the revision that the writer changed, and ``was`` its text; without ``base``, the
    text is replaced whatever it says.

    Raises:
        NotFound: if there is no such session for the actor.
        Conflict: if the actor may not write it; with ``current``, if it has changed since ``base``
            and the two cannot be merged.
        Invalid: if there is no text of that name, or it is too long.
    """
    session = queries.locked_state(db, actor, session_id)
    if name not in TEXTS:
        raise Invalid(f"Choose a text: {', '.join(TEXTS)}.", field="name")
    text, was = _clean(name, text), None if was is None else _clean(name, was)
    if name == NOTE:
        at = session.seq if seq is None else seq
        rewrites = note_service.may_rewrite(db, actor, session, at)
        stored = note_service.note_of(db, session.id, at, actor.user_id)
        if rewrites:
            new = _settled(name, text, stored, base=base, was=was)
        else:
            new = only_added(stored.text, text)
        saved = note_service.keep(db, session, actor, seq=at, text=new, stored=stored)
    else:
        check_holds(db, actor, session)
        stored = TextView(getattr(session, name), getattr(session, f"{name}_revision"))
        new = _settled(name, text, stored, base=base, was=was)
        saved = _keep_detail(db, actor, session, name=name, text=new, stored=stored)
    if saved.revision != stored.revision:
        publish(db, topics.TEXTS.of(session.id))
        if session.lease_seconds and session.holder_id == actor.user_id:
            publish(db, topics.SESSION.of(session.id))  # the lease now ends later
    return saved


def _clean(name: str, text: str) -> str:
    if name == "ticket_number":
        return clean_line(text, field=name, limit=TICKET_LIMIT)
    if name == "client_name":
        return clean_line(text, field=name, limit=CLIENT_LIMIT)
    return clean_text(text, field=name, limit=NOTE_LIMIT)


def _settled(name: str, mine: str, stored: TextView, *, base: int | None, was: str | None) -> str:
    """Return the new text.

    Raises:
        TextChanged: if a person has to choose.
    """
    if base in (None, stored.revision) or mine == stored.text:
        return mine
    both = None
    if was == stored.text:
        both = mine
    elif was is not None and name in (NOTE, "scratchpad"):
        both = merged(was, mine, stored.text)
    if both is None or len(both) > NOTE_LIMIT:
        raise TextChanged(stored)
    return both


def _keep_detail(
    db: DbSession, actor: Actor, session: Row[Any], *, name: str, text: str, stored: TextView
) -> TextView:
    if text == stored.text:
        return stored
    values: dict[str, Any] = {name: text, f"{name}_revision": stored.revision + 1}
    if name == "scratchpad":
        values |= {"scratchpad_by": actor.user_id, "scratchpad_at": utc_now()}
    change(db, session, actor, **values)
    if name in LABELS and session.lease_seconds:
        changed(db, actor, session.id, Change.LABELLED)
    return TextView(text, stored.revision + 1)


def update_details(
    db: DbSession,
    actor: Actor,
    session_id: UUID,
    *,
    ticket_number: str | None = None,
    client_name: str | None = None,
    scratchpad: str | None = None,
    note: str | None = None,
) -> None:
    """Change the session's texts; None keeps a field as it is.

    Raises:
        NotFound: if there is no such session for the actor.
        Conflict: if the actor does not hold the session.
        Invalid: if a text is too long.
    """
    check_holds(db, actor, queries.load(db, actor, session_id))
    given = {
        "ticket_number": ticket_number,
        "client_name": client_name,
        "scratchpad": scratchpad,
        NOTE: note,
    }
    for name, text in given.items():
        if text is not None:
            save_text(db, actor, session_id, name=name, text=text)
