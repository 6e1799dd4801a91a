"""The lease sweeper: a lifespan task that returns expired claims to the queue."""

import asyncio
import logging

from rxapp.core import db as database
from rxapp.core.errors import Conflict
from rxapp.handoffs import lease_service

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0


async def sweep() -> int:
    """Put every claim whose lease has expired back into the queue; returns how many there were."""
    returned = 0
    for handoff_id in await database.read(lease_service.expired_claims):
        try:
            returned += await database.run(lease_service.expire_claim, handoff_id)
        except Conflict:
            continue  # the holder handed it back at this very moment
    return returned


async def sweep_forever() -> None:
    """Sweep until cancelled; an error is logged and the sweep is tried again."""
    while True:
        try:
            await sweep()
        except Exception:
            logger.exception("handoffs: the sweep of leases failed; trying again")
        await asyncio.sleep(SWEEP_SECONDS)
