"""Deletes completed sessions that the account no longer keeps, and all that belongs to them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.models import Account
from rxapp.audit.rules import Action
from rxapp.audit.service import record_of
from rxapp.core import db as database
from rxapp.core.clock import utc_now
from rxapp.core.ids import first_id
from rxapp.drafts.models import Draft
from rxapp.drafts.topics import DRAFT
from rxapp.handoffs.models import Handoff, HandoffEvent
from rxapp.handoffs.topics import INBOX
from rxapp.live.signals import forget
from rxapp.live.topics import Topic
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.sessions.models import GuidedSession, SessionStep, SessionTurn, StepNote
from rxapp.sessions.rules import SessionStatus
from rxapp.sessions.topics import SESSION, TEXTS
from rxapp.versions.topics import REVIEW

BATCH = 200

A_DAY = timedelta(days=1)
"""More than the clocks of two servers ever differ."""


def accounts_with_retention(db: DbSession) -> list[UUID]:
    """Return the accounts that do not keep their sessions forever."""
    return list(db.execute(select(Account.id).where(Account.retention_days.is_not(None))).scalars())


def delete_old_sessions(db: DbSession, account_id: UUID) -> int:
    """Delete a batch of sessions that are no longer kept; returns how many."""
    account = db.get(Account, account_id)
    if account is None or account.retention_days is None:
        return 0
    before = utc_now() - timedelta(days=account.retention_days)
    query = select(GuidedSession.id).where(
        GuidedSession.account_id == account_id,
        GuidedSession.id < first_id(before + A_DAY),  # later ones were not completed before
        GuidedSession.status == SessionStatus.COMPLETED,
        GuidedSession.completed_at < before,
    )
    session_ids = list(db.execute(query.order_by(GuidedSession.id).limit(BATCH)).scalars())
    if not session_ids:
        return 0
    handoffs = select(Handoff.id).where(Handoff.session_id.in_(session_ids))
    handoff_ids = list(db.execute(handoffs).scalars())
    for table, which in (
        (Delivery, Delivery.subject_id.in_(handoff_ids)),
        (OutboxEvent, OutboxEvent.subject_id.in_(handoff_ids)),
        (HandoffEvent, HandoffEvent.handoff_id.in_(handoff_ids)),
        (Handoff, Handoff.id.in_(handoff_ids)),
        (SessionTurn, SessionTurn.session_id.in_(session_ids)),
        (StepNote, StepNote.session_id.in_(session_ids)),
        (SessionStep, SessionStep.session_id.in_(session_ids)),
        (GuidedSession, GuidedSession.id.in_(session_ids)),
    ):
        _delete(db, table, which)
    forget(db, _topics(session_ids))
    record_of(
        db,
        account_id,
        Action.RETENTION_APPLIED,
        actor_name="ResolutionFlow",
        subject=account.name,
        detail={"sessions": len(session_ids), "completed_before": before.isoformat()},
    )
    return len(session_ids)


def _delete(db: DbSession, table: Any, which: Any) -> None:
    db.execute(delete(table).where(which).execution_options(synchronize_session=False))


def _topics(session_ids: Iterable[UUID]) -> list[Topic]:
    return [kind.of(session_id) for session_id in session_ids for kind in (SESSION, TEXTS)]


def forget_topics(db: DbSession, account_id: UUID) -> None:
    """Forget the live topics of an account that is being deleted."""
    query = select(GuidedSession.id).where(GuidedSession.account_id == account_id)
    for session_ids in db.execute(query).scalars().partitions(BATCH):
        forget(db, _topics(session_ids))
    drafts = db.execute(select(Draft.tree_id).where(Draft.account_id == account_id)).scalars()
    of_drafts = [kind.of(tree_id) for tree_id in drafts for kind in (DRAFT, REVIEW)]
    forget(db, [INBOX.of(account_id), *of_drafts])


async def apply_retention() -> None:
    """Delete the sessions that accounts no longer keep, a batch at a time."""
    for account_id in await database.read(accounts_with_retention):
        while await database.run_patiently(delete_old_sessions, account_id) == BATCH:
            pass
