"""Patience: how long a client may take to say something, and how many may take it at once.

A connection holds a file and memory for as long as it lives. A body that never ends and a websocket
that never says anything are cut. In a crowd patience is short: a second's pause is too long.
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
"""How long one may pause when too many wait already."""

SLOWEST_IN_A_CROWD = 16_000
"""What comes more slowly is cut when the process has too many, in bytes a second."""

WAITING_BODIES = 200
"""How many requests may wait for the rest of their bodies in one process, ..."""

WAITING_BODIES_PER_ADDRESS = 32
"""... and from one address."""

SILENT_SOCKET_SECONDS = 15.0
"""How long a websocket may take to its first event. A page sends it as it connects."""

TOO_SLOW = 4408
"""The code that a silent websocket is closed with."""


class Waiting:
    """Counts who waits for a body, by address."""

    def __init__(self) -> None:
        self._by_address: Counter[str] = Counter()

    @contextmanager
    def one_of(self, address: str) -> Iterator[None]:
        """Count one more of the address for as long as the block runs."""
        self._by_address[address] += 1
        try:
            yield
        finally:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]

    def is_crowd(self, address: str) -> bool:
        """Return whether too many wait, from this address or in all."""
        return self._by_address[address] > WAITING_BODIES_PER_ADDRESS or self.is_full

    @property
    def is_full(self) -> bool:
        """Return whether too many wait in all."""
        return self._by_address.total() > WAITING_BODIES


class Body:
    """One request's body as it comes in; ``was_cut`` once its client took too long."""

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
        """Ask no more of the client: its connection closes once nobody holds this end of it."""
        self._is_whole = True
        self._receive = _left

    async def _next(self) -> Message | None:
        """Return the next message, or None once it takes too long."""
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
    """Return ``receive`` of a websocket that is closed if no event comes in time."""
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
                has_spoken = True  # nothing more is asked of it
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
    """Return whether a Socket.IO packet is an event, or a connect that brings one along."""
    return text.startswith("42") or (text.startswith("40") and '"event"' in text)
