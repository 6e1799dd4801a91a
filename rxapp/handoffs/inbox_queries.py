"""Reads for the inbox: its pages and its latest changes."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, select, tuple_
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.access.queries import names
from rxapp.core.clock import utc_now
from rxapp.core.ids import new_id
from rxapp.core.paging import decode_cursor, encode_cursor, id_in
from rxapp.handoffs.inbox_views import InboxCounts, InboxNews, InboxPage, InboxRow, InboxWindow
from rxapp.handoffs.models import Handoff
from rxapp.handoffs.rules import HandoffStatus, InboxSection, Intent
from rxapp.handoffs.topics import INBOX
from rxapp.live.queries import revision_of
from rxapp.sessions.models import GuidedSession

PAGE_ROWS = 50
CLOSED_ROWS = 10
NEWEST_CHANGES = 20
"""How many changes a tab may have missed and still catch up without reading all rows again."""

A_MOMENT = timedelta(minutes=1)

MISSED_ROWS = 200
"""How many arrivals a tab gets that was away."""

REASON_SHOWN = 200
"""How many characters of the reason a row shows; the escalation's page has all of it."""

_COLUMNS = tuple(
    getattr(Handoff, name)
    for name in (
        *("id", "revision", "status", "priority", "rank", "reason", "tree_title", "node_title"),
        *("belongs_to", "escalated_by", "queued_at", "queued_by", "session_id"),
        *("claimed_by", "returned", "closed_at"),
    )
)
_OF_SESSION = (GuidedSession.held_until, GuidedSession.ticket_number, GuidedSession.client_name)


def _escalations(account_id: UUID) -> Select:
    query = select(*_COLUMNS, *_OF_SESSION).join(
        GuidedSession, GuidedSession.id == Handoff.session_id
    )
    return query.where(_of_account(account_id))


def _of_account(account_id: UUID) -> ColumnElement[bool]:
    return and_(Handoff.account_id == account_id, Handoff.intent == Intent.ESCALATE)


def _section(actor: Actor, section: InboxSection) -> Select:
    """Return the query of a section, sorted: as in the queue, or the last closed first."""
    query = _escalations(actor.account_id)
    if section is InboxSection.CLOSED:
        return query.where(Handoff.closed_at.is_not(None)).order_by(
            Handoff.closed_at.desc(), Handoff.id.desc()
        )
    # Ids are UUIDv7: they sort by time of creation.
    query = query.order_by(Handoff.rank, Handoff.id)
    if section is InboxSection.WAITING:
        return query.where(Handoff.status == HandoffStatus.OPEN)
    is_mine = Handoff.claimed_by == actor.user_id
    query = query.where(Handoff.status == HandoffStatus.CLAIMED)
    return query.where(is_mine if section is InboxSection.MINE else ~is_mine)


def inbox(db: DbSession, actor: Actor) -> InboxWindow:
    """Return the first rows of the actor's account's inbox.

    Raises:
        Forbidden: without the right to handle escalations.
    """
    require(actor, Permission.HANDLE_ESCALATIONS)
    # Read first: later changes may already be in the rows, and are then sent once more.
    revision = revision_of(db, INBOX.of(actor.account_id))
    found = {
        section: list(db.execute(_section(actor, section).limit(_length(section) + 1)))
        for section in InboxSection
    }
    names_by_id = _names(db, actor.account_id, [row for rows in found.values() for row in rows])
    return InboxWindow(
        id=new_id(),
        revision=revision,
        counts=_counts(db, actor),
        pages=[_page(section, "", rows, names_by_id) for section, rows in found.items()],
    )


def _length(section: InboxSection) -> int:
    return CLOSED_ROWS if section is InboxSection.CLOSED else PAGE_ROWS


def inbox_page(db: DbSession, actor: Actor, section: InboxSection, after: str) -> InboxPage:
    """Return the page of a section after a cursor.

    Raises:
        Forbidden: without the right to handle escalations.
        Invalid: if the cursor is not one of this list.
    """
    require(actor, Permission.HANDLE_ESCALATIONS)
    rank, handoff_id = decode_cursor(after, 2)
    place = (0 if rank == "0" else 1, id_in(handoff_id))
    query = _section(actor, section).where(tuple_(Handoff.rank, Handoff.id) > place)
    rows = list(db.execute(query.limit(PAGE_ROWS + 1)))
    return _page(section, after, rows, _names(db, actor.account_id, rows))


def _page(
    section: InboxSection, after: str, rows: Sequence[Row], names_by_id: dict[UUID, str]
) -> InboxPage:
    shown, is_last = rows[: _length(section)], len(rows) <= _length(section)
    has_next = not is_last and section is not InboxSection.CLOSED
    return InboxPage(
        section=section,
        after=after,
        rows=[_row(row, names_by_id) for row in shown],
        next=encode_cursor(str(shown[-1].rank), str(shown[-1].id)) if has_next else "",
    )


def inbox_counts(db: DbSession, actor: Actor) -> tuple[int, InboxCounts]:
    """Return the inbox's revision, and how many escalations are waiting and claimed.

    Raises:
        Forbidden: without the right to handle escalations.
    """
    require(actor, Permission.HANDLE_ESCALATIONS)
    revision = revision_of(db, INBOX.of(actor.account_id))
    return revision, _counts(db, actor)


def _counts(db: DbSession, actor: Actor) -> InboxCounts:
    waiting, claimed = open_count(db, actor.account_id), _claimed_counts(db, actor.account_id)
    mine = claimed.get(actor.user_id, 0)
    return InboxCounts(waiting, mine, sum(claimed.values()) - mine)


def open_count(db: DbSession, account_id: UUID) -> int:
    """Return how many escalations of the account are waiting."""
    is_open = Handoff.status == HandoffStatus.OPEN
    return db.execute(select(func.count()).where(_of_account(account_id), is_open)).scalar_one()


def _claimed_counts(db: DbSession, account_id: UUID) -> dict[UUID, int]:
    is_claimed = Handoff.status == HandoffStatus.CLAIMED
    query = select(Handoff.claimed_by, func.count()).where(_of_account(account_id), is_claimed)
    counts = db.execute(query.group_by(Handoff.claimed_by)).all()
    return {user_id: count for user_id, count in counts if user_id}


def inbox_news(db: DbSession, account_id: UUID) -> InboxNews:
    """Return the latest changes, for tabs that may watch the account's inbox."""
    query = _escalations(account_id).where(Handoff.revision > 0)
    newest = query.order_by(Handoff.revision.desc()).limit(NEWEST_CHANGES)
    rows = list(reversed(db.execute(newest).all()))
    names_by_id = _names(db, account_id, rows)
    return InboxNews(
        rows[-1].revision if rows else 0,
        [_row(row, names_by_id) for row in rows],
        complete_since=rows[0].revision - 1 if len(rows) == NEWEST_CHANGES else 0,
        waiting=open_count(db, account_id),
        claimed=_claimed_counts(db, account_id),
    )


def just_arrived(db: DbSession, actor: Actor, *, until: int) -> list[InboxRow]:
    """Return what entered the queue a moment ago and is still waiting, for a page that opens.

    Anything after the revision ``until`` comes with the next change.

    Raises:
        Forbidden: without the right to handle escalations.
    """
    since = utc_now() - A_MOMENT
    newest = arrivals(db, actor, 0, until=until, limit=NEWEST_CHANGES)
    return [row for row in newest if row.queued_at > since]


def arrivals(
    db: DbSession, actor: Actor, since: int, *, until: int, limit: int = MISSED_ROWS
) -> list[InboxRow]:
    """Return what entered the queue after revision ``since``, up to ``until``, and still waits.

    Returns the newest ``limit`` of them.

    Raises:
        Forbidden: without the right to handle escalations.
    """
    require(actor, Permission.HANDLE_ESCALATIONS)
    query = _escalations(actor.account_id).where(
        Handoff.status == HandoffStatus.OPEN,
        Handoff.revision > since,
        Handoff.revision <= until,
    )
    rows = list(db.execute(query.order_by(Handoff.revision.desc()).limit(limit)))
    names_by_id = _names(db, actor.account_id, rows)
    return [_row(row, names_by_id) for row in rows]


def _names(db: DbSession, account_id: UUID, rows: Sequence[Row]) -> dict[UUID, str]:
    people = {
        person for row in rows for person in (row.belongs_to, row.escalated_by, row.claimed_by)
    }
    return names(db, account_id, people)


@lru_cache(maxsize=4096)
def _shared(row: InboxRow) -> InboxRow:
    """Return an equal row that was made before, if any: hundreds of tabs share the same rows."""
    return row


def _row(row: Row, names_by_id: dict[UUID, str]) -> InboxRow:
    is_claimed = row.status == HandoffStatus.CLAIMED
    is_for_another = row.belongs_to != row.escalated_by
    shown = InboxRow(
        id=row.id,
        revision=row.revision,
        status=row.status,
        priority=row.priority,
        reason=_beginning(row.reason),
        tree_title=row.tree_title,
        node_title=row.node_title,
        ticket_number=row.ticket_number,
        client_name=row.client_name,
        escalated_by_id=row.escalated_by,
        escalated_by=names_by_id.get(row.escalated_by, ""),
        on_behalf_of_id=row.belongs_to if is_for_another else None,
        on_behalf_of=names_by_id.get(row.belongs_to, "") if is_for_another else "",
        queued_at=row.queued_at,
        queued_by_id=row.queued_by,
        session_id=row.session_id,
        claimed_by_id=row.claimed_by,
        claimed_by=names_by_id.get(row.claimed_by, ""),
        held_until=row.held_until if is_claimed else None,
        returned=row.returned,
        closed_at=row.closed_at,
    )
    return _shared(shown)


def _beginning(reason: str) -> str:
    if len(reason) <= REASON_SHOWN:
        return reason
    return reason[: REASON_SHOWN - 1].rstrip() + "…"
