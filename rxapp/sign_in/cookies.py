"""The browser's sign-in cookie: setting and clearing it."""

from fastapi import Response

from rxapp.access.cookies import COOKIE
from rxapp.access.tokens import BROWSER_LIFETIME
from rxapp.settings import settings
from rxapp.sign_in.views import Grant


def set_cookie(response: Response, grant: Grant) -> None:
    """Give the browser its sign-in: no script can read it, and no other site's page can send it."""
    response.set_cookie(
        COOKIE,
        grant.secret,
        max_age=int(BROWSER_LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings().behind_tls,
        path="/",
    )


def clear_cookie(response: Response) -> None:
    """Remove the sign-in from the browser."""
    response.delete_cookie(
        COOKIE, httponly=True, samesite="lax", secure=settings().behind_tls, path="/"
    )
