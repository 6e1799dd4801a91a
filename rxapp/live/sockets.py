"""The tabs' connections: where each comes from, which ones left, and which page each shows."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import reflex as rx
from socketio.exceptions import ConnectionRefusedError as SocketRefused

from rxapp.reflex_seam import namespace
from rxapp.reflex_seam.connections import Connections
from rxapp.reflex_seam.wire import place_in

TABS_PER_ADDRESS = 2_000
"""How many tabs may be open from one address: enough for a whole office, but no flood."""

TOO_MANY_TABS = "Too many pages are open from your network. Close some, and this one will load."


class Sockets(Connections):
    """The tabs that are connected to this process.

    ``address_header`` and ``login_header`` are the headers with a connection's address and the
    hash of its sign-in.
    """

    def __init__(self, app: rx.App, *, address_header: str = "", login_header: str = "") -> None:
        super().__init__(app)
        self._address_header = address_header.encode()
        self._login_header = login_header.encode()
        self._places: dict[str, Mapping[str, Any]] = {}
        self._addresses: dict[str, str] = {}
        self._tabs_from: Counter[str] = Counter()
        self._signed_in: set[str] = set()
        self._gone: dict[str, bool] = {}

    def follow(self) -> None:
        """Record who connects and leaves from now on, and refuse too many tabs from one address.

        Call this before anything else wraps the handlers of the namespace.
        """
        namespace.meet(self.app, "on_connect", self._on_connect)
        namespace.meet(self.app, "on_event", self._on_event)
        namespace.meet(self.app, "on_disconnect", self._on_disconnect)

    def _on_connect(self, take: namespace.Handler) -> namespace.Handler:
        async def on_connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
            headers = dict(environ.get("asgi.scope", {}).get("headers", ()))
            address = headers.get(self._address_header, b"").decode("latin-1")
            if self._tabs_from[address] >= TABS_PER_ADDRESS:
                raise SocketRefused(TOO_MANY_TABS)
            self._arrive(sid, address, is_signed_in=self._login_header in headers)
            try:
                await take(sid, environ, auth)
            except BaseException:
                self._leave(sid)
                raise

        return on_connect

    def _on_event(self, take: namespace.Handler) -> namespace.Handler:
        async def on_event(sid: str, data: Any = None) -> None:
            await take(sid, data)
            # Reflex has filled in what it knows about the connection: headers, token, page.
            if sid in self._addresses:  # otherwise it has left meanwhile
                self._places[sid] = place_in(data)

        return on_event

    def _on_disconnect(self, take: namespace.Handler) -> namespace.Handler:
        def on_disconnect(sid: str, *_reason: Any) -> Any:
            if token := namespace.token_of(self.app, sid):
                self._gone[token] = sid in self._signed_in
            self._leave(sid)
            return take(sid)

        return on_disconnect

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
        """Return the tabs that left since the last call, and for each whether it was signed in."""
        gone, self._gone = self._gone, {}
        return {token: signed for token, signed in gone.items() if self.socket_of(token) is None}

    def place_of(self, token: str) -> Mapping[str, Any] | None:
        """Return a connected tab's page and connection as Reflex keeps them with a state."""
        socket = self.socket_of(token)
        return self._places.get(socket) if socket else None
