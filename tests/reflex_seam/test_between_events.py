"""A handler runs in a tab's state between two events, and the tab is sent what it changed."""

from types import SimpleNamespace
from typing import Any

import pytest
import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory

from rxapp.reflex_seam.between_events import run_between_events
from tests.reflex_seam.probe import ProbeState, Tab, looks, seen


def manager_of(app: rx.App) -> StateManagerMemory:
    assert isinstance(app.state_manager, StateManagerMemory)
    return app.state_manager


@pytest.fixture
async def loaded(tab: Tab) -> Tab:
    """The tab once it has had an event, with nothing of it left to see."""
    await tab.send(f"{ProbeState.get_full_name()}.load")
    tab.sent.clear()
    seen.clear()
    return tab


async def test_the_tab_is_sent_what_the_handler_changed_as_after_an_event(app, loaded: Tab):
    assert await run_between_events(app, loaded.token, ProbeState.note)
    assert seen == [("note", None)]
    ((state, values),) = loaded.deltas()[0].items()
    assert state == ProbeState.get_full_name()
    assert list(values.values()) == ["None"]

    async def look(held: Any) -> None:
        seen.append(held.shown)

    looks.append(look)
    await loaded.send(f"{ProbeState.get_full_name()}.note", payload={"value": 1})
    assert seen[-1] == "None", "the next event finds it in the state"


async def test_a_state_in_use_is_left_to_an_event(app, loaded: Tab):
    tried: list[bool] = []

    async def meanwhile(_state: rx.State) -> None:
        tried.append(await run_between_events(app, loaded.token, ProbeState.note))

    looks.append(meanwhile)
    await loaded.send(f"{ProbeState.get_full_name()}.note", payload={"value": 1})
    assert tried == [False]
    assert seen == [("note", 1)]


async def test_a_blank_or_unknown_state_is_left_to_an_event(app, loaded: Tab):
    manager = manager_of(app)
    token = rx.BaseStateToken(ident=loaded.token, cls=rx.State)
    manager.states[token.cache_key].router_data = {}
    assert not await run_between_events(app, loaded.token, ProbeState.note)
    assert not await run_between_events(app, "no such tab", ProbeState.note)
    assert "no such tab" not in "".join(manager.states)
    assert seen == []


async def test_states_that_are_kept_elsewhere_are_left_to_events():
    app: Any = SimpleNamespace(state_manager=object())
    assert not await run_between_events(app, "tab", ProbeState.note)


async def test_what_a_handler_that_fails_has_changed_is_not_sent_later(app, loaded: Tab):
    async def fail(state: Any) -> None:
        state.shown = "half"
        raise LookupError

    looks.append(fail)
    with pytest.raises(LookupError):
        await run_between_events(app, loaded.token, ProbeState.note)
    assert await run_between_events(app, loaded.token, ProbeState.note)
    assert len(loaded.deltas()) == 1
