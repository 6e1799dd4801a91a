"""Reads about sessions. Every load is scoped to what the actor may see."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, may, require
from rxapp.accounts.queries import names
from rxapp.core.clock import utc_now
from rxapp.core.errors import Invalid, NotFound
from rxapp.core.ids import parse_id
from rxapp.core.paging import decode_cursor, encode_cursor
from rxapp.sessions.models import GuidedSession, SessionStep
from rxapp.sessions.rules import Move, Outcome, SessionStatus, path
from rxapp.sessions.views import (
    Crumb,
    NodeView,
    OptionView,
    RunnerView,
    Segment,
    SessionHead,
    SessionPage,
    SessionRecord,
    SessionRow,
    StepView,
)
from rxapp.trees.document import Node
from rxapp.trees.queries import version

HOTKEYS = "123456789"


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The sessions that the actor may see: own ones, or the account's for seniors.

    A parked session is private to the one who parked it.
    """
    own = or_(GuidedSession.started_by == actor.user_id, GuidedSession.holder_id == actor.user_id)
    in_account = GuidedSession.account_id == actor.account_id
    private = and_(
        GuidedSession.status == SessionStatus.PARKED.value,
        GuidedSession.holder_id != actor.user_id,
    )
    if may(actor, Permission.SEE_ALL_SESSIONS):
        return and_(in_account, ~private)
    return and_(in_account, own, ~private)


def load(db: DbSession, actor: Actor, session_id: object) -> GuidedSession:
    """Return the session's row.

    Raises:
        NotFound: if there is none that the actor may see.
    """
    require(actor, Permission.RUN_SESSIONS)
    query = select(GuidedSession).where(
        GuidedSession.id == parse_id(session_id, "session"), visible_to(actor)
    )
    session = db.execute(query).scalar_one_or_none()
    if session is None:
        raise NotFound("session")
    return session


def node_view(node: Node) -> NodeView:
    """Return the node as screens and JSON show it."""
    options = [
        OptionView(option.key, option.label, HOTKEYS[position] if position < 9 else "")
        for position, option in enumerate(node.options)
    ]
    return NodeView(
        key=node.key,
        kind=node.kind.value,
        title=node.title,
        body=node.body,
        command=node.command,
        expected=node.expected,
        options=options,
        escalate_end=node.is_escalate_end,
    )


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, round((end - start).total_seconds()))


def runner(db: DbSession, actor: Actor, session_id: object) -> RunnerView:
    """Return everything that the runner shows of a session.

    Raises:
        NotFound: if there is none that the actor may see.
    """
    return _runner_view(db, load(db, actor, session_id))


def runner_snapshot(db: DbSession, session_id: UUID) -> RunnerView | None:
    """As :func:`runner`, for the tabs that were allowed to watch the session already."""
    session = db.get(GuidedSession, session_id)
    return _runner_view(db, session) if session else None


def _runner_view(db: DbSession, session: GuidedSession) -> RunnerView:
    pinned = version(db, session.version_id)
    called = names(db, session.account_id, [session.started_by, session.holder_id])
    head = SessionHead(
        id=str(session.id),
        status=session.status,
        tree_id=str(session.tree_id),
        tree_title=pinned.title,
        version=pinned.number,
        seq=session.seq,
        ticket_number=session.ticket_number,
        client_name=session.client_name,
        scratchpad=session.scratchpad,
        draft_note=session.draft_note,
        started_at=_iso(session.started_at),
        started_by_id=str(session.started_by),
        started_by=called.get(session.started_by, ""),
        holder_id=str(session.holder_id or ""),
        holder=called.get(session.holder_id, "") if session.holder_id else "",
        held_until=_iso(session.held_until),
        outcome=session.outcome or "",
        completed_at=_iso(session.completed_at),
    )
    node = node_view(pinned.document.node(session.node_key))
    return RunnerView(head, node, crumbs(db, session.id))


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


def record(db: DbSession, actor: Actor, session_id: object) -> SessionRecord:
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
    people = {session.started_by, session.holder_id, session.completed_by}
    called = names(db, actor.account_id, people | {row.user_id for row in rows})
    steps = []
    for row in rows:
        node = pinned.document.node(row.node_key)
        steps.append(
            StepView(
                seq=row.seq,
                kind=row.kind,
                node_key=row.node_key,
                node_title=row.node_title,
                node_kind=node.kind.value,
                command=node.command,
                option_key=row.option_key,
                answer=row.option_label,
                to_node=row.to_node,
                note=row.note,
                user_id=str(row.user_id),
                user=called.get(row.user_id, ""),
                entered_at=_iso(row.entered_at),
                left_at=_iso(row.left_at),
                seconds=_seconds(row.entered_at, row.left_at),
            )
        )
    end = session.completed_at or utc_now()
    outcome = Outcome(session.outcome) if session.outcome else None
    return SessionRecord(
        id=str(session.id),
        status=session.status,
        tree_id=str(session.tree_id),
        tree_title=pinned.title,
        version=pinned.number,
        seq=session.seq,
        ticket_number=session.ticket_number,
        client_name=session.client_name,
        started_by=called.get(session.started_by, ""),
        started_at=_iso(session.started_at),
        completed_at=_iso(session.completed_at),
        completed_by=called.get(session.completed_by, "") if session.completed_by else "",
        seconds=_seconds(session.started_at, end),
        outcome=outcome.value if outcome else "",
        outcome_label=outcome.label if outcome else "",
        outcome_notes=session.outcome_notes,
        next_steps=session.next_steps,
        scratchpad=session.scratchpad,
        draft_note=session.draft_note,
        holder=called.get(session.holder_id, "") if session.holder_id else "",
        held_until=_iso(session.held_until),
        node=node_view(pinned.document.node(session.node_key)),
        node_seconds=_seconds(session.entered_at, end),
        steps=steps,
        segments=_segments(steps),
    )


def _segments(steps: list[StepView]) -> list[Segment]:
    runs: list[list[StepView]] = []
    for step in steps:
        if runs and runs[-1][-1].user_id == step.user_id:
            runs[-1].append(step)
        else:
            runs.append([step])
    return [
        Segment(run[0].user, run[0].seq, run[-1].seq, sum(step.seconds for step in run))
        for run in runs
    ]


def session_rows(
    db: DbSession,
    actor: Actor,
    *,
    status: str | None = None,
    only_mine: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> SessionPage:
    """Return a page of the sessions that the actor may see, the last touched first.

    Raises:
        Invalid: if the status or the cursor is not one of ours.
    """
    require(actor, Permission.RUN_SESSIONS)
    query = select(GuidedSession).where(visible_to(actor))
    if status:
        if status not in set(SessionStatus):
            raise Invalid(f"There is no session status {status!r}.", field="status")
        query = query.where(GuidedSession.status == status)
    if only_mine:
        query = query.where(GuidedSession.started_by == actor.user_id)
    if cursor:
        moment, last_id = decode_cursor(cursor, 2)
        before, last = _moment(moment), parse_id(last_id, "page")
        query = query.where(
            or_(
                GuidedSession.updated_at < before,
                and_(GuidedSession.updated_at == before, GuidedSession.id < last),
            )
        )
    order = (GuidedSession.updated_at.desc(), GuidedSession.id.desc())
    rows = db.execute(query.order_by(*order).limit(limit + 1)).scalars().all()
    shown = rows[:limit]
    next_cursor = None
    if len(rows) > limit:
        next_cursor = encode_cursor(shown[-1].updated_at.isoformat(), str(shown[-1].id))
    return SessionPage(_rows(db, actor, list(shown)), next_cursor)


def open_sessions(db: DbSession, actor: Actor, *, limit: int = 6) -> list[SessionRow]:
    """Return the sessions that the actor holds and can go on with, the last touched first."""
    require(actor, Permission.RUN_SESSIONS)
    statuses = [SessionStatus.ACTIVE.value, SessionStatus.PARKED.value]
    query = (
        select(GuidedSession)
        .where(
            GuidedSession.account_id == actor.account_id,
            GuidedSession.holder_id == actor.user_id,
            GuidedSession.status.in_(statuses),
        )
        .order_by(GuidedSession.updated_at.desc(), GuidedSession.id.desc())
        .limit(limit)
    )
    return _rows(db, actor, list(db.execute(query).scalars()))


def _rows(db: DbSession, actor: Actor, sessions: list[GuidedSession]) -> list[SessionRow]:
    people = {person for row in sessions for person in (row.started_by, row.holder_id)}
    called = names(db, actor.account_id, people)
    return [
        SessionRow(
            id=str(row.id),
            status=row.status,
            tree_id=str(row.tree_id),
            tree_title=row.title,
            ticket_number=row.ticket_number,
            client_name=row.client_name,
            node_title=row.node_title,
            seq=row.seq,
            started_by=called.get(row.started_by, ""),
            holder=called.get(row.holder_id, "") if row.holder_id else "",
            started_at=_iso(row.started_at),
            updated_at=_iso(row.updated_at),
            outcome=row.outcome or "",
        )
        for row in sessions
    ]


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("This cursor is not valid. Start again without it.", field="cursor")
    return moment
