"""Reads the sign-in cookie as browsers send it, for both the gateway and the API."""

import re
from collections.abc import Iterable

COOKIE = "rf_login"

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
"""The form of what :func:`rxapp.access.tokens.random_token` returns."""


def sign_in_cookies(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """Return every value of our cookie in the request's ``Cookie`` headers, in their order.

    Other applications on the same host set cookies too, with spaces, quotes, JSON or no name at
    all, and a browser sends them unchanged. So a pair ends at ``;`` and a name at the first ``=``;
    no other character has a meaning.
    """
    found = []
    for name, header in headers:
        if name.lower() != b"cookie":
            continue
        for pair in header.decode("latin-1").split(";"):
            key, equals, value = pair.partition("=")
            if equals and key.strip(" \t") == COOKIE:
                found.append(value.strip(" \t"))
    return found


def sign_in_token(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the sign-in's token, or an empty string.

    Of several cookies with our name, the first that looks like ours counts: other applications on
    the host may have set the others.
    """
    values = sign_in_cookies(headers)
    return next((value for value in values if _SHAPE.fullmatch(value)), "")
