"""What Reflex keeps with a state about its tab: the page that it shows, and its connection.

``state.router`` holds the same but is built again at every access, which is too slow here.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import reflex as rx

_ARGUMENT = re.compile(r"\[(\w+)\]")


def _of(state: rx.State) -> Mapping[str, Any]:
    return state.get_value("router_data")


def header(state: rx.State, name: str) -> str:
    """Return a header of the websocket's request, or an empty string; ``name`` is in lower case."""
    return str(_of(state).get("headers", {}).get(name, ""))


def said_with_event(state: rx.State, name: str) -> str:
    """Return what the browser sent along with the page's address, or an empty string."""
    return str(_of(state).get(name, ""))


def tab_token(state: rx.State) -> str:
    """Return the token of the tab that the state belongs to."""
    return str(_of(state).get("token", ""))


def page_path(state: rx.State) -> str:
    """Return the path of the page that the tab shows."""
    return urlsplit(str(_of(state).get("asPath", ""))).path


def route_id(state: rx.State, name: str) -> str:
    """Return a dynamic argument of the page's route, or an empty string.

    What the address says after its question mark is read the same way.
    """
    return str(_of(state).get("query", {}).get(name, ""))


def page_id(state: rx.State) -> str:
    """Return the id in the address of the page that the tab shows, or an empty string."""
    names = _ARGUMENT.findall(str(_of(state).get("pathname", "")))
    return route_id(state, names[0]) if names else ""


def is_known(root: rx.State) -> bool:
    """Return whether the state knows a page at all; a blank one does not."""
    return bool(root.router_data)


def set_place(root: rx.State, place: Mapping[str, Any]) -> None:
    """Give a blank state its tab's page and connection."""
    root.router_data = root._update_router_vars(dict(place), {})
