"""Reads of many sessions: the list, the resume strip."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.access.queries import names
from rxapp.core.clock import aware
from rxapp.core.errors import Invalid
from rxapp.core.paging import page
from rxapp.sessions.models import GuidedSession
from rxapp.sessions.queries import ALL_VISIBLE, OWN_VISIBLE, SESSION, scope, sees_all
from rxapp.sessions.rules import SessionStatus
from rxapp.sessions.views import SessionPage, SessionRow


def session_rows(
    db: DbSession,
    actor: Actor,
    *,
    status: str | None = None,
    tree_id: UUID | None = None,
    ticket_number: str | None = None,
    only_mine: bool = False,
    updated_since: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> SessionPage:
    """Return a page of the sessions that the actor may see, last changed first.

    Raises:
        Invalid: if the status or the cursor is not one of ours.
    """
    require(actor, Permission.RUN_SESSIONS)
    query = select(*SESSION).where(ALL_VISIBLE if sees_all(actor) else OWN_VISIBLE)
    if status:
        if status not in set(SessionStatus):
            raise Invalid(f"There is no session status {status!r}.", field="status")
        query = query.where(GuidedSession.status == status)
    if only_mine:
        query = query.where(GuidedSession.belongs_to == actor.user_id)
    if tree_id is not None:
        query = query.where(GuidedSession.tree_id == tree_id)
    if ticket_number:
        query = query.where(GuidedSession.ticket_number == ticket_number)
    if updated_since:
        query = query.where(GuidedSession.updated_at >= aware(updated_since))
    rows, next_cursor = page(
        db,
        query,
        GuidedSession.updated_at,
        GuidedSession.id,
        cursor=cursor,
        limit=limit,
        newest_first=True,
        values=scope(actor),
    )
    return SessionPage(_rows(db, actor, list(rows)), next_cursor)


def open_sessions(db: DbSession, actor: Actor, *, limit: int = 6) -> list[SessionRow]:
    """Return the sessions that the actor can continue, last changed first."""
    require(actor, Permission.RUN_SESSIONS)
    statuses = [SessionStatus.ACTIVE, SessionStatus.PARKED]
    query = (
        select(*SESSION)
        .where(
            GuidedSession.account_id == actor.account_id,
            GuidedSession.holder_id == actor.user_id,
            GuidedSession.status.in_(statuses),
        )
        .order_by(GuidedSession.updated_at.desc(), GuidedSession.id.desc())
        .limit(limit)
    )
    return _rows(db, actor, list(db.execute(query).all()))


def _rows(db: DbSession, actor: Actor, sessions: list[Row[Any]]) -> list[SessionRow]:
    people = {person for row in sessions for person in (row.started_by, row.holder_id)}
    names_by_id = names(db, actor.account_id, people)
    return [
        SessionRow(
            id=row.id,
            status=row.status,
            tree_id=row.tree_id,
            tree_title=row.title,
            ticket_number=row.ticket_number,
            client_name=row.client_name,
            node_title=row.node_title,
            seq=row.seq,
            started_by=names_by_id.get(row.started_by, ""),
            holder=names_by_id.get(row.holder_id, "") if row.holder_id else "",
            started_at=row.started_at,
            updated_at=row.updated_at,
            outcome=row.outcome,
        )
        for row in sessions
    ]
