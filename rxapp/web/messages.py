"""Messages: what a websocket may send at all, checked before Reflex looks at it.

Reflex logs an event that it cannot read together with the connection's headers, and raises on parts
of the wrong type. Here such a message is dropped with one short line. The app keeps nothing in
browser storage, so values that a client offers for it are taken out.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import reflex as rx
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError
from reflex_base.registry import RegistrationContext

logger = logging.getLogger(__name__)

LOGGED_CHARACTERS = 300
REPORTS_A_MINUTE = 20

_Address = Annotated[str, StringConstraints(max_length=2_000)]
_Text = Annotated[str, StringConstraints(max_length=20_000)]
_Payload = Annotated[str, StringConstraints(max_length=50_000)]


_Value = _Payload | dict[str, Any] | list[Any] | int | float | bool | None


class _Router(BaseModel):
    pathname: _Address = ""
    asPath: _Address = ""  # noqa: N815 - the name on the wire
    query: dict[_Address, _Address | list[_Address]] = {}


class _Message(BaseModel):
    name: Annotated[str, StringConstraints(max_length=300)]
    payload: dict[_Address, _Value] = {}
    router_data: _Router = _Router()


class _Hydration(BaseModel):
    hashes: list[str] | None = None


class _Report(BaseModel):
    info: _Text
    component_stack: _Text


_PAYLOADS: dict[str, TypeAdapter[Any]] = {
    "hydrate_and_load": TypeAdapter(_Hydration),
    "handle_frontend_exception": TypeAdapter(_Report),
}
_BROWSER_VALUES = "vars"


def check_messages(app: rx.App) -> None:
    """Have every message of every websocket checked from now on."""
    namespace: Any = app.event_namespace
    take: Callable[[str, Any], Awaitable[None]] = namespace.on_event

    async def on_event(sid: str, data: Any = None) -> None:
        if (reason := _fault(data)) is not None:
            logger.warning("dropped a websocket message: %s", reason)
            return
        if _BROWSER_VALUES in data.get("payload", {}) and not _is_ours(data["name"]):
            data = {**data, "payload": {**data["payload"], _BROWSER_VALUES: {}}}
        await take(sid, data)

    namespace.on_event = on_event


def _is_ours(name: str) -> bool:
    return ".rxapp___" in name


def _fault(data: Any) -> str | None:
    """Return what is wrong with the message, without repeating any of it; None if nothing is."""
    try:
        message = _Message.model_validate(data)
        handler = message.name.rpartition(".")[2]
        if adapter := _PAYLOADS.get(handler):
            adapter.validate_python(message.payload)
    except ValidationError as error:
        return str(error.errors()[0]["type"])
    if message.name not in RegistrationContext.get().event_handlers:
        return "no such event"
    return None


class FrontendErrors:
    """Logs errors that browsers report: one short line each, and not many a minute."""

    def __init__(self) -> None:
        self._minute = 0.0
        self._count = 0

    def __call__(self, exception: Exception) -> None:
        """Log what a browser said, on one line."""
        minute = time.monotonic() // 60
        if minute != self._minute:
            self._minute, self._count = minute, 0
        self._count += 1
        if self._count <= REPORTS_A_MINUTE:
            logger.error("a browser reported: %r", str(exception)[:LOGGED_CHARACTERS])


def log_backend_error(exception: Exception) -> None:
    """Log an error outside of any guarded handler; the guard has answered for the others."""
    logger.error("an event failed", exc_info=exception)
