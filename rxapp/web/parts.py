"""Small shared parts of pages: headings, badges, empty states, loading."""

from typing import Any

import reflex as rx

from rxapp.reflex_seam.page_link import ReactRouterLink
from rxapp.web.widgets import Ticker


def icon(name: str, size: int = 18) -> rx.Component:
    """Return a decorative icon."""
    return rx.icon(name, size=size, aria_hidden="true")


def page_link(*children: Any, to: Any, **props: Any) -> rx.Component:
    """Return a link to another page of the app, without a full load."""
    return ReactRouterLink.create(*children, to=to, **props)


def menu_item(label: Any, *, to: Any = None, kind: str = "", **props: Any) -> rx.Component:
    """Return an item of a :class:`Menu`: a link to another page, or a button."""
    shared = {"role": "menuitem", "tab_index": -1, "class_name": f"menu-item {kind}", **props}
    if to is not None:
        return page_link(label, to=to, **shared)
    return rx.el.button(label, type="button", **shared)


def page_header(title: Any, *actions: rx.Component, subtitle: Any = None) -> rx.Component:
    """Return a page's heading with its actions at the right."""
    words = [rx.el.h1(title)]
    if subtitle is not None:
        words.append(rx.el.p(subtitle, class_name="muted"))
    return rx.el.header(
        rx.el.div(*words, class_name="page-words"),
        rx.el.div(*actions, class_name="row"),
        class_name="page-head",
    )


def badge(text: Any, kind: Any = "plain") -> rx.Component:
    """Return a status badge; ``kind`` picks its colour."""
    return rx.el.span(text, class_name=f"badge badge-{kind}")


STATUS_LABEL = {
    "active": "Active",
    "parked": "Parked",
    "escalated": "Waiting for a senior",
    "completed": "Completed",
}


def session_status(status: rx.Var[str]) -> rx.Component:
    """Return the badge of a session's status."""
    return badge(
        rx.match(status, *STATUS_LABEL.items(), status),
        rx.match(
            status,
            ("active", "accent"),
            ("escalated", "warn"),
            ("completed", "ok"),
            "plain",
        ),
    )


def empty(title: str, hint: Any, *actions: rx.Component) -> rx.Component:
    """Return what an empty list shows."""
    return rx.el.div(
        rx.el.p(title, class_name="empty-title"),
        rx.el.p(hint, class_name="muted"),
        *actions,
        class_name="empty",
    )


def loading(lines: int = 3) -> rx.Component:
    """Return the placeholder of a list that is being loaded."""
    bars = [rx.el.div(class_name="skeleton") for _ in range(lines)]
    return rx.el.div(*bars, class_name="stack", aria_busy="true", aria_label="Loading")


def opening(title: str) -> rx.Component:
    """Return the placeholder of a page whose data has not arrived yet."""
    return rx.el.div(page_header(title), loading(4))


def fact(name: str, *value: Any) -> rx.Component:
    """Return a name with its value, for a list of facts."""
    return rx.el.div(rx.el.dt(name), rx.el.dd(*value), class_name="fact")


def key_hint(key: str) -> rx.Component:
    """Return a small picture of a key."""
    return rx.el.kbd(key, aria_hidden="true")


def ago(at: Any) -> rx.Component:
    """Return how long ago a moment was."""
    return Ticker.create(at=at, mode="ago")
