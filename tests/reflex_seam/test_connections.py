"""Connected tabs are found where Reflex keeps them, and reached the way it reaches them."""

from dataclasses import replace

import pytest

from rxapp.reflex_seam.connections import Connections
from tests.reflex_seam.probe import ProbeState, Tab, seen


@pytest.fixture
def connections(app) -> Connections:
    return Connections(app)


async def test_a_tab_is_connected_from_its_connect_to_its_disconnect(connections, tab: Tab):
    assert connections.socket_of(tab.token) == tab.sid
    assert connections.connected() == [tab.token]
    assert await connections.is_open_anywhere(tab.token)
    await tab.disconnect()
    assert connections.socket_of(tab.token) is None
    assert connections.connected() == []
    assert not await connections.is_open_anywhere(tab.token)


async def test_a_tab_of_another_process_is_not_connected_here(connections, tab: Tab):
    records = connections.app.event_namespace._token_manager.token_to_socket
    records[tab.token] = replace(records[tab.token], instance_id="another")
    assert connections.socket_of(tab.token) is None
    assert connections.connected() == []


async def test_a_tab_runs_what_it_is_sent(connections, tab: Tab):
    await (await connections.send(tab.token, ProbeState.note))
    assert ("note", None) in seen


async def test_a_value_that_is_shown_is_called_as_in_any_change(connections, tab: Tab):
    await (await connections.send(tab.token, ProbeState.note))
    await tab.settled()
    changed = {name for delta in tab.deltas() for name in delta[ProbeState.get_full_name()]}
    tab.sent.clear()
    await connections.show(tab.token, ProbeState, shown="past the state")
    ((state, values),) = tab.deltas()[0].items()
    assert state == ProbeState.get_full_name()
    assert list(values.values()) == ["past the state"]
    assert values.keys() <= changed


async def test_nothing_is_shown_in_a_tab_that_is_gone(connections, tab: Tab):
    await tab.disconnect()
    tab.sent.clear()
    await connections.show(tab.token, ProbeState, shown="nobody sees it")
    assert tab.sent == []
