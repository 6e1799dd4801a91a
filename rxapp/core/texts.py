"""How long a text may be: what is too long is refused in the same words everywhere."""

from rxapp.core.errors import Invalid


def too_long(length: int, limit: int) -> str:
    """Return the words for a text of ``length`` characters where ``limit`` are allowed."""
    over = length - limit
    return f"{over:,} character{'' if over == 1 else 's'} too long. The limit is {limit:,}."


def check_length(value: str, *, limit: int, field: str) -> str:
    """Return ``value`` unchanged.

    Raises:
        Invalid: if it is longer than ``limit`` characters; it is never cut.
    """
    if len(value) > limit:
        raise Invalid(too_long(len(value), limit), field=field)
    return value
