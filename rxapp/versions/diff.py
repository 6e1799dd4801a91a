"""The difference between two documents, for a reader: added, removed and changed steps."""

from dataclasses import dataclass
from typing import Any

from rxapp.trees.document import Document, Node, Option

TEXT_FIELDS = ("title", "body", "expected")
"""The fields of a step whose changes are shown word by word."""

PLAIN_FIELDS = ("kind", "commands", "ending")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changed."""

    field: str
    before: Any
    after: Any


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
    fields: list[FieldChange]
    options: list[OptionChange]
    order: list[str] | None


@dataclass(frozen=True, slots=True)
class DocumentDiff:
    """The changes from one document to another. ``start`` and ``order`` are None if unchanged."""

    added: list[Node]
    removed: list[Node]
    changed: list[NodeChange]
    start: str | None
    order: list[str] | None


def differing(old: Document, new: Document) -> tuple[list[str], list[str], list[str]]:
    """Return the keys of the steps that changed, that were added and that were removed."""
    return (
        [node.key for node in new.nodes if old.has(node.key) and old.node(node.key) != node],
        [node.key for node in new.nodes if not old.has(node.key)],
        [node.key for node in old.nodes if not new.has(node.key)],
    )


def difference(old: Document, new: Document) -> DocumentDiff:
    """Return what changed from the old document to the new one."""
    changed, added, removed = differing(old, new)
    kept = [node.key for node in old.nodes if new.has(node.key)]
    order = [node.key for node in new.nodes]
    return DocumentDiff(
        added=[new.node(key) for key in added],
        removed=[old.node(key) for key in removed],
        changed=[node_change(old.node(key), new.node(key)) for key in changed],
        start=None if old.start == new.start else new.start,
        order=None if [*kept, *added] == order else order,
    )


def node_change(old: Node, new: Node) -> NodeChange:
    """Return what changed in a step."""
    before, after = (node.model_dump(mode="json") for node in (old, new))
    kept = [option.key for option in old.options if new.option(option.key)]
    added = [option.key for option in new.options if not old.option(option.key)]
    order = [option.key for option in new.options]
    return NodeChange(
        key=new.key,
        fields=[
            FieldChange(name, before[name], after[name])
            for name in (*TEXT_FIELDS, *PLAIN_FIELDS)
            if before[name] != after[name]
        ],
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


def applied(old: Document, diff: DocumentDiff) -> Document:
    """Return the document that results from applying a difference to the old one."""
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
