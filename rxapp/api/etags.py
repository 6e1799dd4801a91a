"""ETag and If-Match (RFC 9110): a change based on an outdated state is refused."""

import re
from typing import Annotated, Any

from fastapi import Header

from rxapp.api.problems import may
from rxapp.core.errors import PreconditionFailed

TAGS_LIMIT = 500
"""How long a header with the `ETag`s of what a client has may be."""

IfMatch = Annotated[
    str | None,
    Header(
        max_length=TAGS_LIMIT,
        description="The `ETag` that the change is based on; an outdated one is answered with 412.",
        examples=['"3"'],
    ),
]

_REVISION = re.compile(r'"[0-9]{1,9}"')

LOST_UPDATE = may(412)
"""The errors of a route that takes ``If-Match``."""


def tagged(status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a route whose answer has an ``ETag``."""
    header = {
        "description": "The state that a change with `If-Match` is based on",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[^"]+"$'},
    }
    return {status: {"headers": {"ETag": header}}}


def quoted(tag: object) -> str:
    """Return a strong entity tag."""
    return f'"{tag}"'


def check(if_match: str | None, tag: object) -> None:
    """Do nothing if the change is based on the state ``tag``, or on any state.

    Raises:
        PreconditionFailed: if it is based on another state.
    """
    wanted = tags(if_match)
    if wanted is not None and quoted(tag) not in wanted:
        raise PreconditionFailed


def tags(if_match: str | None) -> list[str] | None:
    """Return the listed entity tags, unchanged; None for any state."""
    if if_match is None or if_match.strip() == "*":
        return None
    return [each.strip() for each in if_match.split(",")]


def revisions_of(if_match: str | None) -> set[int] | None:
    """Return the revisions that a change may be based on, or None for any."""
    known = tags(if_match)
    if known is None:
        return None
    return {int(tag[1:-1]) for tag in known if _REVISION.fullmatch(tag)}
