"""From an access token to who it belongs to."""

from rxapp.access.actor import Actor
from rxapp.accounts.queries import actor_by_login
from rxapp.accounts.tokens import read_access
from rxapp.core import db as database
from rxapp.core.errors import Unauthenticated
from rxapp.settings import settings


async def actor_by_token(token: str) -> Actor:
    """Return who the access token belongs to, read anew from its sign-in.

    Raises:
        Unauthenticated: if it is not ours, or its sign-in has ended.
    """
    login_id = read_access(token, settings().signing_key)
    actor = await database.read(actor_by_login, login_id)
    if actor is None:
        raise Unauthenticated("This sign-in has ended. Sign in again.")
    return actor
