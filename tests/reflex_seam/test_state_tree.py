"""The tree of states is reached from each of its parts, and is whole."""

import reflex as rx

from rxapp.reflex_seam.handler_names import wire_name
from rxapp.reflex_seam.state_tree import whole_tree, with_substates
from tests.reflex_seam.probe import ProbeState, Tab, looks


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


def test_every_state_below_is_listed_once(registered):
    listed = with_substates(rx.State)
    assert len(listed) == len(set(listed))
    assert {rx.State, ProbeState} <= set(listed)
