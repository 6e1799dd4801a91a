"""The names of handlers on the wire: module and class of the state, then the handler's name."""

from typing import Any

from reflex.utils.format import format_event_handler

OURS = ".rxapp___"
"""What the names of this project's handlers contain, and no others; the browser looks for it."""


def wire_name(handler: Any) -> str:
    """Return the name under which a browser calls the handler."""
    return format_event_handler(handler)


def is_ours(name: str) -> bool:
    """Return whether a name on the wire belongs to a handler of this project."""
    return OURS in name


def last_word(name: str) -> str:
    """Return the handler's own name, the last part of its name on the wire."""
    return name.rpartition(".")[2]
