"""The address of a trial: the step at which it stands, and the answers that led there."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from rxapp.trees.rules import KEY_LIMIT, KEY_PATTERN

ANSWERS_KEPT = 100
"""How many answers the address holds, the last ones of a longer path."""

PATH_LIMIT = 1_500
"""How many characters they may have together: browsers send the address with every event."""

_KEY = re.compile(KEY_PATTERN)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given: the option of a step."""

    node: str
    option: str

    def __str__(self) -> str:
        return f"{self.node}:{self.option}"


def is_key(text: str) -> bool:
    """Return whether a step or an option could have this key."""
    return len(text) <= KEY_LIMIT and _KEY.fullmatch(text) is not None


def read_path(text: str) -> tuple[Given, ...]:
    """Return the answers in an address; what cannot be one is left out."""
    pairs = (each.partition(":") for each in text.split(",")[-ANSWERS_KEPT:])
    return tuple(
        Given(node, option) for node, _, option in pairs if is_key(node) and is_key(option)
    )


def address(tree_id: UUID, step: str = "", path: Iterable[Given] = ()) -> str:
    """Return the address of a trial that stands at a step; without one, at the start."""
    written = _shortened([str(each) for each in path])
    parts = [f"step={step}" if step else "", f"path={','.join(written)}" if written else ""]
    query = "&".join(each for each in parts if each)
    return f"/trees/{tree_id}/try{'?' if query else ''}{query}"


def _shortened(path: Sequence[str]) -> Sequence[str]:
    """Return the last answers, as many as an address may have."""
    size = 0
    for count, each in enumerate(reversed(path)):
        size += len(each) + 1
        if size > PATH_LIMIT or count == ANSWERS_KEPT:
            return path[len(path) - count :]
    return path
