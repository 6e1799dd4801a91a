"""Upkeep: small jobs that run now and then as long as the process lives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

logger = logging.getLogger(__name__)

EVERY_SECONDS = 600.0

Job = Callable[[], Awaitable[object]]


async def run_forever(jobs: Sequence[Job], *, every_seconds: float = EVERY_SECONDS) -> None:
    """Run every job, then again and again until cancelled; one that fails holds up no other."""
    while True:
        for job in jobs:
            try:
                await job()
            except Exception:
                logger.exception("upkeep: %s failed; it is tried again later", job.__qualname__)
        await asyncio.sleep(every_seconds)
