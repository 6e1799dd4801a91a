"""Patience: how long a client may take to send something, and how many may be sending at once.

An open connection takes up a file descriptor and memory. A body that never ends and a websocket
that never sends anything are cut off. While many are sending, a pause of one second is too long.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

logger = logging.getLogger(__name__)

BODY_PAUSE_SECONDS = 10.0
"""How long a client may pause in the middle of a body."""

BODY_SECONDS = 60.0
"""How long a body may take in all."""

CROWD_SECONDS = 1.0
"""How long a client may pause while too many bodies are unfinished."""

SLOWEST_IN_A_CROWD = 16_000
"""Bytes per second; while the process has too many unfinished bodies, slower ones are cut off."""

WAITING_BODIES = 200
"""How many requests may have an unfinished body in one process, ..."""

WAITING_BODIES_PER_ADDRESS = 32
"""... and from one address."""

SILENT_SOCKET_SECONDS = 15.0
"""How long a websocket may take to send its first event. A page sends it when it connects."""

TOO_SLOW = 4408
"""The code that a silent websocket is closed with."""


class Waiting:
    """Counts the unfinished bodies by address."""

    def __init__(self) -> None:
        self._by_address: Counter[str] = Counter()

    @contextmanager
    def one_of(self, address: str) -> Iterator[None]:
        """Count one more for the address while the block runs."""
        self._by_address[address] += 1
        try:
            yield
        finally:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]

    def is_crowd(self, address: str) -> bool:
        """Return whether too many are unfinished, from this address or in all."""
        return self._by_address[address] > WAITING_BODIES_PER_ADDRESS or self.is_full

    @property
    def is_full(self) -> bool:
        """Return whether too many are unfinished in all."""
        return self._by_address.total() > WAITING_BODIES


class Body:
    """One request's body as it comes in; ``was_cut`` once its client has taken too long."""

    def __init__(self, receive: Receive, address: str, waiting: Waiting) -> None:
        self.was_cut = False
        self._receive = receive
        self._address = address
        self._waiting = waiting
        self._is_whole = False
        self._began: float | None = None
        self._came = 0

    async def receive(self) -> Message:
        """Return the next message; a body that takes too long ends as if its client had left."""
        if self._is_whole:
            return await self._receive()
        with self._waiting.one_of(self._address):
            message = await self._next()
        if message is None:
            self.was_cut = True
            self.let_go()
            logger.warning(
                "cut a request whose body did not come", extra={"address": self._address}
            )
            return await _left()
        self._came += len(message.get("body", b""))
        self._is_whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    def let_go(self) -> None:
        """Expect no more from the client; the connection closes once nothing refers to it."""
        self._is_whole = True
        self._receive = _left

    async def _next(self) -> Message | None:
        """Return the next message, or None if it takes too long."""
        now = asyncio.get_running_loop().time
        paused = now()
        if self._began is None:
            self._began = paused
        if self._waiting.is_full and self._is_slow(paused - self._began):
            return None
        asked = asyncio.ensure_future(self._receive())
        try:
            for ends in (paused + CROWD_SECONDS, paused + BODY_PAUSE_SECONDS):
                left = min(ends, self._began + BODY_SECONDS) - now()
                if left > 0 and (await asyncio.wait({asked}, timeout=left))[0]:
                    return asked.result()
                if self._waiting.is_crowd(self._address):
                    return None
            return None
        finally:
            asked.cancel()

    def _is_slow(self, seconds: float) -> bool:
        return self._came < (seconds - CROWD_SECONDS) * SLOWEST_IN_A_CROWD


async def _left() -> Message:
    return {"type": "http.disconnect"}


def unless_silent(receive: Receive, send: Send, address: str) -> Receive:
    """Return a ``receive`` that closes the websocket if no event comes in time."""
    ends = asyncio.get_running_loop().time() + SILENT_SOCKET_SECONDS
    has_spoken = False

    async def receive_in_time() -> Message:
        nonlocal has_spoken
        if has_spoken:
            return await receive()
        asked = asyncio.ensure_future(receive())
        try:
            left = max(0.0, ends - asyncio.get_running_loop().time())
            if not (await asyncio.wait({asked}, timeout=left))[0]:
                has_spoken = True  # nothing more is expected from it
                logger.warning("closed a websocket that said nothing", extra={"address": address})
                await send({"type": "websocket.close", "code": TOO_SLOW})
                return {"type": "websocket.disconnect", "code": TOO_SLOW}
        finally:
            asked.cancel()
        message = asked.result()
        has_spoken = _is_event(message.get("text") or "")
        return message

    return receive_in_time


def _is_event(text: str) -> bool:
    """Return whether a Socket.IO packet is an event, or a connect packet that includes one."""
    return text.startswith("42") or (text.startswith("40") and '"event"' in text)
