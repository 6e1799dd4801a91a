"""Whether an open page is up to date: says what the server cannot reach, and reloads after."""

import asyncio
import logging

import reflex as rx
from redis import RedisError

from rxapp.core.ids import new_id
from rxapp.gate.guard import ANYONE, GuardState, guarded
from rxapp.gate.messages import log_backend_error
from rxapp.live.sockets import TOO_MANY_TABS, Sockets
from rxapp.reflex_seam.connection_error import connection_error
from rxapp.reflex_seam.page_load import read_page
from rxapp.reflex_seam.running_event import tab_of_event

logger = logging.getLogger(__name__)

UNSURE = "The server was interrupted just then. Check whether that was done before you try again."

DATABASE_IS_AWAY = (
    "The database does not answer. Nothing can be saved just now, and this page may be out of"
    " date. It catches up by itself."
)
REDIS_IS_AWAY = (
    "The server cannot reach part of its memory. Buttons do nothing just now, and this page may"
    " be out of date. It catches up by itself."
)


class LivenessState(rx.State):
    """What the server cannot reach right now, in words; empty if all is well."""

    trouble: str = ""

    @rx.event
    @guarded(ANYONE)
    async def read_again(self):
        """Read the page's data again, as a reload does; each part checks again who may see it."""
        await read_page(self)


def trouble_banner() -> rx.Component:
    """Return the banner for when the server cannot reach what it needs, or refuses this page."""
    return rx.fragment(
        rx.cond(LivenessState.trouble != "", _banner(LivenessState.trouble)),
        rx.cond(connection_error.to(str).contains(TOO_MANY_TABS), _banner(TOO_MANY_TABS)),
    )


def _banner(words: str | rx.Var[str]) -> rx.Component:
    return rx.el.div(words, class_name="banner banner-warn page-banner", role="status")


class Liveness:
    """Shows messages in tabs while their states can be neither read nor written."""

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        self._saying: set[asyncio.Task[None]] = set()

    async def trouble(self, token: str, words: str) -> None:
        """Show the tab what the server cannot reach."""
        await self._sockets.show(token, LivenessState, trouble=words)

    def event_failed(self, exception: Exception) -> None:
        """Log an event that failed outside its handler, and say so in its tab."""
        if isinstance(exception, RedisError):
            logger.error("an event was lost, Redis did not answer: %s", type(exception).__name__)
        else:
            log_backend_error(exception)
        notice = {"notice": UNSURE, "notice_kind": "error", "notice_id": str(new_id())}
        said = asyncio.create_task(self._sockets.show(tab_of_event(), GuardState, **notice))
        self._saying.add(said)
        said.add_done_callback(self._saying.discard)
