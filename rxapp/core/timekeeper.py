"""Keeps the process's clock on the database's, so that all its servers agree on the time."""

import asyncio
import logging
from datetime import UTC, datetime

from sqlalchemy import text

from rxapp.core import clock
from rxapp.core import db as database

logger = logging.getLogger(__name__)

ASK_SECONDS = 10.0
LONGEST_ANSWER_SECONDS = 1.0
"""An answer that took longer says too little about the current time."""

WORTH_A_WARNING_SECONDS = 5.0


def ask(db: database.DbSession) -> tuple[datetime, float, float]:
    """Return the database's time, the timer at that moment, and how many seconds the answer took.

    SQLite has no clock of its own: there it is the machine's time.
    """
    before = clock.timer()
    if db.get_bind().dialect.name == "sqlite":
        return clock.system_now(), before, 0.0
    said: datetime = db.execute(text("SELECT clock_timestamp()")).scalar_one()
    took = clock.timer() - before
    return said.astimezone(UTC), before + took / 2, took


async def keep() -> None:
    """Ask the database once and follow it.

    On SQLite, where it is the machine's clock, it is only followed forwards: a clock that is set
    back would delay leases and retries by that much.
    """
    said, at, took = await database.read(ask)
    if took > LONGEST_ANSWER_SECONDS:
        return
    if database.database().is_sqlite:
        said = max(said, clock.followed_now())
    else:
        _warn(abs((said - clock.system_now()).total_seconds()))
    clock.follow(said, at=at)


_warned = False


def _warn(difference: float) -> None:
    """Log once when this machine's clock and the database's differ."""
    global _warned
    if difference > WORTH_A_WARNING_SECONDS and not _warned:
        logger.warning(
            "this machine's clock and the database's are %.0f s apart; the database's is used",
            difference,
        )
    _warned = difference > WORTH_A_WARNING_SECONDS


async def keep_forever() -> None:
    """Follow the clock until cancelled; while the database does not answer, the timer counts on."""
    while True:
        try:
            await keep()
        except database.UNAVAILABLE:
            logger.info("the database does not answer with its time; the timer counts on")
        except Exception:
            logger.exception("the clock could not be compared with the database's")
        await asyncio.sleep(ASK_SECONDS)
