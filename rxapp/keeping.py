"""How long rows that are no longer needed are kept: one table, and the upkeep that uses it.

People's own data is not included: each account sets how long its sessions are kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, exists, func, select
from sqlalchemy.orm import Session as DbSession
from sqlalchemy.orm import aliased

from rxapp.access.models import ApiToken, Invitation, Login, MailLink, RecoveryCode, RefreshToken
from rxapp.core import db as database
from rxapp.core.clock import utc_now
from rxapp.core.ids import first_id
from rxapp.drafts.models import DraftOperation
from rxapp.notifications.models import Delivery, OutboxEvent

BATCH = 500
"""How many rows one transaction deletes: on SQLite, others wait for it."""

LOOKED_AT = 2_000
"""How many rows one read checks, oldest first: it costs the same in a table of any size."""

APART = timedelta(days=1)
"""More than the clocks of two servers ever differ: an id has the time of its server."""

Over = Callable[[datetime], Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of row: ``is_over(before)`` selects those to delete, ``days`` is how long they stay.

    ``what`` is their name in docs/operating.md.
    """

    what: str
    table: Any
    days: int
    is_over: Over


def _ended(before: datetime) -> Any:
    """Select sign-ins that ended before. A person's last one stays: it says when they were here."""
    later = aliased(Login)
    has_later = exists().where(later.user_id == Login.user_id, later.id > Login.id)
    return and_(func.coalesce(Login.revoked_at, Login.expires_at) < before, has_later)


def _of_an_ended_sign_in(before: datetime) -> Any:
    has_ended = func.coalesce(Login.revoked_at, Login.expires_at) < before
    return exists().where(Login.id == RefreshToken.login_id, has_ended)


def _told_to_nobody_any_more(before: datetime) -> Any:
    has_deliveries = exists().where(Delivery.event_id == OutboxEvent.id)
    return and_(OutboxEvent.processed_at < before, ~has_deliveries)


KEPT = (
    Kept("Used refresh tokens", RefreshToken, 30, lambda before: RefreshToken.used_at < before),
    Kept("Refresh tokens of ended sign-ins", RefreshToken, 30, _of_an_ended_sign_in),
    Kept("Ended sign-ins (each person's last one is kept)", Login, 90, _ended),
    Kept("Revoked API tokens", ApiToken, 90, lambda before: ApiToken.revoked_at < before),
    Kept(
        "Used or expired email links",
        MailLink,
        30,
        lambda before: func.coalesce(MailLink.used_at, MailLink.expires_at) < before,
    ),
    Kept(
        "Accepted, withdrawn or expired invitations",
        Invitation,
        90,
        lambda before: (
            func.coalesce(Invitation.accepted_at, Invitation.withdrawn_at, Invitation.expires_at)
            < before
        ),
    ),
    Kept("Used recovery codes", RecoveryCode, 90, lambda before: RecoveryCode.used_at < before),
    Kept(
        "Delivery records, once nothing is left to send",
        Delivery,
        180,
        lambda before: and_(Delivery.created_at < before, Delivery.next_attempt_at.is_(None)),
    ),
    Kept(
        "Outbox events, once their delivery records are gone",
        OutboxEvent,
        180,
        _told_to_nobody_any_more,
    ),
    Kept("Operations of drafts", DraftOperation, 180, lambda before: DraftOperation.at < before),
)
"""Sorted by their references to each other: rows that must be deleted first come first."""


def over(db: DbSession, kept: Kept, after: UUID) -> tuple[list[UUID], UUID | None]:
    """Return which of the next rows ``after`` an id have been kept long enough, and the next id.

    The next id is the one to continue after; it is None at the end, where rows are too young.
    """
    before = utc_now() - timedelta(days=kept.days)
    row_id = kept.table.id
    older = select(row_id).where(row_id > after, row_id < first_id(before + APART))
    next_ids = list(db.execute(older.order_by(row_id).limit(LOOKED_AT)).scalars())
    if not next_ids:
        return [], None
    last = next_ids[-1]
    query = select(row_id).where(row_id > after, row_id <= last, kept.is_over(before))
    found = list(db.execute(query).scalars())
    return found, last if len(next_ids) == LOOKED_AT else None


def _delete(db: DbSession, kept: Kept, ids: list[Any]) -> None:
    db.execute(
        delete(kept.table)
        .where(kept.table.id.in_(ids))
        .execution_options(synchronize_session=False)
    )


async def forget_old_rows() -> None:
    """Delete rows that have been kept long enough, searching in a reading transaction."""
    for kept in KEPT:
        after: UUID | None = UUID(int=0)
        while after is not None:
            found, after = await database.read(over, kept, after)
            for start in range(0, len(found), BATCH):
                await database.run_patiently(_delete, kept, found[start : start + BATCH])
