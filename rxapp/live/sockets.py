"""The connections of the tabs, as Reflex keeps them: who is here, where they are, what they get.

With ``tab_states`` the only place that touches Reflex's private names. Written against Reflex
0.10.1; ``tests/unit/test_reflex_contract.py`` fails if these names move.
"""

from asyncio import Future
from collections import Counter
from collections.abc import Mapping
from typing import Any

import reflex as rx
from reflex.event import Event
from reflex.state import StateUpdate
from reflex.utils.format import format_event_handler
from reflex_base.constants.state import FIELD_MARKER
from socketio.exceptions import ConnectionRefusedError as SocketRefused

TABS_PER_ADDRESS = 2_000
"""How many tabs may be open from one address: a whole office behind one, but no flood."""

TOO_MANY_TABS = "Too many pages are open from your network. Close some, and this one will load."


class Sockets:
    """The tabs that are connected to this process.

    ``address_header`` and ``login_header`` are where a connection says from where it comes and who
    is signed in.
    """

    def __init__(self, app: rx.App, *, address_header: str = "", login_header: str = "") -> None:
        self._app = app
        self._address_header = address_header.encode()
        self._login_header = login_header.encode()
        self._places: dict[str, Mapping[str, Any]] = {}
        self._addresses: dict[str, str] = {}
        self._tabs_from: Counter[str] = Counter()
        self._signed_in: set[str] = set()
        self._gone: dict[str, bool] = {}

    def follow(self) -> None:
        """Follow who comes and goes from now on; more tabs than one address may open are refused.

        To be called before anything else wraps the handlers of the namespace.
        """
        namespace: Any = self._app.event_namespace
        take_connect, take_event = namespace.on_connect, namespace.on_event
        take_disconnect = namespace.on_disconnect

        async def on_connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
            headers = dict(environ.get("asgi.scope", {}).get("headers", ()))
            address = headers.get(self._address_header, b"").decode("latin-1")
            if self._tabs_from[address] >= TABS_PER_ADDRESS:
                raise SocketRefused(TOO_MANY_TABS)
            self._arrive(sid, address, is_signed_in=self._login_header in headers)
            try:
                await take_connect(sid, environ, auth)
            except BaseException:
                self._leave(sid)
                raise

        async def on_event(sid: str, data: Any = None) -> None:
            await take_event(sid, data)
            # Reflex has filled in what it knows of the connection: headers, token, the page.
            if sid in self._addresses:  # else it left meanwhile
                self._places[sid] = data["router_data"]

        def on_disconnect(sid: str, *_reason: Any) -> Any:
            if token := namespace.sid_to_token.get(sid):
                self._gone[token] = sid in self._signed_in
            self._leave(sid)
            return take_disconnect(sid)

        namespace.on_connect = on_connect
        namespace.on_event = on_event
        namespace.on_disconnect = on_disconnect

    def _arrive(self, sid: str, address: str, *, is_signed_in: bool) -> None:
        self._addresses[sid] = address
        self._tabs_from[address] += 1
        if is_signed_in:
            self._signed_in.add(sid)

    def _leave(self, sid: str) -> None:
        self._places.pop(sid, None)
        self._signed_in.discard(sid)
        address = self._addresses.pop(sid, None)
        if address is not None:
            self._tabs_from[address] -= 1
            if self._tabs_from[address] <= 0:
                del self._tabs_from[address]

    def gone(self) -> dict[str, bool]:
        """Return the tabs that left since the last call, and whether somebody was signed in."""
        gone, self._gone = self._gone, {}
        return {token: signed for token, signed in gone.items() if self.socket_of(token) is None}

    def socket_of(self, token: str) -> str | None:
        """Return the id of the tab's socket here, or None if it has none."""
        if (namespace := self._app.event_namespace) is None:
            return None
        manager = namespace._token_manager
        record = manager.token_to_socket.get(token)
        return record.sid if record and record.instance_id == manager.instance_id else None

    async def is_open_anywhere(self, token: str) -> bool:
        """Return whether the tab has a socket, to this process or to another."""
        namespace = self._app.event_namespace
        return namespace is not None and await namespace._token_manager.is_token_connected(token)

    def connected(self) -> list[str]:
        """Return the tabs that are connected here."""
        namespace = self._app.event_namespace
        if namespace is None:
            return []
        known = list(namespace._token_manager.token_to_socket)
        return [token for token in known if self.socket_of(token) is not None]

    def place_of(self, token: str) -> Mapping[str, Any] | None:
        """Return where a connected tab is and how it came here, as Reflex keeps it with a state."""
        socket = self.socket_of(token)
        return self._places.get(socket) if socket else None

    async def send(self, token: str, handler: Any) -> Future[Any]:
        """Have the state of the tab run ``handler``; the future is done when it has run."""
        return await self._app.event_processor.enqueue(
            token, Event(name=format_event_handler(handler))
        )

    async def show(self, token: str, state: type[rx.State], **values: Any) -> None:
        """Show values of the state in the tab's browser, past the state on the server.

        For what must be said while states can be neither read nor written.
        """
        namespace = self._app.event_namespace
        if namespace is not None and self.socket_of(token) is not None:
            delta = {f"{name}{FIELD_MARKER}": value for name, value in values.items()}
            update = StateUpdate(delta={state.get_full_name(): delta})
            await namespace.emit_update(update, token)
