"""The only place that touches Reflex's private names: connected tabs and handing them events.

Written against Reflex 0.10.1; ``tests/unit/test_reflex_contract.py`` fails if these names move.
"""

from asyncio import Future
from typing import Any

import reflex as rx
from reflex.event import Event
from reflex.utils.format import format_event_handler


class Sockets:
    """The tabs that are connected to this process."""

    def __init__(self, app: rx.App) -> None:
        self._app = app

    def socket_of(self, token: str) -> str | None:
        """Return the id of the tab's socket here, or None if it has none."""
        namespace = self._app.event_namespace
        record = namespace and namespace._token_manager.token_to_socket.get(token)
        return record.sid if record else None

    async def send(self, token: str, handler: Any) -> Future[Any]:
        """Have the state of the tab run ``handler``; the future is done when it has run."""
        return await self._app.event_processor.enqueue(
            token, Event(name=format_event_handler(handler))
        )
