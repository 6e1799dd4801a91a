"""The event handlers that Reflex knows, by their name on the wire."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reflex_base.registry import RegistrationContext


@dataclass(frozen=True, slots=True)
class Registered:
    """A handler: its function, and the state that it belongs to."""

    function: Callable[..., Any]
    state: type[Any]


def find(name: str) -> Registered | None:
    """Return the handler with that name on the wire, or None."""
    found = RegistrationContext.get().event_handlers.get(name)
    return Registered(found.handler.fn, found.states[0]) if found and found.states else None


def is_registered(name: str) -> bool:
    """Return whether there is a handler of that name."""
    return name in RegistrationContext.get().event_handlers


def load_events(path: str) -> list[Any]:
    """Return the events that the page at a path runs when it loads."""
    return RegistrationContext.get().app.get_load_events(path)
