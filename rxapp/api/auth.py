"""From a bearer token to an actor."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer

from rxapp.access.actor import Actor
from rxapp.core.errors import Unauthenticated

ActorByToken = Callable[[str], Awaitable[Actor]]

_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/login", auto_error=False)


async def current_actor(request: Request, token: Annotated[str | None, Depends(_bearer)]) -> Actor:
    """Return who the request's bearer token belongs to.

    Raises:
        Unauthenticated: without a token, or if its sign-in has ended.
    """
    if not token:
        raise Unauthenticated()
    actor_by_token: ActorByToken = request.app.state.actor_by_token
    return await actor_by_token(token)


CurrentActor = Annotated[Actor, Depends(current_actor)]
