"""From a bearer token to who asks."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from rxapp.access.actor import Actor
from rxapp.access.caller import Caller
from rxapp.core.db import DbSession
from rxapp.core.errors import Unauthenticated

CallerByToken = Callable[[str], Caller]

_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/login", auto_error=False)


async def current_caller(
    request: Request, token: Annotated[str | None, Depends(_bearer)]
) -> Caller:
    """Return who asks; their sign-in is read in the transaction of what they ask for.

    Raises:
        Unauthenticated: without a token, or with one that is not ours or has ended.
    """
    if not token:
        raise Unauthenticated()
    caller_by_token: CallerByToken = request.app.state.caller_by_token
    return caller_by_token(token)


CurrentCaller = Annotated[Caller, Depends(current_caller)]


async def current_actor(caller: CurrentCaller) -> Actor:
    """Return who the request's bearer token belongs to.

    Raises:
        Unauthenticated: as :func:`current_caller`, or if the sign-in has ended.
    """
    return await caller.read(_actor)


def _actor(_db: DbSession, actor: Actor) -> Actor:
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]
