"""An event that meets a blank state has it rebuilt before its handler runs."""

import pytest
from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor

from rxapp.reflex_seam import blank_states
from rxapp.reflex_seam.handler_names import wire_name
from rxapp.reflex_seam.moved import ReflexMovedError
from tests.reflex_seam.probe import ProbeState, Tab, seen


@pytest.fixture
def rehydration(monkeypatch):
    monkeypatch.setattr(
        BaseStateEventProcessor, "_rehydrate", BaseStateEventProcessor._rehydrate
    )  # put back at the end

    async def read(root):
        seen.append("rebuilt")

    blank_states.rehydrate_with(read)


async def test_it_is_rebuilt_once_and_before_the_handler(app, rehydration, tab: Tab):
    app.state_manager.states.clear()  # lost
    for number in (1, 2):
        await tab.send(wire_name(ProbeState.note), payload={"value": number})
    assert seen == ["rebuilt", ("note", 1), ("note", 2)]


def test_it_is_an_error_if_reflex_rebuilds_elsewhere(monkeypatch):
    monkeypatch.delattr(BaseStateEventProcessor, "_rehydrate")
    with pytest.raises(ReflexMovedError):
        blank_states.rehydrate_with(lambda _root: None)
