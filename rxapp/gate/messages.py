"""Messages: what a websocket may send at all, checked before Reflex looks at it.

Reflex logs an event that it cannot read together with the connection's headers, and raises an error
for parts of the wrong type. Here such a message is dropped, and one short line is logged. The app
keeps nothing in browser storage, so values that a client sends for it are removed. Reflex stores
the tab's page with its state, long after the socket is gone, so only checked values are passed on.
"""

import logging
from typing import Any

import reflex as rx
from pydantic import ValidationError

from rxapp.gate.guard import ACT
from rxapp.reflex_seam import namespace, registry
from rxapp.reflex_seam.handler_names import is_ours, last_word
from rxapp.reflex_seam.wire import BROWSER_VALUES, PAYLOADS, Message

logger = logging.getLogger(__name__)

LOGGED_CHARACTERS = 300


def check_messages(app: rx.App) -> None:
    """Check every message of every websocket from now on.

    Raises:
        ReflexMovedError: if messages come in some other way than the known one.
    """
    namespace.check_doors(app)

    def checking(take: namespace.Handler) -> namespace.Handler:
        async def on_event(sid: str, data: Any = None) -> None:
            message = _checked(data)
            if isinstance(message, str):
                about = {"address": namespace.address_of(app, sid)}
                logger.warning("dropped a websocket message: %s", message, extra=about)
                return
            payload = data.get("payload", {})
            if BROWSER_VALUES in payload and not is_ours(message.name):
                payload = {**payload, BROWSER_VALUES: {}}
            await take(sid, message.as_sent(payload, **{ACT: message.act}))

        return on_event

    namespace.meet(app, "on_event", checking)


def _checked(data: Any) -> Message | str:
    """Return the message, or what is wrong with it, without quoting any of it."""
    try:
        message = Message.model_validate(data)
        if adapter := PAYLOADS.get(last_word(message.name)):
            adapter.validate_python(message.payload)
    except ValidationError as error:
        return str(error.errors()[0]["type"])
    if not registry.is_registered(message.name):
        return "no such event"
    return message


def log_frontend_error(exception: Exception) -> None:
    """Log an error that a browser reports, on one line."""
    logger.error("a browser reported: %r", str(exception)[:LOGGED_CHARACTERS])


def log_backend_error(exception: Exception) -> None:
    """Log an error outside any guarded handler; the guard handles the others."""
    logger.error("an event failed", exc_info=exception)
