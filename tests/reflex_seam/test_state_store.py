"""States are kept where they can be touched and dropped, in memory and in Redis."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import redis.asyncio
import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.redis import StateManagerRedis

from rxapp.reflex_seam import state_store
from rxapp.reflex_seam.moved import ReflexMovedError
from rxapp.reflex_seam.state_store import StateStore
from tests.support.redis import RedisServer

TOKEN = rx.BaseStateToken(ident="tab", cls=rx.State)


def store_of(manager: Any) -> StateStore:
    app: Any = SimpleNamespace(state_manager=manager)
    return StateStore(app)


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    server = RedisServer().start()
    yield server
    server.stop()


async def test_a_state_in_memory_is_touched_and_dropped(monkeypatch):
    manager = StateManagerMemory(token_expiration=60)
    store = store_of(manager)
    assert store.lifetime() == 60
    async with manager.modify_state(TOKEN):
        assert not await store.drop("tab"), "an event holds it"
    assert TOKEN.cache_key in manager.states
    monkeypatch.setattr(manager, "token_expiration", 120)
    before, _ = manager._token_expires_at[TOKEN.cache_key]
    await store.touch(["tab", "unknown"])
    after, _ = manager._token_expires_at[TOKEN.cache_key]
    assert after - before > 50
    assert "unknown" not in manager._token_expires_at
    assert await store.drop("tab")
    assert TOKEN.cache_key not in manager.states
    await manager.close()


async def test_a_state_in_redis_is_touched_and_dropped(server):
    async with redis.asyncio.Redis.from_url(server.url) as client:
        manager = StateManagerRedis(redis=client, token_expiration=60)
        store = store_of(manager)
        assert store.lifetime() == 60
        async with manager.modify_state(TOKEN) as state:
            await state.get_state(rx.State)
            state.is_hydrated = not state.is_hydrated
        kept = {key.decode() for key in await client.keys("tab_*")}
        assert kept
        assert kept <= set(state_store._redis_keys("tab"))
        for key in kept:
            await client.expire(key, 5)
        await store.touch(["tab"])
        assert [await client.ttl(key) > 50 for key in kept] == [True] * len(kept)
        assert await store.drop("tab")
        assert await client.keys("tab_*") == []
        await manager.close()


def test_it_is_an_error_if_states_are_kept_elsewhere():
    with pytest.raises(ReflexMovedError):
        store_of(SimpleNamespace())
