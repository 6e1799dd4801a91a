"""The dispatcher: a lifespan task that plans deliveries, sends what is due and records how it went.

A delivery is claimed before it is sent and its outcome is recorded after; sending is outside of any
transaction. A process that dies in between leaves ``sending``, which is taken back and sent again
with the same Message-ID: at least once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.core import db as database
from rxapp.core.clock import utc_now
from rxapp.notifications import planner
from rxapp.notifications.channels import email
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.registry import notice_for
from rxapp.notifications.rules import (
    ATTEMPT_LIMIT,
    STALE_AFTER,
    Channel,
    DeliveryStatus,
    retry_after,
)
from rxapp.notifications.views import Message

logger = logging.getLogger(__name__)

IDLE_SECONDS = 2.0
CONCURRENT_SENDS = 8

_WAITING = (
    DeliveryStatus.PENDING.value,
    DeliveryStatus.FAILED.value,
    DeliveryStatus.SENDING.value,
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process is about to send."""

    id: UUID
    attempts: int
    message: Message


class Dispatcher:
    """Turns outbox events into deliveries and sends them until cancelled.

    ``screens_first`` is awaited before each round: whoever is online is shown the change before
    the bookkeeping of it takes the processor.
    """

    def __init__(
        self,
        server: email.MailServer | None,
        *,
        screens_first: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._server = server
        self._screens_first = screens_first
        self._wake = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look for work now. To be called on the event loop."""
        self._wake.set()

    async def run_forever(self) -> None:
        """Work until cancelled; an error is logged and the work is tried again."""
        if database.database().is_sqlite:
            await database.run(take_back_all)
        while True:
            self._wake.clear()
            if self._screens_first is not None:
                await self._screens_first()
            try:
                await self.work()
            except Exception:
                logger.exception("notifications: a round failed; trying again")
            try:
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
            except TimeoutError:
                continue

    async def work(self) -> None:
        """Do what is due now: plan events, follow up on unseen screens, start sending."""
        has_server = self._server is not None
        for event_id in await database.read(planner.due_events):
            try:
                await database.run(planner.plan, event_id, has_mail_server=has_server)
            except Exception:
                logger.exception("notifications: event %s could not be planned", event_id)
                await database.run(planner.postpone, event_id)
        if await database.read(has_unseen_due):
            await database.run(planner.follow_unseen, has_mail_server=has_server)
        if self._server is not None:
            await self._send_due(self._server)

    async def _send_due(self, server: email.MailServer) -> None:
        free = CONCURRENT_SENDS - len(self._sending)
        if free <= 0 or not await database.read(has_due):
            return
        for claimed in await database.run(claim_due, limit=free):
            task = asyncio.create_task(self._send(claimed, server))
            self._sending.add(task)
            task.add_done_callback(self._sent)

    def _sent(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        self._wake.set()

    async def _send(self, claimed: Claimed, server: email.MailServer) -> None:
        try:
            async with asyncio.timeout(ATTEMPT_LIMIT.total_seconds()):
                await email.send(claimed.message, server)
        except email.PermanentFailure as failure:
            await _recorded(gave_up, claimed.id, str(failure))
        except TimeoutError:
            await _recorded(failed, claimed.id, claimed.attempts, "the mail server is too slow")
        except email.TemporaryFailure as failure:
            await _recorded(failed, claimed.id, claimed.attempts, str(failure))
        except Exception as error:
            logger.exception("notifications: delivery %s failed", claimed.id)
            await _recorded(failed, claimed.id, claimed.attempts, type(error).__name__)
        else:
            await _recorded(sent, claimed.id)

    async def settle(self) -> None:
        """Wait until nothing is being sent."""
        while self._sending:
            await asyncio.wait(self._sending)


async def _recorded(record: Callable[..., None], *args: object) -> None:
    """Record an outcome, insisting for a while: a lost one means the mail is sent again."""
    for pause in (0.2, 1.0, 5.0, 0.0):
        try:
            await _run(record, *args)
            return
        except Exception:
            logger.exception("notifications: the outcome of %s could not be recorded", args[0])
            await asyncio.sleep(pause)


def _run(record: Callable[..., None], *args: object) -> Awaitable[None]:
    return database.run(record, *args)


def take_back_all(db: DbSession) -> None:
    """Take back every attempt of a process that is no more: only one serves this database."""
    db.execute(
        update(Delivery)
        .where(Delivery.status == DeliveryStatus.SENDING.value)
        .values(next_attempt_at=utc_now())
    )


def has_due(db: DbSession) -> bool:
    """Return whether any email is due; asked in a reading transaction, so idling locks nothing."""
    query = select(Delivery.id).where(*_due()).limit(1)
    return db.execute(query).first() is not None


def has_unseen_due(db: DbSession) -> bool:
    """Return whether any notice has stood on a screen unopened for too long."""
    query = select(Delivery.id).where(
        Delivery.channel == Channel.SCREEN.value,
        Delivery.status == DeliveryStatus.SENT.value,
        Delivery.next_attempt_at <= utc_now(),
    )
    return db.execute(query.limit(1)).first() is not None


def _due() -> tuple:
    return (
        Delivery.channel == Channel.EMAIL.value,
        Delivery.status.in_(_WAITING),
        Delivery.next_attempt_at <= utc_now(),
    )


def claim_due(db: DbSession, *, limit: int) -> list[Claimed]:
    """Claim emails that are due, so that no other process sends them too."""
    query = (
        select(Delivery)
        .where(*_due())
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = []
    for delivery in db.execute(query).scalars().all():
        message = _compose(db, delivery)
        if isinstance(message, str):
            _finish(db, delivery.id, DeliveryStatus.SKIPPED, message)
            continue
        delivery.status = DeliveryStatus.SENDING.value
        delivery.attempts += 1
        delivery.message_id = message.message_id
        delivery.next_attempt_at = utc_now() + STALE_AFTER
        db.flush()
        claimed.append(Claimed(delivery.id, delivery.attempts, message))
    return claimed


def _event_of(db: DbSession, delivery: Delivery) -> OutboxEvent:
    event = db.get(OutboxEvent, delivery.event_id)
    assert event is not None
    return event


def _compose(db: DbSession, delivery: Delivery) -> Message | str:
    event = _event_of(db, delivery)
    notice = notice_for(event.kind)
    recipient = notice.recipient(db, event, delivery)
    if isinstance(recipient, str):
        return recipient
    return notice.message(db, event, delivery, recipient)


def sent(db: DbSession, delivery_id: UUID) -> None:
    """Record that the mail server took the message."""
    _finish(db, delivery_id, DeliveryStatus.SENT, "")


def gave_up(db: DbSession, delivery_id: UUID, reason: str) -> None:
    """Record that the message will not be sent, and why."""
    _finish(db, delivery_id, DeliveryStatus.DEAD, reason)


def failed(db: DbSession, delivery_id: UUID, attempts: int, reason: str) -> None:
    """Record a failed attempt and when the next one is, or that there is none."""
    pause = retry_after(attempts)
    if pause is None:
        _finish(db, delivery_id, DeliveryStatus.DEAD, f"gave up after {attempts}: {reason}")
        return
    delivery = db.get(Delivery, delivery_id)
    assert delivery is not None
    if delivery.status == DeliveryStatus.SEEN:
        return  # they opened it meanwhile: nothing is left to send
    delivery.status = DeliveryStatus.FAILED.value
    delivery.detail = reason
    delivery.next_attempt_at = utc_now() + pause
    _tell(db, delivery)


def _finish(db: DbSession, delivery_id: UUID, status: DeliveryStatus, detail: str) -> None:
    delivery = db.get(Delivery, delivery_id)
    assert delivery is not None
    if delivery.status != DeliveryStatus.SEEN:
        delivery.status = status.value
        delivery.detail = detail
    delivery.next_attempt_at = None
    if status is DeliveryStatus.SENT:
        delivery.sent_at = utc_now()
    _tell(db, delivery)


def _tell(db: DbSession, delivery: Delivery) -> None:
    db.flush()
    notice = notice_for(_event_of(db, delivery).kind)
    notice.changed(db, delivery.account_id, delivery.subject_id)
