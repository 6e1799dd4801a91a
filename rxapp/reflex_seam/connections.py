"""The connected tabs, as Reflex's token manager keeps them, and how to reach one."""

from asyncio import Future
from typing import Any

import reflex as rx
from reflex.event import Event
from reflex.state import StateUpdate
from reflex_base.constants.state import FIELD_MARKER

from rxapp.reflex_seam.between_events import run_between_events
from rxapp.reflex_seam.handler_names import wire_name


class Connections:
    """The tabs that are connected to this process."""

    def __init__(self, app: rx.App) -> None:
        self.app = app

    def socket_of(self, token: str) -> str | None:
        """Return the id of the tab's socket in this process, or None if it has none."""
        manager = self._manager()
        record = manager.token_to_socket.get(token)
        return record.sid if record and record.instance_id == manager.instance_id else None

    async def is_open_anywhere(self, token: str) -> bool:
        """Return whether the tab has a socket to any process."""
        return await self._manager().is_token_connected(token)

    def connected(self) -> list[str]:
        """Return the tabs that are connected to this process."""
        known = list(self._manager().token_to_socket)
        return [token for token in known if self.socket_of(token) is not None]

    async def send(self, token: str, handler: Any) -> Future[Any]:
        """Have the tab's state run ``handler``; the future is done when it has run."""
        return await self.app.event_processor.enqueue(token, Event(name=wire_name(handler)))

    async def run_now(self, token: str, handler: Any) -> bool:
        """Run ``handler`` in the tab's state before returning; False if it must be sent instead."""
        return await run_between_events(self.app, token, handler)

    async def show(self, token: str, state: type[rx.State], **values: Any) -> None:
        """Show values of a state in the tab's browser, without changing the state on the server.

        For messages that must appear while states can be neither read nor written.
        """
        if self.socket_of(token) is not None:
            delta = {f"{name}{FIELD_MARKER}": value for name, value in values.items()}
            update = StateUpdate(delta={state.get_full_name(): delta})
            namespace: Any = self.app.event_namespace
            await namespace.emit_update(update, token)

    def _manager(self) -> Any:
        namespace: Any = self.app.event_namespace
        return namespace._token_manager
