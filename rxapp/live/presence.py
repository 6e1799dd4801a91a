"""Presence: which users have a connected tab, on any process."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.core.statements import change_if
from rxapp.live.models import Presence

HEARTBEAT = timedelta(seconds=10)
SILENT_AFTER = timedelta(seconds=30)


def arrive(db: DbSession, process_id: UUID, user_id: UUID) -> None:
    """Record that the user has a tab connected to the process."""
    now = utc_now()
    known = change_if(
        db,
        update(Presence)
        .where(Presence.user_id == user_id, Presence.process_id == process_id)
        .values(seen_at=now),
    )
    if not known:
        db.add(Presence(user_id=user_id, process_id=process_id, seen_at=now))


def leave(db: DbSession, process_id: UUID, user_ids: Iterable[UUID]) -> None:
    """Record that the users have no more tabs connected to the process."""
    db.execute(
        delete(Presence).where(
            Presence.process_id == process_id, Presence.user_id.in_(list(user_ids))
        )
    )


def beat(db: DbSession, process_id: UUID) -> None:
    """Keep the process's users present, and drop those of processes that have long been silent."""
    now = utc_now()
    db.execute(update(Presence).where(Presence.process_id == process_id).values(seen_at=now))
    db.execute(delete(Presence).where(Presence.seen_at < now - 10 * SILENT_AFTER))


def clear(db: DbSession, process_id: UUID | None = None) -> None:
    """Forget the process's users, or everybody if no process is given."""
    query = delete(Presence)
    db.execute(query.where(Presence.process_id == process_id) if process_id else query)


def online(db: DbSession, user_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the users who have a connected tab."""
    query = select(Presence.user_id).where(
        Presence.user_id.in_(list(user_ids)), Presence.seen_at > utc_now() - SILENT_AFTER
    )
    return set(db.execute(query).scalars())
