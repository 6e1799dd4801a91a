"""Finds out to whom a bearer token belongs, and what it may do."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from cachetools import TTLCache

from rxapp.access.actor import Actor
from rxapp.access.caller import Caller
from rxapp.access.queries import actor_by_api_token, actor_by_login
from rxapp.access.rules import TokenScope
from rxapp.access.service import touch_token
from rxapp.access.tokens import API_TOKEN_PREFIX, read_access, token_hash
from rxapp.core import db as database
from rxapp.core.clock import utc_now
from rxapp.core.errors import Unauthenticated
from rxapp.settings import settings

USE_KEPT_EVERY = timedelta(minutes=1)


TOKENS_REMEMBERED = 10_000
"""For how many tokens this process remembers that their last use could not be recorded."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token belongs to. A long-lived one is not ``personal``: it may not change sign-ins."""

    actor: Actor
    may_write: bool = True
    personal: bool = True


async def read_bearer(token: str, address: str = "") -> Bearer:
    """Return whom the token belongs to, read again from the database.

    Raises:
        Unauthenticated: if it is not ours, was revoked, or its sign-in has ended.
    """
    if token.startswith(API_TOKEN_PREFIX):
        return await _by_api_token(token, address)
    login_id = read_access(token, settings().signing_key)
    actor = await database.read(actor_by_login, login_id)
    if actor is None:
        raise Unauthenticated("This sign-in has ended. Sign in again.")
    return Bearer(replace(actor, address=address))


async def caller_of(token: str, address: str = "") -> Caller:
    """Return the caller; an access token's sign-in is only read together with what they ask for.

    Raises:
        Unauthenticated: if the token is not ours, was revoked, or has ended.
    """
    if token.startswith(API_TOKEN_PREFIX):
        bearer = await _by_api_token(token, address)
        return Caller(lambda _db: bearer.actor)
    login_id = read_access(token, settings().signing_key)
    return Caller(lambda db: actor_by_login(db, login_id))


async def _by_api_token(token: str, address: str) -> Bearer:
    found = await database.read(actor_by_api_token, token_hash(token))
    if found is None:
        raise Unauthenticated("This API token is not valid or was revoked.")
    actor, scope, used_at = found
    if used_at is None or used_at < utc_now() - USE_KEPT_EVERY:
        await _keep_use(actor.login_id)
    return Bearer(
        replace(actor, address=address),
        may_write=scope == TokenScope.WRITE,
        personal=False,
    )


_tried: TTLCache[UUID, bool] = TTLCache(TOKENS_REMEMBERED, USE_KEPT_EVERY.total_seconds())


async def _keep_use(token_id: UUID) -> None:
    """Record the last use of the token; if that fails, it is not tried again at every use."""
    if token_id not in _tried and not await database.run_if_writable(touch_token, token_id):
        _tried[token_id] = True
