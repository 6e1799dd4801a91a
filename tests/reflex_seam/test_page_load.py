"""A page is loaded within an event: its parts run, and the browser gets all of it at once."""

from rxapp.reflex_seam.handler_names import wire_name
from rxapp.reflex_seam.page_load import read_page
from tests.reflex_seam.probe import ProbeState, Tab, looks, seen


async def test_the_page_s_parts_run_once_in_the_event_and_arrive_together(tab: Tab):
    async def look(state):
        await read_page(state)
        await read_page(state)
        seen.append("read")

    looks.append(look)
    await tab.send(wire_name(ProbeState.note), payload={"value": "pressed"})
    loads = [each for each in seen if each[0] == "load"]
    assert len(loads) == 1
    assert seen[-1] == ("note", "after load"), "what a part leads to comes after the event"
    assert seen.index(loads[0]) < seen.index("read")
    whole = next(delta for delta in tab.deltas() if len(delta) > 2)
    values = {
        name.partition("_rx_")[0]: value
        for state in whole.values()
        for name, value in state.items()
    }
    assert values["is_hydrated"] is True
    assert values["shown"] == "loaded"
    names = [name for delta in tab.deltas() for state in delta.values() for name in state]
    assert len([name for name in names if name.startswith("is_hydrated")]) == 1, "not sent twice"
