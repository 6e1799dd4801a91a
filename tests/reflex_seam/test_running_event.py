"""An event says which tab it belongs to, and has its own id."""

from rxapp.reflex_seam.handler_names import wire_name
from rxapp.reflex_seam.running_event import event_id, tab_of_event
from tests.reflex_seam.probe import ProbeState, Tab, looks


async def test_an_event_knows_its_tab_and_has_a_name_of_its_own(tab: Tab):
    found: list[tuple[str, str, str]] = []

    async def look(_state):
        found.append((tab_of_event(), event_id(), event_id()))

    looks.extend([look, look])
    for _ in range(2):
        await tab.send(wire_name(ProbeState.note))
    (tab_1, first, same), (tab_2, second, _) = found
    assert tab_1 == tab_2 == tab.token
    assert first == same != second
