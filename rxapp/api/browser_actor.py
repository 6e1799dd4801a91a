"""Who asks with the browser's cookie: for the downloads that a page links to."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from rxapp.access.actor import Actor
from rxapp.access.cookies import sign_in_token
from rxapp.access.queries import actor_by_cookie_hash
from rxapp.access.tokens import token_hash
from rxapp.api.auth import client_address
from rxapp.core import db as database
from rxapp.core.errors import Forbidden, Unauthenticated
from rxapp.settings import settings


async def _browser_actor(request: Request) -> Actor:
    """Return whom the cookie belongs to, if the request comes from one of our pages.

    Raises:
        Forbidden: if the request comes from elsewhere.
        Unauthenticated: if nobody is signed in.
    """
    # Browsers send the one over plain http and both over https; other sites' pages send neither.
    referer = urlsplit(request.headers.get("referer", ""))
    is_ours = f"{referer.scheme}://{referer.netloc}" in settings().origins
    if not is_ours and request.headers.get("sec-fetch-site") != "same-origin":
        raise Forbidden(f"Open this app at {settings().base_url} and download it there.")
    token = sign_in_token(request.headers.raw)
    actor = await database.read(actor_by_cookie_hash, token_hash(token)) if token else None
    if actor is None:
        raise Unauthenticated()
    return replace(actor, address=client_address(request))


BrowserActor = Annotated[Actor, Depends(_browser_actor)]
