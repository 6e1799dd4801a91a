"""The tree of states is reached from each of its parts, and is whole."""

import redis.asyncio
import reflex as rx
from reflex.istate.manager.redis import StateManagerRedis
from reflex_base.event.context import EventContext

from rxapp.reflex_seam.handler_names import wire_name
from rxapp.reflex_seam.state_tree import whole_tree, with_substates
from tests.reflex_seam.probe import ProbeState, Tab, looks
from tests.support.redis import RedisServer


async def nothing(*_: object) -> None:
    """Enqueue nothing."""


async def test_the_root_is_reached_and_can_be_cleaned(tab: Tab):
    async def look(state):
        state.shown, state._kept = "of another", "of another"
        root = await whole_tree(state)
        assert type(root) is rx.State
        assert {type(each) for each in root.substates.values()} == set(rx.State.get_substates())
        root.reset()
        clean.append((state.shown, state._kept))

    clean: list[tuple[str, str]] = []
    looks.append(look)
    await tab.send(wire_name(ProbeState.note))
    assert clean == [("", "")]


async def test_what_redis_did_not_load_is_loaded(app, tab: Tab):
    loaded: list[set[str]] = []

    async def look(state):
        root = state._get_root_state()
        loaded.append(set(root.substates))
        await whole_tree(state)
        loaded.append(set(root.substates))

    server = RedisServer().start()
    async with redis.asyncio.Redis.from_url(server.url) as client:
        manager = StateManagerRedis(redis=client, token_expiration=60)
        token = rx.BaseStateToken(ident=tab.token, cls=ProbeState)
        with EventContext(token=tab.token, state_manager=manager, enqueue_impl=nothing):
            async with manager.modify_state(token) as root:
                await look(await root.get_state(ProbeState))
        await manager.close()
    server.stop()
    some, whole = loaded
    assert some < whole
    assert whole == {each.get_name() for each in rx.State.get_substates()}


def test_every_state_below_is_listed_once(registered):
    listed = with_substates(rx.State)
    assert len(listed) == len(set(listed))
    assert {rx.State, ProbeState} <= set(listed)
