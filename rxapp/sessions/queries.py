"""Reads about sessions. Every load is scoped to what the actor may see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Uuid, and_, bindparam, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, may, require
from rxapp.access.queries import account_zone, names
from rxapp.core.clock import utc_now
from rxapp.core.errors import NotFound
from rxapp.core.prepared import PreparedQuery
from rxapp.core.statements import table_of
from rxapp.sessions.models import GuidedSession, SessionStep, SessionTurn
from rxapp.sessions.rules import Move, SessionStatus, path
from rxapp.sessions.spent import Stretch, Turn, shifts, spent, stretches, worked
from rxapp.sessions.text_queries import notes, revisions, said, texts_of
from rxapp.sessions.views import (
    CommandView,
    Crumb,
    NodeView,
    OptionView,
    RunnerView,
    Segment,
    SessionHead,
    SessionRecord,
    StepView,
)
from rxapp.trees.document import Node
from rxapp.trees.queries import version

HOTKEYS = "123456789"


SESSION = table_of(GuidedSession).c
_ACTOR_ID = bindparam("actor_id", type_=Uuid)
_IS_PRIVATE = and_(SESSION.status == SessionStatus.PARKED, SESSION.holder_id != _ACTOR_ID)
_IN_ACCOUNT = SESSION.account_id == bindparam("account_id", type_=Uuid)
ALL_VISIBLE = and_(_IN_ACCOUNT, ~_IS_PRIVATE)
OWN_VISIBLE = and_(_IN_ACCOUNT, SESSION.belongs_to == _ACTOR_ID, ~_IS_PRIVATE)

# Built once: one of these runs at every step, and building it costs more than running it.
_BY_ID = select(*SESSION).where(SESSION.id == bindparam("session_id"))
_LOAD_ANY = PreparedQuery(_BY_ID.where(ALL_VISIBLE))
_LOAD_OWN = PreparedQuery(_BY_ID.where(OWN_VISIBLE))


def sees_all(actor: Actor) -> bool:
    """Return whether the actor sees all sessions of the account, or only their own."""
    return may(actor, Permission.SEE_ALL_SESSIONS)


def scope(actor: Actor) -> dict[str, UUID]:
    """Return the parameters of ``ALL_VISIBLE`` and ``OWN_VISIBLE``."""
    return {"account_id": actor.account_id, "actor_id": actor.user_id}


def load(db: DbSession, actor: Actor, session_id: UUID) -> Row[Any]:
    """Return the session's row: the actor's own or, for seniors, any of the account.

    A parked session is private to the one who parked it.

    Raises:
        NotFound: if there is none that the actor may see.
    """
    require(actor, Permission.RUN_SESSIONS)
    query = _LOAD_ANY if sees_all(actor) else _LOAD_OWN
    values = {"session_id": session_id, **scope(actor)}
    session = query.one_or_none(db, values)
    if session is None:
        raise NotFound("session")
    return session


def locked_state(db: DbSession, actor: Actor, session_id: UUID) -> Row[Any]:
    """Return the session's row, locked for a change that is based on it.

    Raises:
        NotFound: as for :func:`load`.
    """
    session = load(db, actor, session_id)
    return db.execute(_BY_ID.with_for_update(), {"session_id": session.id}).one()


def command_views(node: Node) -> list[CommandView]:
    """Return the node's commands as screens, exports and the API show them."""
    return [CommandView(command.label, command.text) for command in node.commands]


def node_view(node: Node) -> NodeView:
    """Return the node as screens and the API show it."""
    options = [
        OptionView(option.key, option.label, HOTKEYS[position] if position < 9 else "")
        for position, option in enumerate(node.options)
    ]
    return NodeView(
        key=node.key,
        kind=node.kind,
        title=node.title,
        body=node.body,
        commands=command_views(node),
        expected=node.expected,
        options=options,
        escalate_end=node.is_escalate_end,
    )


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, round((end - start).total_seconds()))


def runner(db: DbSession, actor: Actor, session_id: UUID) -> RunnerView:
    """Return everything that the runner shows of a session.

    Raises:
        NotFound: if there is none that the actor may see.
    """
    return _runner_view(db, load(db, actor, session_id))


def runner_snapshot(db: DbSession, session_id: UUID) -> RunnerView | None:
    """Like :func:`runner`, for tabs that may already watch the session."""
    session = db.execute(_BY_ID, {"session_id": session_id}).one_or_none()
    return _runner_view(db, session) if session else None


def _runner_view(db: DbSession, session: Row[Any]) -> RunnerView:
    pinned = version(db, session.version_id)
    names_by_id = names(db, session.account_id, [session.started_by, session.holder_id])
    parts = turns(db, session)
    head = SessionHead(
        id=session.id,
        status=session.status,
        tree_id=session.tree_id,
        tree_title=pinned.title,
        version=pinned.number,
        seq=session.seq,
        started_at=session.started_at,
        worked_before=round(spent(parts[:-1]).work),
        turn_began_at=parts[-1].start if parts[-1].is_work else None,
        started_by_id=session.started_by,
        started_by=names_by_id.get(session.started_by, ""),
        holder_id=session.holder_id,
        holder=names_by_id.get(session.holder_id, "") if session.holder_id else "",
        held_until=session.held_until,
        outcome=session.outcome,
        completed_at=session.completed_at,
    )
    node = node_view(pinned.document.node(session.node_key))
    return RunnerView(head, node, crumbs(db, session.id), texts_of(db, session))


def crumbs(db: DbSession, session_id: UUID) -> list[Crumb]:
    """Return the answered steps that lead to where the session stands."""
    query = (
        select(
            SessionStep.seq,
            SessionStep.kind,
            SessionStep.node_key,
            SessionStep.node_title,
            SessionStep.option_label,
        )
        .where(SessionStep.session_id == session_id)
        .order_by(SessionStep.seq)
    )
    rows = db.execute(query).all()
    kept = path(Move(row.kind, row.node_key) for row in rows)
    return [
        Crumb(rows[position].seq, rows[position].node_title, rows[position].option_label)
        for position in kept
    ]


def moves(db: DbSession, session_id: UUID) -> list[Move]:
    """Return the session's recorded moves in order."""
    query = (
        select(SessionStep.kind, SessionStep.node_key)
        .where(SessionStep.session_id == session_id)
        .order_by(SessionStep.seq)
    )
    return [Move(row.kind, row.node_key) for row in db.execute(query)]


def turns(db: DbSession, session: Row[Any]) -> list[Stretch]:
    """Return who had the session from when to when, up to its end or to now."""
    query = (
        select(SessionTurn.at, SessionTurn.status, SessionTurn.holder_id)
        .where(SessionTurn.session_id == session.id)
        .order_by(SessionTurn.at, SessionTurn.id)
    )
    known = [Turn(row.at, row.status, row.holder_id) for row in db.execute(query)]
    return stretches(known, session.completed_at or utc_now())


def record(db: DbSession, actor: Actor, session_id: UUID) -> SessionRecord:
    """Return the whole case of a session: steps, notes, minutes, who did which part.

    Raises:
        NotFound: if there is none that the actor may see.
    """
    session = load(db, actor, session_id)
    pinned = version(db, session.version_id)
    query = (
        select(SessionStep).where(SessionStep.session_id == session.id).order_by(SessionStep.seq)
    )
    rows = db.execute(query).scalars().all()
    written = notes(db, session.id)
    people = {session.started_by, session.holder_id, session.completed_by, session.scratchpad_by}
    parts = turns(db, session)
    people |= {part.user_id for part in parts}
    names_by_id = names(db, actor.account_id, people | {row.user_id for row in rows})
    sums = spent(parts)
    steps = []
    for row in rows:
        node = pinned.document.node(row.node_key)
        steps.append(
            StepView(
                seq=row.seq,
                kind=row.kind,
                node_key=row.node_key,
                node_title=row.node_title,
                node_kind=node.kind,
                commands=command_views(node),
                option_key=row.option_key,
                answer=row.option_label,
                to_node=row.to_node,
                notes=said(written, row.seq),
                user_id=row.user_id,
                user=names_by_id.get(row.user_id, ""),
                entered_at=row.entered_at,
                left_at=row.left_at,
                seconds=round(worked(parts, row.entered_at, row.left_at, by=row.user_id)),
            )
        )
    end = session.completed_at or utc_now()
    return SessionRecord(
        id=session.id,
        status=session.status,
        tree_id=session.tree_id,
        tree_title=pinned.title,
        version=pinned.number,
        seq=session.seq,
        updated_at=session.updated_at,
        ticket_number=session.ticket_number,
        client_name=session.client_name,
        started_by_id=session.started_by,
        started_by=names_by_id.get(session.started_by, ""),
        started_at=session.started_at,
        completed_at=session.completed_at,
        completed_by=names_by_id.get(session.completed_by, "") if session.completed_by else "",
        seconds=_seconds(session.started_at, end),
        work_seconds=round(sums.work),
        queue_seconds=round(sums.queue),
        parked_seconds=round(sums.parked),
        time_zone=account_zone(db, session.account_id),
        outcome=session.outcome,
        outcome_label=session.outcome.label if session.outcome else "",
        outcome_notes=session.outcome_notes,
        next_steps=session.next_steps,
        scratchpad=session.scratchpad,
        scratchpad_by=names_by_id.get(session.scratchpad_by, "") if session.scratchpad_by else "",
        scratchpad_at=session.scratchpad_at,
        revisions=revisions(session),
        notes=said(written, session.seq),
        holder=names_by_id.get(session.holder_id, "") if session.holder_id else "",
        held_until=session.held_until,
        node=node_view(pinned.document.node(session.node_key)),
        node_seconds=round(worked(parts, session.entered_at, end)),
        steps=steps,
        segments=_segments(parts, rows, names_by_id),
    )


def _segments(
    parts: list[Stretch], steps: Sequence[SessionStep], names_by_id: dict[UUID, str]
) -> list[Segment]:
    """Return who worked on which steps; whoever answered none worked on the open one."""
    found = []
    for shift in shifts(parts):
        left = [
            step.seq
            for step in steps
            if step.user_id == shift.user_id and shift.start <= step.left_at <= shift.end
        ] or [1 + sum(step.left_at <= shift.start for step in steps)]
        name = names_by_id.get(shift.user_id, "")
        found.append(Segment(shift.user_id, name, left[0], left[-1], round(shift.seconds)))
    return found
