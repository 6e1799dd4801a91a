"""The tabs' states: kept while a tab is open, rebuilt when lost, dropped when the tab is gone.

Reflex forgets a state that has had no event for an hour, and Redis forgets everything when it
restarts. Neither tells the page, so its next event would meet a blank state. That is why the states
of open tabs are touched in time, and why an event that does meet a blank state first reads the
page's data again, as a reload would.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from redis import RedisError

from rxapp.live.sockets import Sockets
from rxapp.reflex_seam import blank_states, router_data
from rxapp.reflex_seam.page_load import read_page
from rxapp.reflex_seam.running_event import tab_of_event
from rxapp.reflex_seam.state_store import StateStore

logger = logging.getLogger(__name__)

TIDY_SECONDS = 1.0

KEPT_SECONDS = 120.0
"""How long a signed-in tab's state outlives its socket, for reloads and short interruptions."""

Welcome = Callable[[Any], Awaitable[None]]


class TabStates:
    """Keeps and drops the states of this process's tabs."""

    def __init__(self, store: StateStore, sockets: Sockets) -> None:
        self._store = store
        self._sockets = sockets
        self._touched_at = time.monotonic()
        self._leaving: dict[str, float] = {}

    async def tidy_forever(self) -> None:
        """Tidy every second until cancelled."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            try:
                await self.tidy()
            except RedisError as error:
                logger.warning("the pages' states could not be tidied: %s", type(error).__name__)
            except Exception:
                logger.exception("the pages' states could not be tidied")

    async def tidy(self) -> None:
        """Keep the states of open tabs and drop those of closed tabs; call it every second."""
        now = time.monotonic()
        for token, was_signed_in in self._sockets.gone().items():
            self._leaving[token] = now + (KEPT_SECONDS if was_signed_in else 0.0)
        due = [token for token, at in self._leaving.items() if at <= now]
        for token in due:
            if await self._sockets.is_open_anywhere(token) or await self._store.drop(token):
                del self._leaving[token]
        # Three times within a state's lifetime, so that one failure does no harm.
        if now - self._touched_at >= self._store.lifetime() / 3:
            self._touched_at = now
            await self._store.touch(self._sockets.connected())


def rebuild_blank_states(sockets: Sockets, welcome: Welcome) -> None:
    """Make every event that meets a blank state read the page's data before it runs.

    ``welcome(state)`` is called first, as for the first event of a tab.
    """

    async def rebuild(root: Any) -> None:
        place = sockets.place_of(tab_of_event())
        if not router_data.is_known(root):  # an event of this process, without a page
            if place is None:
                return  # its tab is gone
            router_data.set_place(root, place)
        await welcome(root)
        await read_page(root)

    blank_states.rehydrate_with(rebuild)
