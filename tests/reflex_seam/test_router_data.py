"""What Reflex keeps with a state about its tab has the names under which it is read."""

from typing import Any

from rxapp.reflex_seam import router_data
from rxapp.reflex_seam.handler_names import wire_name
from tests.reflex_seam.probe import ProbeState, Tab, looks
from tests.support.reflex import blank_state


async def test_a_handler_reads_where_its_tab_is(tab: Tab):
    read: dict[str, Any] = {}
    kept: dict[str, Any] = {}

    async def look(state):
        read.update(
            header=router_data.header(state, "x-probe"),
            token=router_data.tab_token(state),
            path=router_data.page_path(state),
            argument=router_data.route_id(state, "probe_id"),
            id=router_data.page_id(state),
            extra=router_data.said_with_event(state, "extra"),
        )
        kept.update(state.get_value("router_data"))

    looks.append(look)
    await tab.send(wire_name(ProbeState.note), extra="said beside it")
    assert read == {
        "header": "here",
        "token": tab.token,
        "path": "/probe/7",
        "argument": "7",
        "id": "7",
        "extra": "said beside it",
    }
    assert "/probe/7" in str(kept["asPath"])

    blank = blank_state()
    assert not router_data.is_known(blank)
    router_data.set_place(blank, kept)
    assert router_data.is_known(blank)
    assert blank.rx_router_url.path == "/probe/7"
    assert router_data.tab_token(blank) == tab.token
