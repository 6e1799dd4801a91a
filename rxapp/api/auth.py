"""From a bearer token to an actor, and what a route requires of one.

A route declares whom it admits with the type of its ``actor``: ``Annotated[Actor, allowed(...)]``.
In the OpenAPI document, the permission is the operation's scope.
"""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import (
    HTTPAuthorizationCredentials,
    HTTPBearer,
    OAuth2PasswordBearer,
    SecurityScopes,
)

from rxapp.access.actor import Actor
from rxapp.access.bearer import Bearer, caller_of, read_bearer
from rxapp.access.caller import Caller
from rxapp.access.policy import Permission, require
from rxapp.core.errors import Forbidden, Unauthenticated

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
READS = "x-reads"
"""Marks a route that changes nothing although its method may; a read token may call it."""


_sign_in = OAuth2PasswordBearer(
    scheme_name="SignIn",
    tokenUrl="/api/v1/auth/login",
    refreshUrl="/api/v1/auth/refresh",
    auto_error=False,
    scopes={permission.name.lower(): permission.value for permission in Permission},
    description="The access token of a sign-in; it lasts 15 minutes. With a second factor, ask for"
    " one at `/api/v1/auth/login/json` and give it as an `ApiToken`.",
)
_api_token = HTTPBearer(
    scheme_name="ApiToken",
    auto_error=False,
    description="A long-lived API token of an integration. It may do what its user may; one with"
    " the scope `read` can only read, and none can change sign-ins, members or the account.",
)


def client_address(request: Request) -> str:
    """Return the client's network address, as far as trusted proxies tell it."""
    return request.client.host if request.client else ""


_Token = Annotated[str | None, Depends(_sign_in)]
_OrApiToken = Annotated[HTTPAuthorizationCredentials | None, Security(_api_token)]
"""Read from the same header as the other; it is a dependency so that the document names both."""


async def _current(request: Request, token: _Token) -> Bearer:
    if not token:
        raise Unauthenticated()
    bearer = await read_bearer(token, client_address(request))
    extra = getattr(request.scope.get("route"), "openapi_extra", None) or {}
    if not bearer.may_write and request.method not in SAFE_METHODS and not extra.get(READS):
        raise Forbidden("This API token may only read.")
    return bearer


async def _actor(
    bearer: Annotated[Bearer, Depends(_current)], _either: _OrApiToken, scopes: SecurityScopes
) -> Actor:
    return _require_all(bearer.actor, scopes)


def _require_all(actor: Actor, scopes: SecurityScopes) -> Actor:
    for scope in scopes.scopes:
        require(actor, Permission[scope.upper()])
    return actor


async def _person(bearer: Annotated[Bearer, Depends(_current)]) -> Actor:
    if not bearer.personal:
        raise Forbidden("An API token may not do this. Sign in with a password.")
    return bearer.actor


async def _person_with(
    bearer: Annotated[Bearer, Depends(_current)], scopes: SecurityScopes
) -> Actor:
    return _require_all(await _person(bearer), scopes)


async def _caller(
    request: Request, token: _Token, _either: _OrApiToken, scopes: SecurityScopes
) -> Caller:
    if not token:
        raise Unauthenticated()
    caller = await caller_of(token, client_address(request))
    return replace(caller, permission=Permission[scopes.scopes[0].upper()])


def allowed(permission: Permission, *, in_person: bool = False, as_caller: bool = False) -> Any:
    """Admit those whose role has the permission.

    ``in_person``: only those who signed in with a password, so no API tokens.
    ``as_caller``, for the most frequent reads: the route gets a :class:`Caller`.
    """
    find = _caller if as_caller else _person_with if in_person else _actor
    return Security(find, scopes=[permission.name.lower()])


CurrentActor = Annotated[Actor, Security(_actor)]
"""Anybody who is signed in."""

PersonalActor = Annotated[Actor, Security(_person)]
"""Anybody who signed in with a password: for changes to sign-ins, tokens and passwords."""
