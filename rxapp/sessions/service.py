"""Writes about running a session: start, answer, back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, Invalid
from rxapp.core.ids import new_id
from rxapp.core.prepared import PreparedChange
from rxapp.core.statements import insert_into, table_of
from rxapp.live.signals import publish
from rxapp.sessions import note_service, queries
from rxapp.sessions.hold_service import begin_turn, check_holds, extended
from rxapp.sessions.models import GuidedSession, SessionStep
from rxapp.sessions.rules import (
    CLIENT_LIMIT,
    TICKET_LIMIT,
    SessionStatus,
    StepKind,
    clean_line,
    previous_node,
)
from rxapp.sessions.topics import SESSION
from rxapp.sessions.views import Answered, Crumb
from rxapp.trees.queries import newest_version, version

# Built once: both run at every step, and building them costs more than running them.
_SESSION = table_of(GuidedSession)
_MOVE = PreparedChange(
    update(_SESSION)
    .where(
        _SESSION.c.id == bindparam("at_id"),
        _SESSION.c.seq == bindparam("at_seq"),
        _SESSION.c.holder_id == bindparam("at_holder"),
        _SESSION.c.status == SessionStatus.ACTIVE,
    )
    .values(
        **{
            name: bindparam(name)
            for name in (
                "seq",
                "node_key",
                "node_title",
                "entered_at",
                "updated_at",
                "held_until",
            )
        },
    )
)
_RECORD = PreparedChange(insert_into(SessionStep))


def start(
    db: DbSession,
    actor: Actor,
    tree_id: UUID,
    *,
    ticket_number: str = "",
    client_name: str = "",
) -> UUID:
    """Start a session at the first node of the tree's newest version and return its id.

    Raises:
        NotFound: if the account has no such published tree.
        Invalid: if the ticket number or the client's name is too long.
    """
    require(actor, Permission.RUN_SESSIONS)
    pinned = newest_version(db, actor, tree_id)
    first = pinned.document.node(pinned.document.start)
    now = utc_now()
    session = GuidedSession(
        account_id=actor.account_id,
        tree_id=pinned.tree_id,
        version_id=pinned.version_id,
        title=pinned.title,
        started_by=actor.user_id,
        belongs_to=actor.user_id,
        holder_id=actor.user_id,
        node_key=first.key,
        node_title=first.title,
        ticket_number=clean_line(ticket_number, field="ticket_number", limit=TICKET_LIMIT),
        client_name=clean_line(client_name, field="client_name", limit=CLIENT_LIMIT),
        started_at=now,
        updated_at=now,
        entered_at=now,
    )
    db.add(session)
    db.flush()
    active = SessionStatus.ACTIVE
    begin_turn(db, session.id, at=now, status=active, holder_id=actor.user_id)
    return session.id


def answer(
    db: DbSession,
    actor: Actor,
    session_id: UUID,
    *,
    option_key: str,
    seq: int,
    note: str | None = None,
) -> Answered:
    """Record the answer to step ``seq`` and move on. Repeating an answer is harmless.

    ``note`` replaces the actor's note on the step; None keeps it.

    Raises:
        NotFound: if there is no such session for the actor.
        Invalid: if the node does not have the option, or ``seq`` is still to come.
        Conflict: if the session cannot be moved, or the step was answered differently.
    """
    session = queries.load(db, actor, session_id)
    pinned = version(db, session.version_id)
    if seq < 1:
        raise Invalid("Steps are numbered from 1.", field="seq")
    if seq < session.seq:
        return _answered_before(db, session, option_key=option_key, seq=seq)
    check_holds(db, actor, session)
    if seq > session.seq:
        raise Invalid(f"Step {session.seq} comes first.", field="seq")
    node = pinned.document.node(session.node_key)
    option = node.option(option_key)
    if option is None:
        raise Invalid(f"The step {node.title!r} has no answer {option_key!r}.", field="option")
    target = pinned.document.node(option.to)
    held_until = _move(
        db,
        actor,
        session,
        kind=StepKind.ANSWER,
        to_node=target.key,
        to_title=target.title,
        option=(option.key, option.label),
        note=note,
    )
    crumb = Crumb(seq, node.title, option.label)
    return Answered(seq + 1, queries.node_view(target), crumb, held_until)


def _answered_before(db: DbSession, session: Row[Any], *, option_key: str, seq: int) -> Answered:
    step = db.execute(
        select(SessionStep).where(SessionStep.session_id == session.id, SessionStep.seq == seq)
    ).scalar_one_or_none()
    if step is None or step.kind != StepKind.ANSWER or step.option_key != option_key:
        raise Conflict(f"Step {seq} has already been answered. Reload to see where the session is.")
    node = version(db, session.version_id).document.node(session.node_key)
    return Answered(
        session.seq,
        queries.node_view(node),
        Crumb(seq, step.node_title, step.option_label),
        session.held_until,
        repeated=True,
    )


def back(db: DbSession, actor: Actor, session_id: UUID, *, seq: int | None = None) -> None:
    """Go back to the previous step on the path; this is recorded too.

    With ``seq``, repeating the call is harmless: it only does something at that step.

    Raises:
        NotFound: if there is no such session for the actor.
        Conflict: if the session cannot be moved, or is at its first step.
    """
    session = queries.load(db, actor, session_id)
    if seq is not None and seq < session.seq:
        return
    check_holds(db, actor, session)
    if seq is not None and seq > session.seq:
        raise Invalid(f"The session is at step {session.seq}.", field="seq")
    target = version(db, session.version_id).document.node(
        previous_node(queries.moves(db, session.id))
    )
    _move(db, actor, session, kind=StepKind.BACK, to_node=target.key, to_title=target.title)


def _move(
    db: DbSession,
    actor: Actor,
    session: Row[Any],
    *,
    kind: StepKind,
    to_node: str,
    to_title: str,
    option: tuple[str, str] = ("", ""),
    note: str | None = None,
) -> datetime | None:
    """Append the step and move the session, if it is still where it was read."""
    now = utc_now()
    held_until = extended(session, now)
    moved = _MOVE.run(
        db,
        {
            "at_id": session.id,
            "at_seq": session.seq,
            "at_holder": actor.user_id,
            "seq": session.seq + 1,
            "node_key": to_node,
            "node_title": to_title,
            "entered_at": now,
            "updated_at": now,
            "held_until": held_until,
        },
    )
    if moved != 1:
        raise Conflict("This session has just moved on. Reload to see where it is.")
    _RECORD.run(
        db,
        {
            "id": new_id(),
            "session_id": session.id,
            "seq": session.seq,
            "kind": kind,
            "node_key": session.node_key,
            "node_title": session.node_title,
            "to_node": to_node,
            "option_key": option[0],
            "option_label": option[1],
            "user_id": actor.user_id,
            "entered_at": session.entered_at,
            "left_at": now,
        },
    )
    if note is not None:
        stored = note_service.note_of(db, session.id, session.seq, actor.user_id)
        note_service.write(db, session, actor, seq=session.seq, text=note, stored=stored)
    if session.lease_seconds:
        publish(db, SESSION.of(session.id))
    return held_until
