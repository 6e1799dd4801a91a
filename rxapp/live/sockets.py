"""The only place that touches Reflex's private names: connected tabs and handing them events.

Written against Reflex 0.10.1; ``tests/unit/test_reflex_contract.py`` fails if these names move.
"""

from typing import Any

import reflex as rx
from reflex.event import Event
from reflex.utils.format import format_event_handler


class Sockets:
    """The tabs that are connected to this process."""

    def __init__(self, app: rx.App) -> None:
        self._app = app

    def connected(self, token: str) -> bool:
        """Return whether the tab has a socket here."""
        namespace = self._app.event_namespace
        return namespace is not None and token in namespace._token_manager.token_to_socket

    async def send(self, token: str, handler: Any) -> None:
        """Have the state of the tab run ``handler``, without arguments."""
        await self._app.event_processor.enqueue(token, Event(name=format_event_handler(handler)))
