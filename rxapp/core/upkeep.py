"""Upkeep: small jobs that run from time to time for as long as the process does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

logger = logging.getLogger(__name__)

EVERY_SECONDS = 600.0

Job = Callable[[], Awaitable[object]]


async def run_forever(jobs: Sequence[Job], *, every_seconds: float = EVERY_SECONDS) -> None:
    """Run every job again and again until cancelled; one that fails does not stop the others."""
    while True:
        for job in jobs:
            try:
                await job()
            except Exception:
                logger.exception("upkeep: %s failed; trying again later", job.__qualname__)
        await asyncio.sleep(every_seconds)
