"""How Reflex mounts what it serves."""

from collections.abc import Awaitable, Callable
from typing import Any

import reflex as rx

from rxapp.reflex_seam.moved import ReflexMovedError

ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]


class App(rx.App):
    """Reflex mounts everything below a pattern that does not match a path with a line break.

    It would answer such a path itself, bypassing the gateway, without our headers.
    """

    def __call__(self) -> ASGIApp:
        """Return the application that serves every request.

        Raises:
            ReflexMovedError: if Reflex does not mount one application below everything.
        """
        served: Any = super().__call__()
        try:
            (mounted,) = served.router.routes
            served.router.default = mounted.app
        except (AttributeError, ValueError):
            raise ReflexMovedError("the app is mounted in another way") from None
        return served
