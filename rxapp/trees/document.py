"""The document of a version: its nodes and options, checked by Pydantic, frozen."""

import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)

from rxapp.core.errors import Invalid
from rxapp.trees.faults import in_words
from rxapp.trees.rules import (
    BODY_LIMIT,
    CATEGORY_LIMIT,
    COMMAND_LIMIT,
    DESCRIPTION_LIMIT,
    EXPECTED_LIMIT,
    KEY_LIMIT,
    KEY_PATTERN,
    LABEL_LIMIT,
    TAG_LIMIT,
    TAGS_EACH,
    TITLE_LIMIT,
    VERSION_NOTE_LIMIT,
)

FORMAT = 1
"""The format of stored documents; a later format has another number."""

MAX_NODES = 20_000
MAX_OPTIONS = 50
MAX_COMMANDS = 9


_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def _storable(value: str) -> str:
    if _NOT_STORABLE.search(value):
        raise ValueError("has a character that cannot be stored")
    return value


STORABLE = AfterValidator(_storable)
"""Refuses NUL and lone surrogates, which databases and pages cannot take."""

Key = Annotated[
    str,
    StringConstraints(min_length=1, max_length=KEY_LIMIT, pattern=KEY_PATTERN),
]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LIMIT), STORABLE
]
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LABEL_LIMIT), STORABLE
]
Body = Annotated[str, StringConstraints(strip_whitespace=True, max_length=BODY_LIMIT), STORABLE]
Expected = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=EXPECTED_LIMIT), STORABLE
]
CommandText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=COMMAND_LIMIT), STORABLE
]
CommandLabel = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LABEL_LIMIT), STORABLE
]
Description = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=DESCRIPTION_LIMIT), STORABLE
]
Category = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=CATEGORY_LIMIT), STORABLE
]
Tag = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TAG_LIMIT), STORABLE
]
VersionNote = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=VERSION_NOTE_LIMIT), STORABLE
]
Tags = Annotated[list[Tag], Field(max_length=TAGS_EACH)]


def _first_repeated(keys: Iterable[str]) -> str | None:
    found = list(keys)
    if len(set(found)) == len(found):  # as almost always, and counting takes ten times as long
        return None
    return next(key for key, count in Counter(found).items() if count > 1)


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


class Command(_Frozen):
    """Lines to run or copy in one go. A step's only command needs no label."""

    label: CommandLabel = ""
    text: CommandText


Commands = Annotated[tuple[Command, ...], FailFast(), Field(max_length=MAX_COMMANDS)]
Ending = Literal["solved", "escalate"] | None


class Node(_Frozen):
    """One step: a decision, an action or a solution. Only solutions have an ``ending``."""

    key: Key
    kind: NodeKind
    title: Title
    body: Body = ""
    commands: Commands = ()
    expected: Expected = ""
    options: Annotated[tuple[Option, ...], FailFast()] = Field(default=(), max_length=MAX_OPTIONS)
    ending: Ending = None

    @model_validator(mode="after")
    def _check_shape(self) -> "Node":
        if self.kind is NodeKind.SOLUTION:
            if self.options:
                raise ValueError("a solution is an end and cannot have answers")
        elif self.ending:
            raise ValueError("only a solution can have an ending")
        if twice := _first_repeated(option.key for option in self.options):
            raise ValueError(f"two answers have the key '{twice}'")
        return self

    def option(self, key: str) -> Option | None:
        """Return the option with this key, or None."""
        return next((option for option in self.options if option.key == key), None)

    @property
    def is_escalate_end(self) -> bool:
        """Whether the technician should stop here and hand over."""
        return self.kind is NodeKind.SOLUTION and self.ending == "escalate"


class Document(_Frozen):
    """A whole tree, frozen in one version. Finding a node costs the same at any size."""

    start: Key
    nodes: Annotated[tuple[Node, ...], FailFast()] = Field(min_length=1, max_length=MAX_NODES)

    @model_validator(mode="after")
    def _check_keys(self) -> "Document":
        if twice := _first_repeated(node.key for node in self.nodes):
            raise ValueError(f"two steps have the key '{twice}'")
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _in_words(cls, document: Any, read: ModelWrapValidatorHandler["Document"]) -> "Document":
        try:
            return read(document)
        except ValidationError as error:
            raise in_words(error, document) from None

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


def stored(document: Document) -> dict[str, Any]:
    """Return a document as it is stored: with the number of its format."""
    return {"format": FORMAT, **document.model_dump(mode="json", exclude_defaults=True)}


def read_stored(raw: dict[str, Any]) -> Document:
    """Return a stored document.

    Raises:
        Invalid: if it has a format that this version does not know.
    """
    known = dict(raw)
    if (found := known.pop("format", None)) != FORMAT:
        raise Invalid(
            f"This tree is stored in format {found}, and this version of ResolutionFlow reads"
            f" format {FORMAT}. Install the version that wrote it, or a newer one."
        )
    return Document.model_validate(known)
