"""What a reader wants to know between two documents: added, removed and changed, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from rxapp.trees.document import Document, Node, Option

WORDS_LIMIT = 2_000
"""Texts with more words than this are compared by lines: comparing is quadratic."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")

TEXT_FIELDS = ("title", "body", "expected")
"""The fields of a step whose change is shown word by word."""

PLAIN_FIELDS = ("kind", "commands", "ending")


class Piece(StrEnum):
    """What became of a piece of a text."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A run of a text; the kept and removed ones make the old text, kept and added the new one."""

    kind: Piece
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changed. ``pieces`` is empty where it is no text."""

    field: str
    before: Any
    after: Any
    pieces: list[TextPiece]


@dataclass(frozen=True, slots=True)
class OptionChange:
    """An option that was added (no ``before``), removed (no ``after``) or changed."""

    key: str
    before: Option | None
    after: Option | None


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A step that is in both: its fields, its options, and their order if that changed."""

    key: str
    title: str
    fields: list[FieldChange]
    options: list[OptionChange]
    order: list[str] | None


@dataclass(frozen=True, slots=True)
class DocumentDiff:
    """What leads from one document to another. ``start`` and ``order`` are None if they stay."""

    added: list[Node]
    removed: list[Node]
    changed: list[NodeChange]
    start: str | None
    order: list[str] | None

    @property
    def is_empty(self) -> bool:
        """Whether both documents are the same."""
        return not (self.added or self.removed or self.changed or self.start or self.order)


def difference(old: Document, new: Document) -> DocumentDiff:
    """Return what changed from the old document to the new one."""
    changed = [
        _node_change(old.node(node.key), node)
        for node in new.nodes
        if old.has(node.key) and old.node(node.key) != node
    ]
    added = [node for node in new.nodes if not old.has(node.key)]
    kept = [node.key for node in old.nodes if new.has(node.key)]
    order = [node.key for node in new.nodes]
    return DocumentDiff(
        added=added,
        removed=[node for node in old.nodes if not new.has(node.key)],
        changed=changed,
        start=None if old.start == new.start else new.start,
        order=None if [*kept, *(node.key for node in added)] == order else order,
    )


def _node_change(old: Node, new: Node) -> NodeChange:
    before, after = (node.model_dump(mode="json") for node in (old, new))
    fields = [
        FieldChange(
            name,
            before[name],
            after[name],
            pieces(before[name], after[name]) if name in TEXT_FIELDS else [],
        )
        for name in (*TEXT_FIELDS, *PLAIN_FIELDS)
        if before[name] != after[name]
    ]
    kept = [option.key for option in old.options if new.option(option.key)]
    added = [option.key for option in new.options if not old.option(option.key)]
    order = [option.key for option in new.options]
    return NodeChange(
        key=new.key,
        title=new.title,
        fields=fields,
        options=_option_changes(old, new),
        order=None if [*kept, *added] == order else order,
    )


def _option_changes(old: Node, new: Node) -> list[OptionChange]:
    gone = [
        OptionChange(option.key, option, None)
        for option in old.options
        if not new.option(option.key)
    ]
    there = [
        OptionChange(option.key, old.option(option.key), option)
        for option in new.options
        if old.option(option.key) != option
    ]
    return [*gone, *there]


def pieces(old: str, new: str) -> list[TextPiece]:
    """Return how the old text became the new one: by words, in very long texts by lines."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > WORDS_LIMIT:
        before, after = _LINES.findall(old), _LINES.findall(new)
    found: list[TextPiece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, from_old, to_old, from_new, to_new in matcher.get_opcodes():
        if kind == "equal":
            found.append(TextPiece(Piece.KEPT, "".join(before[from_old:to_old])))
            continue
        if from_old < to_old:
            found.append(TextPiece(Piece.REMOVED, "".join(before[from_old:to_old])))
        if from_new < to_new:
            found.append(TextPiece(Piece.ADDED, "".join(after[from_new:to_new])))
    return found


def applied(old: Document, diff: DocumentDiff) -> Document:
    """Return the new document that a difference leads to."""
    removed = {node.key for node in diff.removed}
    nodes = {node.key: node for node in old.nodes if node.key not in removed}
    for change in diff.changed:
        nodes[change.key] = _changed(nodes[change.key], change)
    nodes |= {node.key: node for node in diff.added}
    order = diff.order or list(nodes)
    return Document.model_validate(
        {
            "start": diff.start or old.start,
            "nodes": [nodes[key].model_dump(mode="json") for key in order],
        }
    )


def _changed(old: Node, change: NodeChange) -> Node:
    values = old.model_dump(mode="json")
    values |= {each.field: each.after for each in change.fields}
    options = {option.key: option for option in old.options}
    for each in change.options:
        if each.after is None:
            del options[each.key]
        else:
            options[each.key] = each.after
    values["options"] = [
        options[key].model_dump(mode="json") for key in change.order or list(options)
    ]
    return Node.model_validate(values)
