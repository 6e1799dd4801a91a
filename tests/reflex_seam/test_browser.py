"""What the seam's browser files depend on is where they expect it."""

import inspect
import re

import pytest
from reflex_base.compiler import templates
from reflex_base.constants import SocketEvent

from rxapp.reflex_seam import browser
from tests.reflex_seam.templates import browser_source
from tests.support.server import ROOT

FOLDER = ROOT / "rxapp" / "reflex_seam" / "browser"
INSIDE = re.compile(r"""from\s+["'](?:\$/(?!public/)|socket\.io-client)""")


def test_the_socket_is_socket_io_s_and_connects_by_hand():
    state = browser_source("state.js")
    assert 'import io from "socket.io-client";' in state
    assert "socket.current.connect();" in state


def test_every_event_goes_through_the_event_loop():
    assert "export const eventLoop = {\n  addEvents:" in browser_source("context-registry.js")
    generated = inspect.getsource(templates)
    assert "return eventLoop.addEvents(events, args, event_actions);" in generated
    assert "eventLoop.addEvents = addEventsLocal;" in generated


def test_what_is_put_on_an_event_goes_with_it():
    state = browser_source("state.js")
    assert 'socket.emit("event", encodeFormDataArgs(routed_event));' in state
    assert "@returns The same event, with router_data populated." in state


def test_a_sign_of_life_is_answered():
    assert f"{SocketEvent.PING}" == "ping"


def test_light_and_dark_are_set_where_they_were():
    assert "export const ColorModeContext" in browser_source("context-registry.js")
    assert "setColorMode" in browser_source("react-theme.js")


def test_the_files_are_shared_with_the_widgets(app):
    shared = browser.share()
    assert set(shared) == {each.name for each in FOLDER.glob("*.jsx")}
    for file, path in shared.items():
        assert path == f"$/public/external/rxapp/reflex_seam/browser/{file}"


@pytest.mark.parametrize("planted", ["", 'import { x } from "$/utils/state";'])
def test_no_other_file_looks_inside(planted):
    found = [
        file.name
        for suffix in ("*.jsx", "*.js")
        for file in (ROOT / "rxapp").rglob(suffix)
        if file.parent != FOLDER and INSIDE.search(planted or file.read_text(encoding="utf-8"))
    ]
    assert bool(found) is bool(planted), found
