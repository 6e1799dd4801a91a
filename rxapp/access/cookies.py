"""The sign-in cookie as browsers send it: one reader for the gateway and the API."""

import re
from collections.abc import Iterable

COOKIE = "rf_login"

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
"""What :func:`rxapp.access.tokens.random_token` makes."""


def sign_in_cookies(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """Return every value that the request's ``Cookie`` headers give our cookie, in their order.

    Other applications on the same host set cookies too, with spaces, quotes, JSON or no name at
    all; a browser sends them as they are. So each pair ends at ``;``, a name at its first ``=``,
    and nothing else is read into them.
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

    Of several cookies with our name the first that looks like one of ours counts: a neighbour on
    the host may have set the others.
    """
    values = sign_in_cookies(headers)
    return next((value for value in values if _SHAPE.fullmatch(value)), "")
