"""What browsers send has the shape that is checked, and Reflex's own handlers are those known."""

import inspect

import reflex as rx
from reflex_base.event import Event

from rxapp.reflex_seam.state_tree import with_substates
from rxapp.reflex_seam.wire import BROWSER_VALUES, PAYLOADS, REFLEX_HANDLERS, Message, Place
from tests.reflex_seam.templates import browser_source


def own_handlers() -> dict[str, inspect.Signature]:
    """Return the handlers of Reflex's own states."""
    return {
        name: inspect.signature(handler.fn)
        for state in with_substates(rx.State)
        if state.__module__.startswith("reflex")
        for name, handler in state.event_handlers.items()
    }


def test_an_event_has_the_fields_that_are_let_through():
    fields = set(Event.__dataclass_fields__)
    assert Message.model_fields.keys() - {"act"} == fields


def test_a_browser_says_its_page_with_these_words():
    source = browser_source("state.js")
    filled_in = source[source.index("event.router_data = {") :][:600]
    for name in Place.model_fields:
        assert name in filled_in


def test_the_handlers_that_are_let_through_are_there():
    assert set(own_handlers()) >= REFLEX_HANDLERS


def test_their_payloads_are_those_that_are_checked():
    found = own_handlers()
    for name, shape in PAYLOADS.items():
        fields = shape.json_schema()["properties"].keys()
        assert found[name].parameters.keys() - {"self", BROWSER_VALUES} == fields


def test_values_of_the_browser_s_storage_come_under_one_name():
    takes = {name for name, each in own_handlers().items() if BROWSER_VALUES in each.parameters}
    assert takes == {"hydrate_and_load", "update_vars_internal"}
