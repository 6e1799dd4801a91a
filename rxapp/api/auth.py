"""From a bearer token to an actor."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.security import OAuth2PasswordBearer

from rxapp.access.actor import Actor
from rxapp.accounts.queries import actor_by_login
from rxapp.accounts.tokens import read_access
from rxapp.core import db as database
from rxapp.core.errors import Unauthenticated
from rxapp.settings import settings

_bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/login", auto_error=False)


async def current_actor(token: Annotated[str | None, Depends(_bearer)]) -> Actor:
    """Return who the request's bearer token belongs to.

    Raises:
        Unauthenticated: without a token, or if its sign-in has ended.
    """
    if not token:
        raise Unauthenticated()
    login_id: UUID = read_access(token, settings().signing_key)
    actor = await database.read(actor_by_login, login_id)
    if actor is None:
        raise Unauthenticated("This sign-in has ended. Sign in again.")
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]
