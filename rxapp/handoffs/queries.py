"""Reads about handoffs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import Account
from rxapp.access.policy import Permission, may, require
from rxapp.access.queries import names
from rxapp.core.errors import Invalid, NotFound
from rxapp.core.paging import page
from rxapp.handoffs.models import Handoff, HandoffEvent
from rxapp.handoffs.rules import HandoffEventKind, HandoffStatus, Intent
from rxapp.handoffs.views import (
    EscalationDetail,
    HandoffPage,
    HandoffProgress,
    HandoffRow,
    TimelineEntry,
)
from rxapp.notifications.queries import deliveries, is_planned
from rxapp.sessions import queries as sessions
from rxapp.sessions.models import GuidedSession

_LIVE = (HandoffStatus.OPEN, HandoffStatus.CLAIMED)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for the actor's own handoffs and, for seniors, all escalations."""
    in_account = Handoff.account_id == actor.account_id
    own = Handoff.belongs_to == actor.user_id
    if may(actor, Permission.HANDLE_ESCALATIONS):
        return and_(in_account, or_(own, Handoff.intent == Intent.ESCALATE))
    return and_(in_account, own)


def load(db: DbSession, actor: Actor, handoff_id: UUID) -> Handoff:
    """Return the handoff's row.

    Raises:
        NotFound: if there is none that the actor may see.
    """
    require(actor, Permission.RUN_SESSIONS)
    query = select(Handoff).where(Handoff.id == handoff_id, visible_to(actor))
    handoff = db.execute(query).scalar_one_or_none()
    if handoff is None:
        raise NotFound("handoff")
    return handoff


def load_to_claim(db: DbSession, actor: Actor, handoff_id: UUID) -> Row:
    """Return the row of :func:`view_of`, with the account's ``lease_minutes``.

    Raises:
        NotFound: as for :func:`load`.
    """
    query = (
        _rows_query()
        .add_columns(Account.lease_minutes)
        .join(Account, Account.id == Handoff.account_id)
        .where(Handoff.id == handoff_id, visible_to(actor))
    )
    row = db.execute(query).one_or_none()
    if row is None:
        raise NotFound("handoff")
    return row


def _rows_query() -> Select:
    of_session = (
        GuidedSession.held_until,
        GuidedSession.ticket_number,
        GuidedSession.client_name,
    )
    return select(Handoff, *of_session).join(GuidedSession, GuidedSession.id == Handoff.session_id)


def _views(db: DbSession, account_id: UUID, rows: list[Row]) -> list[HandoffRow]:
    handoffs: list[Handoff] = [row.Handoff for row in rows]
    people = {
        person
        for each in handoffs
        for person in (each.belongs_to, each.escalated_by, each.claimed_by)
    }
    names_by_id = names(db, account_id, people)
    return [_view(row, names_by_id, held_until=row.held_until) for row in rows]


def view_of(db: DbSession, row: Row, *, held_until: datetime | None) -> HandoffRow:
    """Return the view of a handoff whose row this transaction has changed."""
    handoff: Handoff = row.Handoff
    people = [handoff.belongs_to, handoff.escalated_by, handoff.claimed_by]
    return _view(row, names(db, handoff.account_id, people), held_until=held_until)


def _view(row: Row, names_by_id: dict[UUID, str], *, held_until: datetime | None) -> HandoffRow:
    handoff: Handoff = row.Handoff
    is_for_another = handoff.belongs_to != handoff.escalated_by
    is_claimed = handoff.status == HandoffStatus.CLAIMED
    return HandoffRow(
        id=handoff.id,
        session_id=handoff.session_id,
        intent=handoff.intent,
        status=handoff.status,
        priority=handoff.priority,
        reason=handoff.reason,
        tree_title=handoff.tree_title,
        node_title=handoff.node_title,
        ticket_number=row.ticket_number,
        client_name=row.client_name,
        escalated_by_id=handoff.escalated_by,
        escalated_by=names_by_id.get(handoff.escalated_by, ""),
        on_behalf_of_id=handoff.belongs_to if is_for_another else None,
        on_behalf_of=names_by_id.get(handoff.belongs_to, "") if is_for_another else "",
        created_at=handoff.created_at,
        queued_at=handoff.queued_at,
        claimed_by_id=handoff.claimed_by,
        claimed_by=names_by_id.get(handoff.claimed_by, "") if handoff.claimed_by else "",
        claimed_at=handoff.claimed_at,
        held_until=held_until if is_claimed else None,
        returned=handoff.returned,
        closed_at=handoff.closed_at,
    )


def handoff_row(db: DbSession, actor: Actor, handoff_id: UUID) -> HandoffRow:
    """Return one handoff.

    Raises:
        NotFound: if there is none that the actor may see.
    """
    handoff = load(db, actor, handoff_id)
    row = db.execute(_rows_query().where(Handoff.id == handoff.id)).one()
    return _views(db, actor.account_id, [row])[0]


def handoff_rows(
    db: DbSession,
    actor: Actor,
    *,
    status: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> HandoffPage:
    """Return a page of the handoffs that the actor may see, newest first.

    Raises:
        Invalid: if the status or the cursor is not one of ours.
    """
    require(actor, Permission.RUN_SESSIONS)
    query = _rows_query().where(visible_to(actor))
    if status:
        if status not in set(HandoffStatus):
            raise Invalid(f"There is no handoff status {status!r}.", field="status")
        query = query.where(Handoff.status == status)
    # Ids are UUIDv7: they sort by time of creation.
    rows, next_cursor = page(db, query, Handoff.id, cursor=cursor, limit=limit, newest_first=True)
    return HandoffPage(_views(db, actor.account_id, list(rows)), next_cursor)


def live_handoff_id(db: DbSession, session_id: UUID) -> UUID | None:
    """Return the open or claimed handoff of a session, if it has one."""
    query = select(Handoff.id).where(Handoff.session_id == session_id, Handoff.status.in_(_LIVE))
    return db.execute(query).scalar_one_or_none()


def session_progress(db: DbSession, actor: Actor, session_id: UUID) -> HandoffProgress | None:
    """Return the status of the session's newest handoff, or None if it never had one.

    Raises:
        NotFound: if there is no such session for the actor.
    """
    session = sessions.load(db, actor, session_id)
    return progress_snapshot(db, session.id)


def progress_snapshot(db: DbSession, session_id: UUID) -> HandoffProgress | None:
    """Like :func:`session_progress`, for tabs that may already watch the session."""
    query = _rows_query().where(Handoff.session_id == session_id)
    newest = (Handoff.created_at.desc(), Handoff.id.desc())
    row = db.execute(query.order_by(*newest).limit(1)).one_or_none()
    return _progress(db, row) if row else None


def _progress(db: DbSession, row: Row) -> HandoffProgress:
    handoff: Handoff = row.Handoff
    return HandoffProgress(
        handoff=_views(db, handoff.account_id, [row])[0],
        timeline=_timeline(db, handoff),
        deliveries=deliveries(db, handoff.account_id, handoff.id),
        planned=is_planned(db, handoff.id),
    )


_TIMELINE_TEXT = {
    HandoffEventKind.ESCALATED: "{who} escalated",
    HandoffEventKind.PARKED: "{who} parked it",
    HandoffEventKind.CLAIMED: "{who} took it",
    HandoffEventKind.HANDED_BACK: "{who} handed it back",
    HandoffEventKind.LEASE_EXPIRED: "Back in the queue: {whom} did not touch it in time",
    HandoffEventKind.HOLDER_LEFT: "{who} returned it to the queue",
    HandoffEventKind.REASSIGNED: "{who} gave it to {whom}",
    HandoffEventKind.WITHDRAWN: "{who} withdrew it",
    HandoffEventKind.RESUMED: "{who} resumed it",
    HandoffEventKind.RESOLVED: "{who} resolved it",
}


_FOR_ANOTHER = {
    HandoffEventKind.ESCALATED: "{who} escalated it for {whom}",
    HandoffEventKind.HOLDER_LEFT: "{who} returned it to the queue for {whom}",
}


def people_of(event: HandoffEvent) -> list[UUID | None]:
    """Return the people whom the words about the event name."""
    return [event.user_id, event.about_id]


def event_words(event: HandoffEvent, names_by_id: dict[UUID, str]) -> str:
    """Return in words what happened to a handoff; ``names_by_id`` has people's names."""
    who, whom = ((person and names_by_id.get(person)) or "Somebody" for person in people_of(event))
    words = _FOR_ANOTHER.get(event.kind) if event.about_id else None
    return (words or _TIMELINE_TEXT[event.kind]).format(who=who, whom=whom)


def _timeline(db: DbSession, handoff: Handoff) -> list[TimelineEntry]:
    query = select(HandoffEvent).where(HandoffEvent.handoff_id == handoff.id)
    events = db.execute(query.order_by(HandoffEvent.at, HandoffEvent.id)).scalars().all()
    people = [person for event in events for person in people_of(event)]
    names_by_id = names(db, handoff.account_id, people)
    return [
        TimelineEntry(
            kind=event.kind,
            text=event_words(event, names_by_id),
            detail=event.detail,
            at=event.at,
        )
        for event in events
    ]


def escalation_detail(db: DbSession, actor: Actor, handoff_id: UUID) -> EscalationDetail:
    """Return the package of an escalation: its status, and the whole case.

    Raises:
        NotFound: if there is none that the actor may see.
    """
    handoff = load(db, actor, handoff_id)
    row = db.execute(_rows_query().where(Handoff.id == handoff.id)).one()
    return EscalationDetail(_progress(db, row), sessions.record(db, actor, handoff.session_id))
