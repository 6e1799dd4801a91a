"""Messages: what a websocket may send at all, checked before Reflex looks at it.

Reflex logs an event that it cannot read together with the connection's headers, and raises on parts
of the wrong type. Here such a message is dropped with one short line. The app keeps nothing in
browser storage, so values that a client offers for it are taken out. Reflex keeps where a tab is
with the tab's state, long after its socket is gone: so only what was checked here is handed on.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import reflex as rx
from annotated_types import Len
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError, model_validator
from reflex_base.registry import RegistrationContext

from rxapp.web.guard import ACT

logger = logging.getLogger(__name__)

LOGGED_CHARACTERS = 300

ADDRESS_LIMIT = 2_000
"""How many characters the address of a page may have, and each argument in it, ..."""

ARGUMENT_LIMIT = 20
"""... how many arguments there may be, ..."""

ACT_LIMIT = 40
"""... how long the name may be under which a browser wants an event confirmed, ..."""

HASH_LIMIT = 200
"""... and how many hashes of states a browser may name as it connects."""

_Address = Annotated[str, StringConstraints(max_length=ADDRESS_LIMIT)]
_Word = Annotated[str, StringConstraints(max_length=300)]
_Text = Annotated[str, StringConstraints(max_length=20_000)]
_Payload = Annotated[str, StringConstraints(max_length=50_000)]


_Value = _Payload | dict[str, Any] | list[Any] | int | float | bool | None


class _Router(BaseModel):
    pathname: _Address = ""
    asPath: _Address = ""  # noqa: N815 - the name on the wire
    query: Annotated[
        dict[_Word, _Address | Annotated[list[_Address], Len(0, ARGUMENT_LIMIT)]],
        Len(0, ARGUMENT_LIMIT),
    ] = {}

    @model_validator(mode="after")
    def _check_size(self) -> "_Router":
        if len(self.model_dump_json()) > 3 * ADDRESS_LIMIT:
            raise ValueError
        return self


class _Message(BaseModel):
    name: _Word
    payload: dict[_Address, _Value] = {}
    router_data: _Router = _Router()
    act: Annotated[str, StringConstraints(max_length=ACT_LIMIT)] = ""


class _Hydration(BaseModel):
    hashes: Annotated[list[_Word], Len(0, HASH_LIMIT)] | None = None


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
        message = _checked(data)
        if isinstance(message, str):
            about = {"address": _address_of(app, sid)}
            logger.warning("dropped a websocket message: %s", message, extra=about)
            return
        payload = data.get("payload", {})
        if _BROWSER_VALUES in payload and not _is_ours(message.name):
            payload = {**payload, _BROWSER_VALUES: {}}
        where = message.router_data.model_dump(exclude_unset=True)
        where[ACT] = message.act
        await take(sid, {"name": message.name, "payload": payload, "router_data": where})

    namespace.on_event = on_event


def _address_of(app: rx.App, sid: str) -> str:
    environ: Any = app.sio and app.sio.get_environ(sid, str(app.event_namespace.namespace))
    client = ((environ or {}).get("asgi.scope") or {}).get("client")
    return client[0] if client else ""


def _is_ours(name: str) -> bool:
    return ".rxapp___" in name


def _checked(data: Any) -> _Message | str:
    """Return the message, or what is wrong with it without repeating any of it."""
    try:
        message = _Message.model_validate(data)
        handler = message.name.rpartition(".")[2]
        if adapter := _PAYLOADS.get(handler):
            adapter.validate_python(message.payload)
    except ValidationError as error:
        return str(error.errors()[0]["type"])
    if message.name not in RegistrationContext.get().event_handlers:
        return "no such event"
    return message


def log_frontend_error(exception: Exception) -> None:
    """Log an error that a browser reports, on one line."""
    logger.error("a browser reported: %r", str(exception)[:LOGGED_CHARACTERS])


def log_backend_error(exception: Exception) -> None:
    """Log an error outside of any guarded handler; the guard has answered for the others."""
    logger.error("an event failed", exc_info=exception)
