"""What Reflex says on every page when the connection is lost."""

from collections.abc import Callable

import reflex as rx

from rxapp.reflex_seam.moved import ReflexMovedError

_WRAP = (5, "Overlay")


def say_connection_with(app: rx.App, component: Callable[[bool], rx.Component]) -> None:
    """Have every page show our component in place of Reflex's words about the connection.

    Raises:
        ReflexMovedError: if Reflex says them elsewhere: both would show.
    """
    if _WRAP not in app.app_wraps:
        raise ReflexMovedError("the words about the connection are somewhere else")
    app.app_wraps[_WRAP] = component
