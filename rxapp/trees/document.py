"""The document of a version: its nodes and options, checked by Pydantic, frozen."""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from rxapp.core.errors import Invalid

MAX_NODES = 20_000


def _storable(value: str) -> str:
    if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise ValueError("has a character that cannot be stored")
    return value


STORABLE = AfterValidator(_storable)
"""Refuses NUL and half characters, which no database and no page takes."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), STORABLE
]
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), STORABLE
]
Body = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000), STORABLE]
Command = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000), STORABLE]


Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), STORABLE]
Category = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), STORABLE]
Tag = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), STORABLE
]
Tags = Annotated[list[Tag], Field(max_length=20)]


class NodeKind(StrEnum):
    """What a node asks of the technician."""

    DECISION = "decision"
    ACTION = "action"
    SOLUTION = "solution"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Frozen):
    """A labelled edge from its node to the node ``to``."""

    key: Key
    label: Label
    to: Key


class Node(_Frozen):
    """One step: a decision, an action or a solution. ``ending`` counts on solutions only."""

    key: Key
    kind: NodeKind
    title: Title
    body: Body = ""
    command: Command = ""
    expected: Command = ""
    options: tuple[Option, ...] = Field(default=(), max_length=50)
    ending: Literal["solved", "escalate"] | None = None

    @model_validator(mode="after")
    def _check_shape(self) -> "Node":
        if self.kind is NodeKind.SOLUTION:
            if self.options:
                raise ValueError(f"solution {self.key!r} is an end and may have no options")
        elif self.ending:
            raise ValueError(f"{self.key!r} is no solution and may have no ending")
        keys = [option.key for option in self.options]
        if len(set(keys)) < len(keys):
            raise ValueError(f"node {self.key!r} has two options with the same key")
        return self

    def option(self, key: str) -> Option | None:
        """Return the option with this key, or None."""
        return next((option for option in self.options if option.key == key), None)

    @property
    def is_escalate_end(self) -> bool:
        """Whether the technician should stop here and hand over."""
        return self.kind is NodeKind.SOLUTION and self.ending == "escalate"


class Document(_Frozen):
    """A whole tree, as one version freezes it. Looking a node up costs the same at any size."""

    start: Key
    nodes: tuple[Node, ...] = Field(min_length=1, max_length=MAX_NODES)

    @model_validator(mode="after")
    def _check_keys(self) -> "Document":
        if len(self._index) < len(self.nodes):
            raise ValueError("two nodes have the same key")
        return self

    @cached_property
    def _index(self) -> dict[str, Node]:
        return {node.key: node for node in self.nodes}

    def node(self, key: str) -> Node:
        """Return the node with this key.

        Raises:
            Invalid: if the document has none.
        """
        try:
            return self._index[key]
        except KeyError:
            raise Invalid(f"This tree has no step {key!r}.") from None

    def has(self, key: str) -> bool:
        """Return whether a node has this key."""
        return key in self._index
