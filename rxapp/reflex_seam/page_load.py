"""Loading a page within the running event, where Reflex would queue an event for each part."""

from contextvars import ContextVar
from typing import Any

import reflex as rx
from reflex.event import Event
from reflex_base.event.context import EventContext
from reflex_base.event.processor.base_state_processor import chain_updates

from rxapp.reflex_seam import registry
from rxapp.reflex_seam.moved import ReflexMovedError
from rxapp.reflex_seam.running_event import event_id
from rxapp.reflex_seam.state_tree import whole_tree

_read_by: ContextVar[str] = ContextVar("read_by", default="")
"""The event that has already read the page, so that it does not read it twice."""

_is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)


def is_reading_page() -> bool:
    """Return whether what runs now is part of a page's load, and not what its event asks for."""
    return _is_reading.get()


async def read_page(state: rx.State) -> None:
    """Run the page's load events, then send the browser everything at once.

    Does so only once per event: one that met a blank state has already done it.
    """
    if _read_by.get() == event_id():
        return
    _read_by.set(event_id())
    root = await whole_tree(state)
    follow: list[tuple[Any, str]] = []
    was_reading = _is_reading.set(True)
    try:
        for event in Event.from_event_type(registry.load_events(root.rx_router_url.path)):
            found = registry.find(event.name)
            if found is None:
                raise ReflexMovedError(f"a page loads {event.name}, which is no handler")
            part = await root.get_state(found.state)
            follow.append((await found.function(part, **event.payload), event.name))
    finally:
        _is_reading.reset(was_reading)
    root.is_hydrated = True
    await EventContext.get().emit_delta(root.dict())
    root._clean()
    for events, name in follow:
        if events is not None:
            await chain_updates(events, handler_name=name)
