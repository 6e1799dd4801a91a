"""A handler without types gets what was sent, and Reflex logs nothing about it."""

import functools
import inspect
import logging

import pytest
import reflex as rx

from rxapp.reflex_seam.handler_names import wire_name
from rxapp.reflex_seam.handler_signatures import take_untyped
from tests.reflex_seam.probe import Tab, seen

SECRET = "what nobody may read in a log"


def guarded(function):
    """Wrap a handler as the guard does."""
    parameters = list(inspect.signature(function).parameters.values())

    @functools.wraps(function)
    async def handler(self, /, **payload):
        return await function(self, **payload)

    take_untyped(handler, parameters[0], parameters[1:])
    return handler


class TypedState(rx.State):
    @rx.event
    async def typed(self, number: int = 0):
        seen.append(number)

    @rx.event
    @guarded
    async def untyped(self, number: int = 0):
        seen.append(number)


@pytest.mark.parametrize("value", [SECRET, ["a"], {"b": 1}, None, "7"])
async def test_it_gets_what_was_sent_and_nothing_is_logged(tab: Tab, caplog, value):
    with caplog.at_level(logging.WARNING):
        await tab.send(wire_name(TypedState.untyped), payload={"number": value})
    assert seen == [value]
    assert not caplog.records


async def test_reflex_still_logs_what_it_cannot_convert(tab: Tab, caplog):
    with caplog.at_level(logging.WARNING):
        await tab.send(wire_name(TypedState.typed), payload={"number": SECRET})
    assert SECRET in caplog.text, "take_untyped is not needed any more"


def test_pages_still_see_the_parameters_names():
    spec = TypedState.untyped(number=3)
    assert [str(name) for name, _ in spec.args] == ["number"]
