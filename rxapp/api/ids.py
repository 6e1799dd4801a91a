"""Parameters of a path that name a thing by its id."""

from typing import Any

from fastapi import Path


def id_of(thing: str) -> Any:
    """Return the declaration of a path's parameter that holds the id of such a thing."""
    return Path(
        description=f"The `id` of the {thing}", examples=["019b76da-a800-7000-8000-000000000001"]
    )
