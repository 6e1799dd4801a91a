"""Admission: what Reflex asks before it runs an event's handler."""

from collections.abc import Awaitable, Callable
from typing import Any

import reflex as rx
from reflex.state import StateUpdate

MayRun = Callable[[Any, str], Awaitable[bool]]


class Admission(rx.Middleware):
    """Drops an event unless ``may_run(state, name)`` returns that it may run."""

    def __init__(self, may_run: MayRun) -> None:
        self._may_run = may_run

    async def preprocess(
        self,
        app: rx.App,  # noqa: ARG002 - Reflex passes it by name
        state: Any,
        event: Any,
    ) -> StateUpdate | None:
        """Return an empty update to drop the event, or None to let it run."""
        return None if await self._may_run(state, event.name) else StateUpdate()


def ask_before_events(app: rx.App, may_run: MayRun) -> None:
    """Ask ``may_run(state, name)`` before every event from now on."""
    app.add_middleware(Admission(may_run))
