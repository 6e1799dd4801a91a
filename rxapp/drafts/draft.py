"""A draft in memory: its steps, their marks, and the document that they form."""

from dataclasses import dataclass, field
from typing import Any

from rxapp.drafts.rules import UNTOUCHED, WHOLE, Mark, Marks
from rxapp.trees.document import Document, Node, NodeKind

FIELD_DEFAULTS: dict[str, Any] = {"body": "", "commands": [], "expected": "", "ending": None}
"""The fields of a step that may be left out."""

HEAD_FIELDS = ("title", "description", "category", "tags")


@dataclass(slots=True)
class Step:
    """One step of a draft. It remembers its options and ending even while its kind has none."""

    key: str
    fields: dict[str, Any]
    options: list[dict[str, Any]]
    place: int
    x: int | None = None
    y: int | None = None
    marks: Marks = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """Return a field as JSON."""
        return self.fields.get(name, FIELD_DEFAULTS.get(name))

    @property
    def is_solution(self) -> bool:
        """Whether the step is an end."""
        return bool(self.fields["kind"] == NodeKind.SOLUTION)

    def option(self, key: str) -> dict[str, Any] | None:
        """Return the option with this key, or None."""
        return next((each for each in self.options if each["key"] == key), None)

    def mark(self, *names: str) -> Mark:
        """Return the mark of the first of these names that has one, or that of the whole step."""
        for name in (*names, WHOLE):
            if name in self.marks:
                return self.marks[name]
        return UNTOUCHED

    def node(self) -> dict[str, Any]:
        """Return the step in the form of a document."""
        options = [] if self.is_solution else self.options
        fields = self.fields if self.is_solution else {**self.fields, "ending": None}
        kept = {name: value for name, value in fields.items() if value != FIELD_DEFAULTS.get(name)}
        return {"key": self.key, **kept, **({"options": options} if options else {})}

    @property
    def size(self) -> int:
        """How many characters its texts have."""
        texts = (self.value("title"), self.value("body"), self.value("expected"))
        commands = sum(len(c["text"]) + len(c.get("label", "")) for c in self.value("commands"))
        return sum(map(len, texts)) + commands + sum(len(o["label"]) for o in self.options)


@dataclass(slots=True)
class DraftState:
    """A draft, or the part of it that is needed: ``steps`` may be only some of ``count``.

    ``head`` holds the fields of the tree and ``start``.
    """

    head: dict[str, Any]
    steps: dict[str, Step]
    revision: int = 0
    count: int = 0
    next_place: int = 0
    size: int = 0
    marks: Marks = field(default_factory=dict)

    def document(self) -> Document:
        """Return the document that the steps form, as publishing would write it."""
        ordered = sorted(self.steps.values(), key=lambda step: (step.place, step.key))
        return Document.model_validate(
            {"start": self.head["start"], "nodes": [step.node() for step in ordered]}
        )


def step_of(node: Node, *, place: int, x: int | None = None, y: int | None = None) -> Step:
    """Return a document's node as a step of a draft."""
    fields = node.model_dump(mode="json", exclude_defaults=True, exclude={"key", "options"})
    options = [option.model_dump(mode="json") for option in node.options]
    return Step(node.key, fields, options, place, x, y)


def state_of(document: Document, head: dict[str, Any]) -> DraftState:
    """Return a draft that starts from a document."""
    steps = {node.key: step_of(node, place=n) for n, node in enumerate(document.nodes)}
    return DraftState(
        {**head, "start": document.start},
        steps,
        count=len(steps),
        next_place=len(steps),
        size=sum(step.size for step in steps.values()),
    )


def label_mark(option: str) -> str:
    """Return the name of the mark of an option's label."""
    return f"option:{option}:label"


def target_mark(option: str) -> str:
    """Return the name of the mark of an option's target."""
    return f"option:{option}:to"


def option_mark(option: str) -> str:
    """Return the name of the mark of a whole option."""
    return f"option:{option}"


ORDER = "options"
"""The name of the mark of the order of the options."""

REMOVED = "options removed"
"""The name of the mark for a removed option; because of it, removing the step asks."""
