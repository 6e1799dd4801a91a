"""The smallest app that uses everything that we depend on, with one tab."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import reflex as rx

ADDRESS = "192.0.2.7"
seen: list[Any] = []
"""What the handlers noted, oldest first."""

looks: list[Callable[[rx.State], Awaitable[None]]] = []
"""Called within the next events with the state of their handler, one each."""


class ProbeState(rx.State):
    """A state with a handler that takes anything, and one that a page runs when it loads."""

    shown: str = ""
    _kept: str = ""

    @rx.event
    async def note(self, value: Any = None):
        """Note what came, and look around."""
        seen.append(("note", value))
        if looks:
            await looks.pop(0)(self)
        self.shown = str(value)

    @rx.event
    async def load(self):
        """Load the page; the note comes after it."""
        seen.append(("load", self.shown))
        self.shown = "loaded"
        return ProbeState.note("after load")


class Tab:
    """A tab of the running app: it sends what a browser would, without the network."""

    def __init__(self, app: rx.App) -> None:
        self.token = str(uuid4())
        self.sid = f"socket of {self.token}"
        self.sent: list[tuple[str, Any]] = []
        self._app = app
        self._namespace: Any = app.event_namespace
        self._namespace.emit = self._take

    async def _take(self, event: str, data: Any = None, **_: Any) -> None:
        self.sent.append((event, data))

    async def connect(self, auth: Any = None) -> None:
        headers = [(b"x-probe", b"here"), (b"origin", b"http://probe.test")]
        scope = {"headers": headers, "client": (ADDRESS, 1)}
        environ = {"QUERY_STRING": f"token={self.token}", "asgi.scope": scope}
        takes = len(inspect.signature(self._namespace.on_connect).parameters)
        await self._namespace.trigger_event("connect", self.sid, environ, *[auth][: takes - 2])

    async def disconnect(self) -> None:
        await self._namespace.trigger_event("disconnect", self.sid, "transport close")
        await asyncio.sleep(0)

    async def send(self, name: str, *, payload: Any = None, **router_data: Any) -> None:
        """Send an event, and wait until it and what it led to has run."""
        place = {"pathname": "/probe/[probe_id]", "asPath": "/probe/7", "query": {"probe_id": "7"}}
        event = {"name": name, "payload": payload or {}, "router_data": place | router_data}
        await self._namespace.trigger_event("event", self.sid, event)
        await self.settled()

    async def settled(self) -> None:
        """Wait until no event runs."""
        processor: Any = self._app.event_processor
        async with asyncio.timeout(10):
            while processor._futures:
                await asyncio.sleep(0.001)

    def deltas(self) -> list[dict[str, Any]]:
        """Return what the browser was sent of states."""
        return [data.delta for event, data in self.sent if event == "event" and data.delta]


def probe_page() -> rx.Component:
    """Return a page that shows the state."""
    return rx.el.p(ProbeState.shown)


def make_app(kind: type[rx.App] = rx.App, **options: Any) -> rx.App:
    """Return the app; a registration context of its own must be entered before."""
    app = kind(toaster=None, **options)
    app.add_page(probe_page, route="/probe/[probe_id]", on_load=[ProbeState.load])
    return app
