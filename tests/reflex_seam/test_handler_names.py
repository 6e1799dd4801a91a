"""The names of handlers on the wire say whose they are."""

import reflex as rx

from rxapp.gate.guard import GuardState
from rxapp.reflex_seam.handler_names import OURS, is_ours, last_word, wire_name
from rxapp.reflex_seam.wire import REFLEX_HANDLERS
from tests.reflex_seam.probe import ProbeState
from tests.support.server import ROOT

BROWSER = ROOT / "rxapp" / "reflex_seam" / "browser"


def test_a_name_is_made_of_the_state_s_and_the_handler_s():
    assert wire_name(ProbeState.note) == f"{ProbeState.get_full_name()}.note"
    assert last_word(wire_name(ProbeState.note)) == "note"


def test_names_of_ours_are_told_from_all_others():
    assert is_ours(f"{GuardState.get_full_name()}.any")
    assert not is_ours(wire_name(ProbeState.note))
    own = [name for name in rx.State.event_handlers if name in REFLEX_HANDLERS]
    assert own
    assert not any(is_ours(wire_name(rx.State.event_handlers[name])) for name in own)


def test_the_browser_looks_for_the_same():
    assert f'const OURS = "{OURS}";' in (BROWSER / "event_loop.jsx").read_text()
