"""What may run is asked before each event."""

import pytest

from rxapp.reflex_seam.admission import ask_before_events
from rxapp.reflex_seam.handler_names import wire_name
from tests.reflex_seam.probe import ProbeState, Tab, seen


@pytest.mark.parametrize("may", [True, False])
async def test_an_event_runs_only_if_it_may(app, tab: Tab, may):
    asked = []

    async def may_run(state, name):
        asked.append((state.get_full_name(), name))
        return may

    await tab.send(wire_name(ProbeState.note), payload={"value": "first"})
    seen.clear()
    tab.sent.clear()
    ask_before_events(app, may_run)
    await tab.send(wire_name(ProbeState.note), payload={"value": "second"})
    assert [name for _, name in asked] == [wire_name(ProbeState.note)]
    assert seen == ([("note", "second")] if may else [])
    assert bool(tab.deltas()) is may


async def test_what_a_handler_leads_to_is_asked_for_too(app, tab: Tab):
    asked = []

    async def may_run(_state, name):
        asked.append(name)
        return True

    ask_before_events(app, may_run)
    await tab.send(wire_name(ProbeState.load))
    assert asked[-2:] == [wire_name(ProbeState.load), wire_name(ProbeState.note)]
