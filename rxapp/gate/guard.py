"""The guard: the only way into an event handler.

Whoever opens a websocket can call any public method of a state, with any payload. So every handler
declares its access with :func:`guarded`, directly under ``@rx.event``. The guard checks the
payload, reads the actor again from the sign-in, and turns a refusal into a notice. A handler
without a declaration never gets this far: the gate drops the event.

On a page with an id in its address, every event carries the id that the page shows, as ``page``.
A handler with that parameter only runs if it equals the id in the address: on a slow connection
the state, the page and the address may belong to different rows.
"""

import functools
import inspect
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import Enum, StrEnum
from typing import Any
from urllib.parse import quote
from uuid import UUID

import reflex as rx
from pydantic import TypeAdapter, ValidationError

from rxapp.access.actor import Actor
from rxapp.access.caller import Caller
from rxapp.access.policy import Permission, may, require
from rxapp.access.queries import actor_by_cookie_hash
from rxapp.core import db as database
from rxapp.core.errors import Conflict, DatabaseAway, DomainError, Unauthenticated
from rxapp.core.ids import new_id
from rxapp.gate import serializing  # noqa: F401 - it serializes what handlers show
from rxapp.gate.forms import form_text
from rxapp.gate.gateway import ADDRESS_HEADER, LOGIN_HEADER
from rxapp.live.hub import hub
from rxapp.live.outages import DATABASE
from rxapp.reflex_seam.handler_signatures import take_untyped
from rxapp.reflex_seam.page_load import is_reading_page
from rxapp.reflex_seam.router_data import header, page_id, page_path, said_with_event, tab_token
from rxapp.reflex_seam.wire import TEXT_LIMIT

logger = logging.getLogger(__name__)

MEMBER_LIMIT = 100
ACCESS = "__rf_access__"
PAYLOAD = "__rf_payload__"
PAGE = "page"
FORM = "form"
OPENING = "opening"
ACT = "act"
NOT_THROUGH = "!"


class Access(StrEnum):
    """Who may call a handler that needs no permission."""

    SIGNED_IN = "signed in"
    ANYONE = "anyone"
    LIVE = "live"


SIGNED_IN, ANYONE, LIVE = Access


class GuardState(rx.State):
    """What the guard keeps for a tab: whose it is, and the last notice for them.

    ``act`` names the last event that a browser wanted confirmed and that was done or refused;
    with the prefix ``NOT_THROUGH`` it was neither, and can be sent again later. ``taken`` names the
    state of a form's fields that was accepted last, and ``closed`` the opening of its dialog.
    ``go_to`` is the page to go to after an action, if the tab is still on the page ``go_from``.
    """

    act: str = ""
    taken: str = ""
    closed: str = ""
    go_to: str = ""
    go_from: str = ""
    go_id: str = ""
    notice: str = ""
    notice_kind: str = "error"
    notice_id: str = ""
    _login: str = ""

    def _show(self, text: str, kind: str = "error") -> None:
        self.notice = text
        self.notice_kind = kind
        self.notice_id = str(new_id())


async def tell(state: rx.State, text: str, kind: str = "info") -> None:
    """Show the person a short notice; ``kind`` is ``info`` or ``error``."""
    (await state.get_state(GuardState))._show(text, kind)


async def took(state: rx.State, form: dict[str, Any]) -> None:
    """Accept a form: have the browser close its dialog and forget the text that it kept for it.

    Sending the same form again does nothing.
    """
    guard = await state.get_state(GuardState)
    guard.taken, guard.closed = form_text(form, "draft"), form_text(form, OPENING)


async def go(state: rx.State, to: str) -> None:
    """Take the person to another page, unless they have left this one in the meantime."""
    guard = await state.get_state(GuardState)
    guard.go_to, guard.go_from, guard.go_id = to, page_path(state), str(new_id())


def login_hash(state: rx.State) -> str:
    """Return the hash of the tab's sign-in, or an empty string."""
    return header(state, LOGIN_HEADER)


async def _is_repeat(state: rx.State, values: dict[str, Any]) -> bool:
    """Return whether this dialog's form has already been accepted, as after a double click."""
    opening = form_text(values.get(FORM, {}), OPENING)
    return opening != "" and (await state.get_state(GuardState)).closed == opening


def _require_page(state: rx.State, values: dict[str, Any]) -> None:
    if values.get(PAGE, page_id(state)) != page_id(state):
        raise Conflict("You had already left that page, so nothing was done. Go back to do it.")


async def _confirm(state: rx.State, *, is_through: bool) -> None:
    if is_reading_page():
        return  # the event that found a blank state has not run yet
    act = said_with_event(state, ACT)
    said = act if is_through else f"{NOT_THROUGH}{act}"
    guard = await state.get_state(GuardState)
    if act and guard.act != said:
        guard.act = said


async def current_actor(state: rx.State) -> Actor | None:
    """Return who is signed in for this event, read again from the database."""
    hashed = login_hash(state)
    if not hashed:
        return None
    actor = await database.read(actor_by_cookie_hash, hashed)
    if actor is None:
        return None
    return replace(actor, address=header(state, ADDRESS_HEADER))


def sign_in_again(state: rx.State) -> Any:
    """Return the redirect to the sign-in page and back: a full page load, so no state survives."""
    path = page_path(state) or "/"
    return rx.redirect(f"/sign-in?next={quote(path)}", is_external=False, replace=True)


Handler = Callable[..., Awaitable[Any]]


def guarded(
    access: Permission | Access, *, as_caller: bool = False
) -> Callable[[Handler], Handler]:
    """Declare who may call a handler.

    A permission admits the signed-in users who have it, and ``SIGNED_IN`` all of them: the
    handler's second argument is the actor. ``ANYONE`` admits everybody. ``LIVE`` is for handlers
    that the hub calls: they only show what the hub holds for this very tab.

    With ``as_caller``, for the most frequent clicks, the second argument is a :class:`Caller`. The
    handler may only read and write through it; each time, the actor is read again and checked in
    the same transaction.
    """

    def decorate(function: Handler) -> Handler:
        async def call(state: rx.State, values: dict[str, Any]) -> Any:
            if access in (Access.ANYONE, Access.LIVE):
                return await function(state, **values)
            permission = access if isinstance(access, Permission) else None
            if as_caller:
                who: Actor | Caller = _caller(state, permission)
            else:
                who = await _allowed_actor(state, permission)
            _require_page(state, values)
            if await _is_repeat(state, values):
                return None
            return await function(state, who, **values)

        takes_nobody = access in (Access.ANYONE, Access.LIVE)
        return _guarded(function, call, skip=1 if takes_nobody else 2, access=access)

    return decorate


async def _allowed_actor(state: rx.State, permission: Permission | None) -> Actor:
    actor = await current_actor(state)
    if actor is None:
        raise Unauthenticated()
    if permission is not None:
        if not may(actor, permission):
            state.reset()  # what it showed them while they still had the right
        require(actor, permission)
    return actor


def _caller(state: rx.State, permission: Permission | None) -> Caller:
    hashed = login_hash(state)
    if not hashed:
        raise Unauthenticated()
    return Caller(lambda db: actor_by_cookie_hash(db, hashed), permission)


def _guarded(
    function: Handler,
    call: Callable[[rx.State, dict[str, Any]], Awaitable[Any]],
    *,
    skip: int,
    access: str,
) -> Handler:
    parameters = list(inspect.signature(function).parameters.values())
    payload_parameters = parameters[skip:]
    check = _checker(payload_parameters)

    @functools.wraps(function)
    async def handler(self: rx.State, /, **payload: Any) -> Any:
        is_through = True
        try:
            return await call(self, check(payload))
        except Unauthenticated:
            is_through = False
            return sign_in_again(self)
        except DatabaseAway as error:
            is_through = False
            hub.went_without(DATABASE, tab_token(self))
            await tell(self, error.message, "error")
        except DomainError as error:
            await tell(self, error.message, "error")
        except ValidationError:
            logger.warning("refused a malformed payload for %s", function.__qualname__)
            await tell(self, "That could not be understood. Reload the page.", "error")
        except Exception:
            logger.exception("%s failed", function.__qualname__)
            await tell(self, "Something went wrong here. It was logged.", "error")
        finally:
            await _confirm(self, is_through=is_through)
        return None

    take_untyped(handler, parameters[0], payload_parameters)
    setattr(handler, ACCESS, access)
    setattr(handler, PAYLOAD, {each.name: each.annotation for each in payload_parameters})
    return handler


def _checker(parameters: list[inspect.Parameter]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    adapters = {each.name: TypeAdapter(each.annotation) for each in parameters}
    required = {each.name for each in parameters if each.default is inspect.Parameter.empty}

    def check(payload: dict[str, Any]) -> dict[str, Any]:
        if payload.keys() - adapters.keys() or required - payload.keys():
            raise ValidationError.from_exception_data("payload", [])
        return {
            name: _clean(adapters[name].validate_python(value)) for name, value in payload.items()
        }

    return check


def _clean(value: Any) -> Any:
    """Return the value after removing, in every text in it, the characters that cannot be stored.

    Raises:
        ValidationError: if a text is too long or a number is too large.
    """
    if isinstance(value, bool | float | UUID | Enum | None):
        return value
    if isinstance(value, str) and len(value) <= TEXT_LIMIT:
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict) and len(value) <= MEMBER_LIMIT:
        return {_clean(name): _clean(member) for name, member in value.items()}
    if isinstance(value, list) and len(value) <= MEMBER_LIMIT:
        return [_clean(member) for member in value]
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    raise ValidationError.from_exception_data("payload", [])
