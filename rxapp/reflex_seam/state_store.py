"""Where Reflex keeps states between events, in memory or in Redis, and for how long."""

from collections.abc import Iterable

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.redis import StateManagerRedis

from rxapp.reflex_seam.moved import ReflexMovedError
from rxapp.reflex_seam.state_tree import with_substates


class StateStore:
    """The stored states of tabs, to be kept longer or dropped.

    Raises:
        ReflexMovedError: if states are stored in some other way.
    """

    def __init__(self, app: rx.App) -> None:
        manager = app.state_manager
        if not isinstance(manager, StateManagerMemory | StateManagerRedis):
            raise ReflexMovedError(f"states are kept by a {type(manager).__name__}")
        self._manager = manager

    def lifetime(self) -> float:
        """Return how many seconds a state without events is kept."""
        return float(self._manager.token_expiration)

    async def touch(self, tabs: Iterable[str]) -> None:
        """Restart the lifetime of the tabs' states."""
        manager = self._manager
        if isinstance(manager, StateManagerMemory):
            for token in map(_token, tabs):
                if token.cache_key in manager.states:
                    manager._track_token(token)
            return
        for tab in tabs:
            pipeline = manager.redis.pipeline(transaction=False)
            for key in _redis_keys(tab):
                pipeline.expire(key, manager.token_expiration)
            await pipeline.execute()

    async def drop(self, tab: str) -> bool:
        """Drop the tab's states; returns False if an event is using them."""
        manager = self._manager
        if isinstance(manager, StateManagerRedis):
            await manager.redis.delete(*_redis_keys(tab))
            return True
        token = _token(tab)
        lock = manager._states_locks.get(token.lock_key)
        if lock is not None and lock.locked():
            return False
        manager._purge_token(token)
        return True


def _token(tab: str) -> rx.BaseStateToken:
    return rx.BaseStateToken(ident=tab, cls=rx.State)


def _redis_keys(tab: str) -> list[str]:
    token = _token(tab)
    return [token._state_key(each) for each in with_substates(rx.State)]
