"""The changes that turn a draft into a document; none for what is the same."""

from collections.abc import Iterator
from typing import Any

from rxapp.drafts.draft import DraftState, Step
from rxapp.drafts.operations import (
    STEP_FIELDS,
    AddNode,
    AddOption,
    Arrange,
    Connect,
    RemoveNode,
    RemoveOption,
    ReorderOptions,
    SetField,
    SetOptionLabel,
    SetStart,
)
from rxapp.trees.document import Document, Node, NodeKind, Option


def changes_to(draft: DraftState, document: Document, head: dict[str, Any]) -> list[Any]:
    """Return the changes that turn the draft into ``document``; ``head`` may have tree fields too.

    Steps are removed before others are added, so that there are never too many; one stays as long
    as there would be none.
    """
    wanted = {node.key: node for node in document.nodes}
    found: list[Any] = [
        SetField(field=name, value=value)
        for name, value in head.items()
        if value is not None and draft.head[name] != value
    ]
    gone = [RemoveNode(node=key) for key in draft.steps if key not in wanted]
    last = [gone.pop()] if len(gone) == len(draft.steps) else []
    found += gone
    next_place = draft.next_place
    added: dict[str, int] = {}
    for node in document.nodes:
        if step := draft.steps.get(node.key):
            found += _of_step(step, node)
        else:
            found += [AddNode(node=node), *last]
            last = []
            added[node.key] = next_place
            next_place += 1
    if draft.head["start"] != document.start:
        found.append(SetStart(node=document.start))
    places = {key: step.place for key, step in draft.steps.items() if key in wanted} | added
    if sorted(wanted, key=lambda key: (places[key], key)) != list(wanted):
        found.append(Arrange(places={key: n for n, key in enumerate(wanted)}))
    return found


def _of_step(step: Step, node: Node) -> Iterator[Any]:
    kept = node.model_dump(mode="json", exclude_defaults=True, exclude={"key", "options"})
    wanted = Step(node.key, kept, [], 0)
    for name in STEP_FIELDS:
        if name == "ending" and node.kind is not NodeKind.SOLUTION:
            continue  # what the step remembers stays
        if step.value(name) != wanted.value(name):
            yield SetField.model_validate(
                {"node": step.key, "field": name, "value": wanted.value(name)}
            )
    if node.kind is not NodeKind.SOLUTION:
        yield from _of_options(step, node.options)


def _of_options(step: Step, options: tuple[Option, ...]) -> Iterator[Any]:
    wanted = {option.key: option for option in options}
    left = [option["key"] for option in step.options if option["key"] in wanted]
    for old in step.options:
        if old["key"] not in wanted:
            yield RemoveOption(node=step.key, option=old["key"])
    for option in options:
        known = step.option(option.key)
        if known is None:
            yield AddOption(node=step.key, option=option)
            left.append(option.key)
            continue
        if known["label"] != option.label:
            yield SetOptionLabel(node=step.key, option=option.key, label=option.label)
        if known["to"] != option.to:
            yield Connect(node=step.key, option=option.key, to=option.to)
    if left != list(wanted):
        yield ReorderOptions(node=step.key, options=list(wanted))
