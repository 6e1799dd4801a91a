"""Handlers are found by the names under which browsers call them."""

from rxapp.reflex_seam import registry
from rxapp.reflex_seam.handler_names import wire_name
from tests.reflex_seam.probe import ProbeState


def test_a_handler_is_found_by_its_name_on_the_wire(registered):
    found = registry.find(wire_name(ProbeState.note))
    assert found is not None
    assert found.state is ProbeState
    assert found.function.__qualname__ == "ProbeState.note"
    assert registry.is_registered(wire_name(ProbeState.note))


def test_what_is_no_handler_is_not_found(registered):
    assert registry.find("no.such.handler") is None
    assert not registry.is_registered("no.such.handler")


def test_what_a_page_loads_is_found_by_its_path(app):
    assert [wire_name(each) for each in registry.load_events("/probe/7")] == [
        wire_name(ProbeState.load)
    ]
    assert registry.load_events("/") == []
