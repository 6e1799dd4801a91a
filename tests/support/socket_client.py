"""A tab without a browser: the pages' websocket protocol, spoken by hand, so that bytes count.

``tab = await Tab.connect(server, cookie, "/inbox")`` does what a browser does when it opens a page:
it connects with the sign-in's cookie, and the page's ``on_load`` handlers run. Then
``await tab.send("rxapp.handoffs.inbox_state.InboxState.claim", ...)`` is a click, and
``tab.vars("InboxState")`` is what the page would show.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from uuid import uuid4

import aiohttp

NAMESPACE = "/_event"
COOKIE = "rf_login"
STATE = "reflex___state____state"
HYDRATE = f"{STATE}.hydrate_and_load"
SUFFIX = "_rx_state_"


class Serving(Protocol):
    """Anything that serves: its address, such as ``http://127.0.0.1:8000``."""

    base: str


class Refused(Exception):
    """The server did not let the socket in, or cut it."""


def snake(name: str) -> str:
    """Return ``RunnerState`` as ``runner_state``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def event_name(handler: str) -> str:
    """Return what the wire calls ``package.module.SomeState.handler``; other names stay."""
    module, _, rest = handler.rpartition(".")
    module, _, state = module.rpartition(".")
    if not module or handler.startswith(STATE):
        return handler
    return f"{STATE}.{module.replace('.', '___')}____{snake(state)}.{rest}"


@dataclass
class Update:
    """One message of the server: its text as it came, and the moment it came."""

    text: str
    at: float

    @property
    def size(self) -> int:
        """Bytes of the message, without the websocket's own frame."""
        return len(self.text.encode())

    @cached_property
    def body(self) -> dict[str, Any]:
        """The message's content; empty for anything but a state update."""
        name, *arguments = json.loads(self.text[self.text.index("[") :])
        return arguments[0] if name == "event" and arguments else {}

    @property
    def delta(self) -> dict[str, dict[str, Any]]:
        """New values of variables, by the full name of the state."""
        return self.body.get("delta") or {}

    @property
    def events(self) -> list[dict[str, Any]]:
        """What the browser is told to do, such as a redirect."""
        return self.body.get("events") or []


@dataclass
class Tab:
    """A connected tab; :meth:`connect` makes one."""

    path: str
    arguments: dict[str, str]
    token: str
    updates: list[Update] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    on_update: Callable[[Update], None] | None = None
    """Called with each update as it comes; it must be quick."""

    _socket: aiohttp.ClientWebSocketResponse | None = None
    _session: aiohttp.ClientSession | None = None
    _own_session: bool = False
    _listening: asyncio.Task[None] | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _vars: dict[str, dict[str, Any]] = field(default_factory=dict)
    _folded: int = 0

    @classmethod
    async def connect(
        cls,
        server: Serving,
        cookie: str = "",
        path: str = "/",
        *,
        arguments: dict[str, str] | None = None,
        token: str = "",
        load: bool = True,
        headers: dict[str, str] | None = None,
        session: aiohttp.ClientSession | None = None,
        seconds: float = 20.0,
    ) -> "Tab":
        """Return a connected tab; with ``load`` once the page's ``on_load`` handlers have run.

        ``arguments`` are those of a dynamic route (``{"session_id": ...}``). ``headers`` replace
        the usual ones (``Origin``, ``Cookie``). Many tabs may share one ``session``.

        Raises:
            Refused: if the server does not let the socket in.
            TimeoutError: if the page does not load in ``seconds``.
        """
        tab = cls(path, arguments or {}, token or str(uuid4()))
        tab._own_session = session is None
        tab._session = session or aiohttp.ClientSession()
        usual = {"Origin": server.base}
        if cookie:
            usual["Cookie"] = f"{COOKIE}={cookie}"
        try:
            async with asyncio.timeout(seconds):
                await tab._open(server.base, {**usual, **(headers or {})}, boot=load)
                if load:
                    await tab.until(lambda: tab.vars("").get("is_hydrated") is True, seconds)
        except BaseException:
            await tab.close()
            raise
        return tab

    async def _open(self, base: str, headers: dict[str, str], *, boot: bool) -> None:
        assert self._session is not None
        url = f"{base}{NAMESPACE}/?EIO=4&transport=websocket&token={self.token}"
        try:
            self._socket = await self._session.ws_connect(
                url.replace("http", "ws", 1), headers=headers, max_msg_size=0, compress=0
            )
        except (aiohttp.ClientError, OSError) as error:
            raise Refused(str(error)) from None
        await self._expect("0")
        auth = {"event": self.message(HYDRATE, {})} if boot else {}
        await self._socket.send_str(f"40{NAMESPACE},{json.dumps(auth)}")
        await self._expect(f"40{NAMESPACE}")
        self._listening = asyncio.create_task(self._listen())

    async def _expect(self, start: str) -> None:
        """Take messages up to the one that starts so; a boot event's updates may come before it."""
        assert self._socket is not None
        while True:
            message = await self._socket.receive()
            if message.type is not aiohttp.WSMsgType.TEXT or message.data.startswith("44"):
                raise Refused(f"{message.type.name}: {message.data}")
            if message.data.startswith(start):
                return
            await self._take(message.data)

    async def _listen(self) -> None:
        assert self._socket is not None
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._take(message.data)
        finally:
            self.closed.set()
            self._arrived.set()

    async def _take(self, text: str) -> None:
        assert self._socket is not None
        if text == "2":  # the server's ping
            await self._socket.send_str("3")
        elif text.startswith("42"):
            update = Update(text, time.perf_counter())
            self.updates.append(update)
            self._arrived.set()
            if self.on_update is not None:
                self.on_update(update)
        elif text.startswith("41"):
            await self._socket.close()

    def message(self, handler: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Return the event as a browser on this page would send it."""
        router: dict[str, Any] = {"pathname": self.path, "asPath": self.path}
        if self.arguments:
            router["query"] = self.arguments
        return {
            "name": event_name(handler),
            "payload": payload,
            "router_data": router,
            "token": self.token,
        }

    async def send(self, handler: str, **payload: Any) -> None:
        """Send an event: ``package.module.SomeState.handler``, or its name on the wire."""
        await self.emit("event", self.message(handler, payload))

    async def emit(self, name: str, *data: Any) -> None:
        """Send any Socket.IO message, well formed or not."""
        assert self._socket is not None
        packed = json.dumps([name, *data], separators=(",", ":"))
        await self._socket.send_str(f"42{NAMESPACE},{packed}")

    def vars(self, state: str) -> dict[str, Any]:
        """Return what the tab holds of a state, named as its class; "" is the root's own."""
        for update in self.updates[self._folded :]:
            for name, values in update.delta.items():
                held = self._vars.setdefault(name.rpartition(".")[2].rpartition("____")[2], {})
                held.update({key.removesuffix(SUFFIX): value for key, value in values.items()})
        self._folded = len(self.updates)
        return self._vars.setdefault(snake(state) if state else "state", {})

    async def until(self, check: Callable[[], Any], seconds: float = 10.0) -> None:
        """Wait until ``check()`` holds; it is asked again after every update.

        Raises:
            TimeoutError: if it does not within ``seconds``.
            Refused: if the socket is cut meanwhile.
        """
        async with asyncio.timeout(seconds):
            while not check():
                if self.closed.is_set():
                    raise Refused("the socket was cut")
                self._arrived.clear()
                await self._arrived.wait()

    async def quiet(self, seconds: float = 0.2) -> None:
        """Wait until nothing has come for ``seconds``."""
        while True:
            self._arrived.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._arrived.wait()
            except TimeoutError:
                return
            if self.closed.is_set():
                return

    async def close(self) -> None:
        """Close the tab; harmless if it is closed already."""
        if self._socket is not None:
            await self._socket.close()
        if self._listening is not None:
            await asyncio.gather(self._listening, return_exceptions=True)
        if self._own_session and self._session is not None:
            await self._session.close()
