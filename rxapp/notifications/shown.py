"""What browsers say they have shown: collected for a moment and recorded together.

A browser answers within milliseconds of a change, often before the change has its deliveries, which
another process may be planning. So an answer is kept for a while until its delivery exists.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.core import db as database
from rxapp.core.clock import utc_now
from rxapp.core.statements import change_all
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.registry import notice_for
from rxapp.notifications.rules import Channel, DeliveryStatus

logger = logging.getLogger(__name__)

GATHER_SECONDS = 0.5
KEPT_SECONDS = 10.0
"""How long an answer waits for its delivery; longer than planning takes under load."""

ANSWERS_PER_PERSON = 300
"""How many answers of one person may wait: a few screens full."""

SHOWN_LATE = "shown late, after an email was sent as well"


Person = tuple[UUID, UUID]
"""An account and a user of it."""


class Shown:
    """The answers of this process's tabs that have not been recorded yet."""

    def __init__(self) -> None:
        self._waiting: dict[Person, dict[UUID, float]] = {}

    def take(self, actor: Actor, subject_ids: Iterable[UUID]) -> None:
        """Note that a page of the actor shows these subjects; it is recorded soon."""
        waiting = self._waiting.setdefault((actor.account_id, actor.user_id), {})
        until = time.monotonic() + KEPT_SECONDS
        for subject_id in subject_ids:
            if len(waiting) < ANSWERS_PER_PERSON:
                waiting[subject_id] = until

    async def record_forever(self) -> None:
        """Record what was noted, until cancelled."""
        while True:
            await asyncio.sleep(GATHER_SECONDS)
            try:
                await self.record()
            except database.UNAVAILABLE:
                logger.info("what was shown could not be recorded yet; trying again")
            except Exception:
                logger.exception("what was shown could not be recorded; trying again")

    async def record(self) -> None:
        """Record the answers so far; those without a delivery keep waiting."""
        self._forget_old()
        answers = {
            (*person, subject_id)
            for person, subjects in self._waiting.items()
            for subject_id in subjects
        }
        if not answers:
            return
        found = await database.read(_matching, answers)
        if not found:
            return
        await database.run(mark_shown, list(found))
        for account_id, user_id, subject_id in found.values():
            self._waiting.get((account_id, user_id), {}).pop(subject_id, None)

    def _forget_old(self) -> None:
        now = time.monotonic()
        for person, subjects in list(self._waiting.items()):
            kept = {subject_id: until for subject_id, until in subjects.items() if until > now}
            if kept:
                self._waiting[person] = kept
            else:
                del self._waiting[person]


Answer = tuple[UUID, UUID, UUID]
"""An account, a user of it, and what a page of theirs shows."""

_UNSHOWN = (DeliveryStatus.SENDING, DeliveryStatus.DEAD)


def _matching(db: DbSession, answers: set[Answer]) -> dict[UUID, Answer]:
    """Return the deliveries not yet shown that have an answer, each with its answer."""
    query = select(
        Delivery.id, Delivery.account_id, Delivery.recipient_id, Delivery.subject_id
    ).where(
        Delivery.subject_id.in_({subject_id for _, _, subject_id in answers}),
        Delivery.channel == Channel.SCREEN,
        Delivery.status.in_(_UNSHOWN),
    )
    rows = (
        (row.id, (row.account_id, row.recipient_id, row.subject_id)) for row in db.execute(query)
    )
    return {delivery_id: answer for delivery_id, answer in rows if answer in answers}


def mark_shown(db: DbSession, delivery_ids: Iterable[UUID]) -> None:
    """Record that the recipients' browsers show what these deliveries are about."""
    query = select(Delivery.id, Delivery.event_id).where(Delivery.id.in_(list(delivery_ids)))
    by_event: dict[UUID, list[UUID]] = defaultdict(list)
    for row in db.execute(query):
        by_event[row.event_id].append(row.id)
    for event_id, ids in by_event.items():
        what = f"notifications: what was shown of event {event_id} could not be recorded"
        with database.one_of_many(db, what):
            _mark_shown(db, event_id, ids)


def _mark_shown(db: DbSession, event_id: UUID, ids: list[UUID]) -> None:
    event = db.get(OutboxEvent, event_id)
    assert event is not None
    notice = notice_for(event.kind)
    now = utc_now()
    unseen_at = now + notice.unseen_after(db, event)
    shown = {"status": DeliveryStatus.SENT, "sent_at": now}
    of_event = update(Delivery).where(Delivery.id.in_(ids))
    in_time = change_all(
        db,
        of_event.where(Delivery.status == DeliveryStatus.SENDING).values(
            **shown, next_attempt_at=unseen_at
        ),
    )
    late = change_all(
        db,
        of_event.where(Delivery.status == DeliveryStatus.DEAD).values(**shown, detail=SHOWN_LATE),
    )
    if in_time or late:
        notice.changed(db, event.account_id, [event.subject_id])


shown = Shown()
"""What this process's tabs have shown."""
