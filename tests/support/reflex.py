"""What tests need of Reflex's internals; what the app needs is in rxapp/reflex_seam."""

from collections.abc import Callable, Mapping
from typing import Any

import reflex as rx


def registered_handlers(app: rx.App) -> Mapping[str, Any]:
    """Return every event handler by its name on the wire."""
    return app._registration_context.event_handlers


def blank_state() -> rx.State:
    """Return the root of a tab's states as it is before the first event."""
    return rx.State(_reflex_internal_init=True)


def pages(app: rx.App) -> dict[str, Callable[[], rx.Component]]:
    """Return what makes each page, by its route."""
    return {route: page.component for route, page in app._unevaluated_pages.items()}


def called_from(part: rx.Component) -> set[str]:
    """Return the functions of the event handlers that a component or a part of it can call."""
    found: set[str] = set()
    seen: set[int] = set()

    def walk(each: Any) -> None:
        if id(each) in seen:
            return
        seen.add(id(each))
        for trigger in each.event_triggers.values():
            for event in getattr(trigger, "events", []):
                if isinstance(event, rx.event.EventSpec):
                    function = event.handler.fn
                    found.add(f"{function.__module__}.{function.__qualname__}")
        for inner in (*each.children, *vars(each).values()):
            if isinstance(inner, rx.Component):
                walk(inner)

    walk(part)
    return found


def take_out_tasks(app: rx.App, module: str) -> None:
    """Take out the background tasks of modules whose name begins like that."""
    for task in app.get_lifespan_tasks():
        if getattr(task, "__module__", "").startswith(module):
            app._lifespan_tasks.pop(task)
