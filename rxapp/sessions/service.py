"""Writes about sessions: start, answer, back, notes, complete; and what a handoff may do to one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.accounts.queries import names
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, Invalid
from rxapp.core.ids import new_id
from rxapp.live.signals import publish
from rxapp.sessions import queries
from rxapp.sessions.models import GuidedSession, SessionStep
from rxapp.sessions.rules import (
    CLIENT_LIMIT,
    NOTE_LIMIT,
    TICKET_LIMIT,
    Outcome,
    SessionStatus,
    StepKind,
    check_may_move,
    clean_line,
    clean_text,
    previous_node,
)
from rxapp.sessions.views import Answered, Crumb
from rxapp.trees.queries import newest_version, version

# Built once: both run at every step, and building them costs more than running them.
_SESSION = GuidedSession.__table__
_MOVE = (
    update(_SESSION)
    .where(
        _SESSION.c.id == bindparam("at_id"),
        _SESSION.c.seq == bindparam("at_seq"),
        _SESSION.c.holder_id == bindparam("at_holder"),
        _SESSION.c.status == SessionStatus.ACTIVE.value,
    )
    .values(
        draft_note="",
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
_RECORD = insert(SessionStep.__table__)

CompletionHook = Callable[[DbSession, Actor, UUID], None]
_on_completion: list[CompletionHook] = []


def on_completion(hook: CompletionHook) -> None:
    """Call ``hook(db, actor, session_id)`` in the transaction that completes a session."""
    if hook not in _on_completion:
        _on_completion.append(hook)


def topic(session_id: UUID) -> str:
    """The live topic of one session."""
    return f"session:{session_id}"


def start(
    db: DbSession,
    actor: Actor,
    tree_id: object,
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
    return session.id


def answer(
    db: DbSession,
    actor: Actor,
    session_id: object,
    *,
    option_key: str,
    seq: int,
    note: str | None = None,
) -> Answered:
    """Record the answer to step ``seq`` and move on. Repeating an answer is harmless.

    ``note`` replaces what was typed for the step so far; None keeps it.

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
        raise Invalid(f"The step {node.title!r} has no option {option_key!r}.", field="option")
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
    ends = held_until.isoformat() if held_until else ""
    return Answered(seq + 1, queries.node_view(target), crumb, ends)


def _answered_before(db: DbSession, session: Row[Any], *, option_key: str, seq: int) -> Answered:
    step = db.execute(
        select(SessionStep).where(SessionStep.session_id == session.id, SessionStep.seq == seq)
    ).scalar_one_or_none()
    if step is None or step.kind != StepKind.ANSWER or step.option_key != option_key:
        raise Conflict(f"Step {seq} was answered already. Reload to see where the session is.")
    node = version(db, session.version_id).document.node(session.node_key)
    return Answered(
        session.seq,
        queries.node_view(node),
        Crumb(seq, step.node_title, step.option_label),
        session.held_until.isoformat() if session.held_until else "",
        repeated=True,
    )


def back(db: DbSession, actor: Actor, session_id: object, *, seq: int | None = None) -> None:
    """Go back to the step before on the path; this is recorded too.

    With ``seq``, repeating the call is harmless: it does something only at that step.

    Raises:
        NotFound: if there is no such session for the actor.
        Conflict: if the session cannot be moved, or stands at its first step.
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


def check_holds(db: DbSession, actor: Actor, session: Row[Any]) -> None:
    """Let the holder of an active session pass.

    Raises:
        Conflict: otherwise; the message names who has it.
    """
    if session.holder_id == actor.user_id and session.status == SessionStatus.ACTIVE:
        return
    holder = names(db, actor.account_id, [session.holder_id]).get(session.holder_id or UUID(int=0))
    check_may_move(session, actor.user_id, holder)


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
    """Append the step and move the session, if it still stands where it was read."""
    now = utc_now()
    text = session.draft_note if note is None else note
    held_until = _extended(session, now)
    moved = db.execute(
        _MOVE,
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
    if moved.rowcount != 1:
        raise Conflict("This session has just moved on. Reload to see where it is.")
    db.execute(
        _RECORD,
        {
            "id": new_id(),
            "session_id": session.id,
            "seq": session.seq,
            "kind": kind.value,
            "node_key": session.node_key,
            "node_title": session.node_title,
            "to_node": to_node,
            "option_key": option[0],
            "option_label": option[1],
            "note": clean_text(text, field="note", limit=NOTE_LIMIT),
            "user_id": actor.user_id,
            "entered_at": session.entered_at,
            "left_at": now,
        },
    )
    if session.lease_seconds:
        publish(db, topic(session.id))
    return held_until


def _extended(session: Row[Any], now: datetime) -> datetime | None:
    return now + timedelta(seconds=session.lease_seconds) if session.lease_seconds else None


def change(db: DbSession, session: Row[Any], actor: Actor, **values: Any) -> None:
    """Change columns of a session that the actor holds; this extends a lease as a step does.

    Raises:
        Conflict: if the session moved or was given up since it was read.
    """
    now = utc_now()
    changed = db.execute(
        update(GuidedSession)
        .where(
            GuidedSession.id == session.id,
            GuidedSession.seq == session.seq,
            GuidedSession.holder_id == actor.user_id,
            GuidedSession.status == SessionStatus.ACTIVE.value,
        )
        .values(**{"updated_at": now, "held_until": _extended(session, now), **values})
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:
        raise Conflict("This session has just moved on. Reload to see where it is.")


def complete(
    db: DbSession,
    actor: Actor,
    session_id: object,
    *,
    outcome: str,
    outcome_notes: str = "",
    next_steps: str = "",
) -> None:
    """End the session where it stands. Repeating it with the same outcome is harmless.

    Raises:
        NotFound: if there is no such session for the actor.
        Conflict: if the actor does not hold the session, or it ended otherwise.
        Invalid: if the outcome is none of ours or a text is too long.
    """
    session = queries.load(db, actor, session_id)
    if outcome not in set(Outcome):
        known = ", ".join(Outcome)
        raise Invalid(f"Choose how it ended: {known}.", field="outcome")
    if session.status == SessionStatus.COMPLETED and session.outcome == outcome:
        return
    check_holds(db, actor, session)
    now = utc_now()
    change(
        db,
        session,
        actor,
        status=SessionStatus.COMPLETED.value,
        outcome=outcome,
        outcome_notes=clean_text(outcome_notes, field="outcome_notes", limit=NOTE_LIMIT),
        next_steps=clean_text(next_steps, field="next_steps", limit=NOTE_LIMIT),
        completed_at=now,
        completed_by=actor.user_id,
        holder_id=None,
        held_until=None,
        lease_seconds=None,
    )
    for hook in _on_completion:
        hook(db, actor, session.id)
    publish(db, topic(session.id))


def give(
    db: DbSession,
    session_id: UUID,
    *,
    status: SessionStatus,
    holder_id: UUID | None,
    lease_seconds: int | None = None,
    taken_from: UUID | None = None,
) -> None:
    """Put the session into a handoff's hands; the caller has checked that it may.

    ``taken_from`` is who must still hold it, active, at this very moment.

    Raises:
        Conflict: if they do not any more.
    """
    now = utc_now()
    query = update(GuidedSession).where(GuidedSession.id == session_id)
    if taken_from is not None:
        query = query.where(
            GuidedSession.holder_id == taken_from,
            GuidedSession.status == SessionStatus.ACTIVE.value,
        )
    given = db.execute(
        query.values(
            status=status.value,
            holder_id=holder_id,
            held_until=now + timedelta(seconds=lease_seconds) if lease_seconds else None,
            lease_seconds=lease_seconds,
            updated_at=now,
        ).execution_options(synchronize_session=False)
    )
    if given.rowcount != 1:
        raise Conflict("This session has just moved on. Reload to see where it is.")
    publish(db, topic(session_id))
