"""What changes a draft: the operations that clients send, and the changes that they consist of."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from rxapp.core.columns import LARGEST_INT
from rxapp.core.faults import predicate
from rxapp.drafts.rules import BATCH_LIMIT, CLIENT_PATTERN, PLACE_LIMIT, PLACES_LIMIT
from rxapp.trees.document import (
    MAX_NODES,
    MAX_OPTIONS,
    Body,
    Category,
    Command,
    Commands,
    Description,
    Document,
    Ending,
    Expected,
    Key,
    Label,
    Node,
    NodeKind,
    Option,
    Tags,
    Title,
)

Client = Annotated[str, StringConstraints(pattern=CLIENT_PATTERN)]
Coordinate = Annotated[int, Field(ge=-PLACE_LIMIT, le=PLACE_LIMIT)]
Place = Annotated[int, Field(ge=0, le=PLACES_LIMIT)]

STEP_FIELDS: dict[str, TypeAdapter[Any]] = {
    "kind": TypeAdapter(NodeKind),
    "title": TypeAdapter(Title),
    "body": TypeAdapter(Body),
    "commands": TypeAdapter(Commands),
    "expected": TypeAdapter(Expected),
    "ending": TypeAdapter(Ending),
}
TREE_FIELDS: dict[str, TypeAdapter[Any]] = {
    "title": TypeAdapter(Title),
    "description": TypeAdapter(Description),
    "category": TypeAdapter(Category),
    "tags": TypeAdapter(Tags),
}


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SetField(_Change):
    """Set a field of a step or, without ``node``, of the tree."""

    op: Literal["set_field"] = "set_field"
    node: Key | None = None
    field: Literal[
        "kind", "title", "body", "commands", "expected", "ending", "description", "category", "tags"
    ]
    value: str | list[str] | list[Command] | None

    @model_validator(mode="before")
    @classmethod
    def _fits_its_field(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or "value" not in raw:
            return raw
        fields = TREE_FIELDS if raw.get("node") is None else STEP_FIELDS
        name = raw.get("field")
        if not isinstance(name, str) or name not in fields:
            raise ValueError("has no such field to set here")
        try:
            value = fields[name].validate_python(raw["value"])
        except ValidationError as error:
            raise ValueError(f"has a {name} that {predicate(error.errors()[0])}") from None
        return {**raw, "value": fields[name].dump_python(value, mode="json")}


class AddNode(_Change):
    """Add a step at the end of the list, or at a ``place`` that it had before."""

    op: Literal["add_node"] = "add_node"
    node: Node
    place: Place | None = None
    x: Coordinate | None = None
    y: Coordinate | None = None


class RemoveNode(_Change):
    """Remove a step; options that lead to it stay, and lead nowhere."""

    op: Literal["remove_node"] = "remove_node"
    node: Key


class AddOption(_Change):
    """Add an option to a step, before option number ``at`` or at the end."""

    op: Literal["add_option"] = "add_option"
    node: Key
    option: Option
    at: int | None = Field(None, ge=0, le=MAX_OPTIONS)


class SetOptionLabel(_Change):
    """Change an option's label."""

    op: Literal["set_option_label"] = "set_option_label"
    node: Key
    option: Key
    label: Label


class Connect(_Change):
    """Connect an option to another step."""

    op: Literal["connect"] = "connect"
    node: Key
    option: Key
    to: Key


class RemoveOption(_Change):
    """Remove an option."""

    op: Literal["remove_option"] = "remove_option"
    node: Key
    option: Key


class ReorderOptions(_Change):
    """Change the order of a step's options; options that are not listed come last."""

    op: Literal["reorder_options"] = "reorder_options"
    node: Key
    options: list[Key] = Field(max_length=MAX_OPTIONS)


class Position(_Change):
    """A step's position on the canvas; null if nobody has placed it."""

    node: Key
    x: Coordinate | None
    y: Coordinate | None


class Move(_Change):
    """Place steps on the canvas. The last change wins; the tree itself does not change."""

    op: Literal["move"] = "move"
    positions: list[Position] = Field(min_length=1, max_length=MAX_NODES)


class Arrange(_Change):
    """Change the places of steps in the list. The last change wins."""

    op: Literal["arrange"] = "arrange"
    places: dict[Key, Place] = Field(min_length=1, max_length=MAX_NODES)


class SetStart(_Change):
    """Make the tree start at another step."""

    op: Literal["set_start"] = "set_start"
    node: Key


Change = Annotated[
    SetField
    | AddNode
    | RemoveNode
    | AddOption
    | SetOptionLabel
    | Connect
    | RemoveOption
    | ReorderOptions
    | Move
    | Arrange
    | SetStart,
    Field(discriminator="op"),
]
"""What an operation consists of; a log of them leads from one state of a draft to a later one."""


class Replace(_Change):
    """Replace the draft by a whole document; what is the same in both is left alone."""

    op: Literal["replace"] = "replace"
    document: Document
    title: Title | None = None
    description: Description | None = None
    category: Category | None = None
    tags: Tags | None = None


class Undo(_Change):
    """Undo one of your own operations; asks about anything that others have changed since."""

    op: Literal["undo"] = "undo"
    operation: UUID


class Operation(BaseModel):
    """One thing that an author does.

    ``id`` is new and random: a repeat is not applied again. ``seen`` is the revision of the draft
    that the author had seen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(description="New and random; an operation with a known id is not repeated")
    seen: int = Field(ge=0, le=LARGEST_INT, description="The newest revision that the client had")
    change: Annotated[
        SetField
        | AddNode
        | RemoveNode
        | AddOption
        | SetOptionLabel
        | Connect
        | RemoveOption
        | ReorderOptions
        | Move
        | Arrange
        | SetStart
        | Replace
        | Undo,
        Field(discriminator="op"),
    ] = Field(description="What to change")


Operations = Annotated[list[Operation], Field(min_length=1, max_length=BATCH_LIMIT)]

CHANGES: TypeAdapter[list[Change]] = TypeAdapter(list[Change])
"""Reads changes from the log."""


def as_json(changes: list[Any]) -> list[dict[str, Any]]:
    """Return changes in the form of the log."""
    return [
        change.model_dump(mode="json", exclude_defaults=True) | {"op": change.op}
        for change in changes
    ]
