"""The message that Reflex shows on every page when the connection is lost."""

from collections.abc import Callable

import reflex as rx

from rxapp.reflex_seam.moved import ReflexMovedError

_WRAP = (5, "Overlay")


def say_connection_with(app: rx.App, component: Callable[[bool], rx.Component]) -> None:
    """Show our component on every page in place of Reflex's message about the connection.

    Raises:
        ReflexMovedError: if Reflex shows its message elsewhere: both would appear.
    """
    if _WRAP not in app.app_wraps:
        raise ReflexMovedError("the words about the connection are somewhere else")
    app.app_wraps[_WRAP] = component
