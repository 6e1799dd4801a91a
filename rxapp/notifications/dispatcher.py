"""The dispatcher: a lifespan task that plans deliveries, sends the due ones and records outcomes.

A delivery is claimed before it is sent, and its outcome is recorded afterwards; sending happens
outside any transaction. If a process dies in between, the delivery is left as ``sending``, is taken
back and sent again with the same Message-ID: at least once.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.core import db as database
from rxapp.notifications import delivery_service as deliveries
from rxapp.notifications import planner
from rxapp.notifications.channels import email
from rxapp.notifications.delivery_service import Claimed
from rxapp.notifications.models import Delivery
from rxapp.notifications.rules import ATTEMPT_LIMIT, MailTrouble
from rxapp.notifications.views import News

logger = logging.getLogger(__name__)

IDLE_SECONDS = 2.0
CONCURRENT_SENDS = 8
STOP_SECONDS = 2.0
"""How long a stopping server waits for running attempts: containers are killed after ten."""


class Dispatcher:
    """Turns outbox events into deliveries and sends them until cancelled.

    ``screens_first`` is awaited before each round, so that those who are online see the change
    before its bookkeeping takes up the processor.
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
        self._worked_at = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """How many seconds ago the last round succeeded."""
        return time.monotonic() - self._worked_at

    def wake(self) -> None:
        """Look for work now. Call this on the event loop."""
        self._wake.set()

    async def run_forever(self) -> None:
        """Work until cancelled; an error is logged and the work is tried again."""
        has_taken_back = not database.database().is_sqlite
        while True:
            self._wake.clear()
            if self._screens_first is not None:
                await self._screens_first()
            try:
                if not has_taken_back:
                    await database.run(deliveries.take_back_all)
                    has_taken_back = True
                await self.work()
                self._worked_at = time.monotonic()
            except Exception:
                logger.exception("notifications: a round failed; trying again")
            try:
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
            except TimeoutError:
                continue

    async def work(self) -> None:
        """Do one round: plan events, follow up on screens, start sending."""
        has_server = self._server is not None
        for event_id in await database.read(planner.due_events):
            try:
                await database.run(planner.plan, event_id, has_mail_server=has_server)
            except Exception:
                logger.exception("notifications: event %s could not be planned", event_id)
                await database.run(planner.postpone, event_id)
        if await database.read(has_screens_due):
            await database.run(planner.follow_screens, has_mail_server=has_server)
            self._wake.set()  # there may be more than fits into one round
        if self._server is not None:
            await self._send_due(self._server)

    async def _send_due(self, server: email.MailServer) -> None:
        free = CONCURRENT_SENDS - len(self._sending)
        if free <= 0 or not await database.read(deliveries.has_due):
            return
        for claimed in await database.run(deliveries.claim_due, limit=free):
            task = asyncio.create_task(self._send(claimed, server))
            self._sending.add(task)
            task.add_done_callback(self._sent)

    def _sent(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        self._wake.set()

    async def _send(self, claimed: Claimed, server: email.MailServer) -> None:
        try:
            outcome = await _outcome_of(claimed, server)
        except asyncio.CancelledError:
            await _recorded(deliveries.cut_off, claimed.id, pauses=(0.1, 0.0))
            raise
        _say(await _recorded(*outcome))

    async def settle(self) -> None:
        """Wait until nothing is being sent."""
        while self._sending:
            await asyncio.wait(self._sending)

    async def stop(self, *, within: float = STOP_SECONDS) -> None:
        """Wait a moment for running attempts, and take back those that do not end.

        Call this once :meth:`run_forever` has ended.
        """
        if self._sending:
            await asyncio.wait(self._sending, timeout=within)
        cut = list(self._sending)
        for task in cut:
            task.cancel()
        if cut:
            await asyncio.wait(cut, timeout=within)


Outcome = tuple[Any, ...]
"""What to record, with its arguments."""


async def _outcome_of(claimed: Claimed, server: email.MailServer) -> Outcome:
    try:
        async with asyncio.timeout(ATTEMPT_LIMIT.total_seconds()):
            await email.send(claimed.message, server)
    except email.Refused as failure:
        return deliveries.gave_up, claimed.id, str(failure)
    except email.NotNow as failure:
        return deliveries.refused, claimed.id, str(failure)
    except email.ServerTrouble as failure:
        return deliveries.held_up, claimed.id, failure.kind, str(failure)
    except TimeoutError:
        reason = "the mail server is too slow"
        return deliveries.held_up, claimed.id, MailTrouble.BUSY, reason
    except Exception as error:
        logger.exception("notifications: delivery %s failed", claimed.id)
        return deliveries.refused, claimed.id, type(error).__name__
    return deliveries.sent, claimed.id


async def _recorded(
    record: Callable[..., News | None],
    *args: object,
    pauses: tuple[float, ...] = (0.2, 1.0, 5.0, 0.0),
) -> News | None:
    """Record an outcome, retrying for a while: if it is lost, the email is sent twice."""
    for pause in pauses:
        try:
            return await _run(record, *args)
        except Exception:
            logger.exception("notifications: the outcome of %s could not be recorded", args[0])
            await asyncio.sleep(pause)
    return None


def _run(record: Callable[..., News | None], *args: object) -> Awaitable[News | None]:
    return database.run(record, *args)


def _say(news: News | None) -> None:
    """Log news about the mail server: once when trouble begins, and once when it is over."""
    if news is None:
        return
    if news.trouble is None:
        logger.warning("emails go out again, %s", news.detail)
        return
    level = logging.WARNING if news.trouble.passes else logging.ERROR
    logger.log(level, "no emails go out: %s (%s)", news.trouble.words, news.detail)


def has_screens_due(db: DbSession) -> bool:
    """Return whether any notice was not shown on a screen, or not opened there, in time."""
    query = select(Delivery.id).where(*planner.screens_due())
    return db.execute(query.limit(1)).first() is not None
