"""What Reflex's browser code sends over the websocket, with a limit for each part.

The names are Reflex's; ``act`` is ours, and so are the limits.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from annotated_types import Len
from pydantic import BaseModel, StringConstraints, TypeAdapter, model_validator

ADDRESS_LIMIT = 2_000
"""How many characters the address of a page may have, and each argument in it, ..."""

ARGUMENT_LIMIT = 20
"""... how many arguments there may be, ..."""

ACT_LIMIT = 40
"""... how long the name may be by which a browser wants an event confirmed, ..."""

HASH_LIMIT = 200
"""... how many hashes of states a browser may send when it connects, ..."""

TEXT_LIMIT = 50_000
"""... how many characters a text in an event may have, ..."""

WORD_LIMIT = 300
TRACE_LIMIT = 20_000
"""... and a name, and what a browser reports about an error in a page."""

_Address = Annotated[str, StringConstraints(max_length=ADDRESS_LIMIT)]
_Word = Annotated[str, StringConstraints(max_length=WORD_LIMIT)]
_Trace = Annotated[str, StringConstraints(max_length=TRACE_LIMIT)]
_Payload = Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]


_Value = _Payload | dict[str, Any] | list[Any] | int | float | bool | None


class Place(BaseModel):
    """The page that a tab shows."""

    pathname: _Address = ""
    asPath: _Address = ""  # noqa: N815 - the name on the wire
    query: Annotated[
        dict[_Word, _Address | Annotated[list[_Address], Len(0, ARGUMENT_LIMIT)]],
        Len(0, ARGUMENT_LIMIT),
    ] = {}

    @model_validator(mode="after")
    def _check_size(self) -> "Place":
        if len(self.model_dump_json()) > 3 * ADDRESS_LIMIT:
            raise ValueError
        return self


class Message(BaseModel):
    """An event as a browser sends it."""

    name: _Word
    payload: dict[_Address, _Value] = {}
    router_data: Place = Place()
    act: Annotated[str, StringConstraints(max_length=ACT_LIMIT)] = ""

    def as_sent(self, payload: dict[str, Any], **said: str) -> dict[str, Any]:
        """Return the event for Reflex: only the checked parts of the address, and ``said``."""
        where = self.router_data.model_dump(exclude_unset=True)
        return {"name": self.name, "payload": payload, "router_data": {**where, **said}}


class _Hydration(BaseModel):
    hashes: Annotated[list[_Word], Len(0, HASH_LIMIT)] | None = None


class _Report(BaseModel):
    info: _Trace
    component_stack: _Trace


def place_in(event: dict[str, Any]) -> Mapping[str, Any]:
    """Return a tab's page and connection, once Reflex has filled them in."""
    return event["router_data"]


PAYLOADS: dict[str, TypeAdapter[Any]] = {
    "hydrate_and_load": TypeAdapter(_Hydration),
    "handle_frontend_exception": TypeAdapter(_Report),
}
"""The form of the payload of each of Reflex's own handlers, by the handler's own name."""

BROWSER_VALUES = "vars"
"""The argument in which one of Reflex's handlers takes values from the browser's storage."""

REFLEX_HANDLERS = frozenset(
    {
        "hydrate",
        "hydrate_and_load",
        "set_is_hydrated",
        "on_load_internal",
        "update_vars_internal",
        "handle_frontend_exception",
    }
)
"""Reflex's own handlers that its browser code calls."""
