"""The websocket's namespace: which of its handlers a message reaches, and how to wrap them.

A message "event" is passed to ``on_event``, which is found only by its name. If Reflex renamed the
message or the handler, messages would silently bypass whatever was wrapped around it.
"""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex_base.constants import SocketEvent

from rxapp.reflex_seam.moved import ReflexMovedError

DOORS = frozenset({"on_connect", "on_disconnect", "on_event", "on_ping", "on_client_error"})
"""Every handler that a message from a browser can reach."""

Handler = Callable[..., Any]


def check_doors(app: rx.App) -> None:
    """Check that messages reach the handlers known here and no others.

    Raises:
        ReflexMovedError: if events come in elsewhere, or there is an unknown handler.
    """
    if f"on_{SocketEvent.EVENT}" != "on_event":
        raise ReflexMovedError(f"events of a browser are called {SocketEvent.EVENT!s}")
    found = {name for name in dir(type(_namespace(app))) if name.startswith("on_")}
    if found != DOORS:
        raise ReflexMovedError(f"the websocket's handlers are {sorted(found)}")


def meet(app: rx.App, name: str, around: Callable[[Handler], Handler]) -> None:
    """Replace the handler of that name by ``around(handler)``.

    Raises:
        ReflexMovedError: if there is none.
    """
    namespace = _namespace(app)
    handler = getattr(namespace, name, None)
    if handler is None:
        raise ReflexMovedError(f"the websocket has no handler {name}")
    setattr(namespace, name, around(handler))


def token_of(app: rx.App, sid: str) -> str | None:
    """Return the token of a socket's tab, or None if it has none yet."""
    return _namespace(app).sid_to_token.get(sid)


def address_of(app: rx.App, sid: str) -> str:
    """Return the address that a socket comes from, or an empty string."""
    environ: Any = app.sio and app.sio.get_environ(sid, str(_namespace(app).namespace))
    client = ((environ or {}).get("asgi.scope") or {}).get("client")
    return client[0] if client else ""


def _namespace(app: rx.App) -> Any:
    return app.event_namespace
