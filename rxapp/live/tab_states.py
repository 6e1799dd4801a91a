"""The states behind the tabs: kept while a tab is open, rebuilt when lost, dropped when it is gone.

Reflex forgets a state that had no event for an hour, Redis forgets everything when it restarts, and
neither tells the page: its next event would meet a blank state. So the states of open tabs are
touched in time, and an event that does meet a blank one first reads the page again, as a reload
would. Written against Reflex 0.10.1, like ``sockets``.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from typing import Any

import reflex as rx
from redis import RedisError
from reflex.event import Event
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.redis import StateManagerRedis
from reflex.istate.manager.token import BaseStateToken
from reflex.state import BaseState, State
from reflex_base.event.context import EventContext
from reflex_base.event.processor import base_state_processor
from reflex_base.registry import RegistrationContext

from rxapp.live.sockets import Sockets

logger = logging.getLogger(__name__)

TIDY_SECONDS = 1.0

KEPT_SECONDS = 120.0
"""How long the state of a signed-in tab outlives its socket: a reload or a short cut finds it."""

_read_by: ContextVar[str] = ContextVar("read_by", default="")
"""The event that has read the page already, so that it does not read it twice."""

Welcome = Callable[[BaseState], Awaitable[None]]


class TabStates:
    """Keeps and drops the states of this process's tabs."""

    def __init__(self, app: rx.App, sockets: Sockets) -> None:
        self._app = app
        self._sockets = sockets
        self._touched_at = time.monotonic()
        self._leaving: dict[str, float] = {}

    async def tidy_forever(self) -> None:
        """Tidy every second until cancelled."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            try:
                await self.tidy()
            except RedisError as error:
                logger.warning("the pages' states could not be tidied: %s", type(error).__name__)
            except Exception:
                logger.exception("the pages' states could not be tidied")

    async def tidy(self) -> None:
        """Keep the states of open tabs and drop those of tabs that are gone; for every second."""
        now = time.monotonic()
        for token, was_signed_in in self._sockets.gone().items():
            self._leaving[token] = now + (KEPT_SECONDS if was_signed_in else 0.0)
        due = [token for token, at in self._leaving.items() if at <= now]
        for token in due:
            if await self._sockets.is_open_anywhere(token) or await self._drop(token):
                del self._leaving[token]
        # Three times within a state's life, so that one try that fails does no harm.
        if now - self._touched_at >= self._lifetime() / 3:
            self._touched_at = now
            await self._touch(self._sockets.connected())

    def _lifetime(self) -> float:
        manager = self._app.state_manager
        return float(getattr(manager, "token_expiration", 3_600))

    async def _touch(self, tokens: Iterable[str]) -> None:
        manager = self._app.state_manager
        if isinstance(manager, StateManagerMemory):
            for token in map(_token, tokens):
                if token.cache_key in manager.states:
                    manager._track_token(token)
        elif isinstance(manager, StateManagerRedis):
            for ident in tokens:
                pipeline = manager.redis.pipeline(transaction=False)
                for key in _redis_keys(ident):
                    pipeline.expire(key, manager.token_expiration)
                await pipeline.execute()

    async def _drop(self, ident: str) -> bool:
        """Drop the state; False: an event holds it just now."""
        manager = self._app.state_manager
        if isinstance(manager, StateManagerMemory):
            token = _token(ident)
            lock = manager._states_locks.get(token.lock_key)
            if lock is not None and lock.locked():
                return False
            manager._purge_token(token)
        elif isinstance(manager, StateManagerRedis):
            await manager.redis.delete(*_redis_keys(ident))
        return True


def _token(ident: str) -> BaseStateToken:
    return BaseStateToken(ident=ident, cls=State)


def _redis_keys(ident: str) -> list[str]:
    token = _token(ident)
    return [token._state_key(each) for each in _with_substates(State)]


def _with_substates(state: type[BaseState]) -> list[type[BaseState]]:
    below = [each for child in state.get_substates() for each in _with_substates(child)]
    return [state, *below]


def rebuild_blank_states(sockets: Sockets, welcome: Welcome) -> None:
    """Have every event that meets a blank state read the page before it runs.

    ``welcome(state)`` is called first, as for the first event of a tab.
    """

    async def rehydrate(_processor: Any, root: BaseState) -> None:
        token = EventContext.get().token
        place = sockets.place_of(token)
        if not root.router_data and place is None:
            return  # nobody is behind it any more
        if not root.router_data:  # the event came from here, and knows no page
            root.router_data = root._update_router_vars(dict(place or {}), {})
        await welcome(root)
        await read_page(root)

    base_state_processor.BaseStateEventProcessor._rehydrate = rehydrate  # type: ignore[assignment]


async def read_page(root: BaseState) -> None:
    """Run what the page runs when it loads, then give the browser everything at once.

    In one event it is done once: what met a blank state has just done it.
    """
    context = EventContext.get()
    if _read_by.get() == context.txid:
        return
    _read_by.set(context.txid)
    for each in type(root).get_substates():  # with Redis, only what the event needs was loaded
        await root.get_state(each)
    registered = RegistrationContext.get()
    follow: list[tuple[Any, str]] = []
    for event in Event.from_event_type(registered.app.get_load_events(root.rx_router_url.path)):
        found = registered.event_handlers[event.name]
        state = await root.get_state(found.states[0])
        follow.append((await found.handler.fn(state, **event.payload), event.name))
    root.is_hydrated = True
    await context.emit_delta(root.dict())
    root._clean()
    for events, name in follow:
        if events is not None:
            await base_state_processor.chain_updates(events, handler_name=name)
