"""What a change does to a draft, and what undoes it. Pure, so that every side agrees."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from rxapp.core.errors import Invalid
from rxapp.drafts.draft import (
    ORDER,
    REMOVED,
    DraftState,
    Step,
    label_mark,
    option_mark,
    step_of,
    target_mark,
)
from rxapp.drafts.operations import (
    AddNode,
    AddOption,
    Arrange,
    Connect,
    Move,
    Position,
    RemoveNode,
    RemoveOption,
    ReorderOptions,
    SetField,
    SetOptionLabel,
    SetStart,
)
from rxapp.drafts.rules import DRAFT_LIMIT, UNTOUCHED, WHOLE, marked
from rxapp.trees.document import MAX_NODES, MAX_OPTIONS, Node, NodeKind

Undoing = list[Any]
"""The changes that undo a change, in order."""


def apply(draft: DraftState, change: Any, revision: int, writer: str) -> Undoing:
    """Apply a change and return the changes that undo it, in order; none if it had no effect.

    What it changes must exist; the caller has checked that with :func:`merging.question`.

    Raises:
        Invalid: if a key is taken, or a limit is reached.
    """
    undo = _apply(change, draft, _Marker(revision, writer))
    if draft.size > DRAFT_LIMIT:
        raise Invalid(f"The texts of a tree may have at most {DRAFT_LIMIT:,} characters together.")
    return undo


@dataclass(frozen=True, slots=True)
class _Marker:
    revision: int
    writer: str

    def touch(self, step: Step, name: str, *, of: tuple[str, ...] = ()) -> None:
        step.marks[name] = marked(step.mark(name, *of), self.revision, self.writer)

    def touch_head(self, draft: DraftState, name: str) -> None:
        before = draft.marks.get(name, UNTOUCHED)
        draft.marks[name] = marked(before, self.revision, self.writer)


@singledispatch
def _apply(change: Any, _draft: DraftState, _marker: _Marker) -> Undoing:
    raise TypeError(f"no change: {change!r}")


@_apply.register
def _(change: SetField, draft: DraftState, marker: _Marker) -> Undoing:
    value, name = plain(change.value), change.field
    if change.node is None:
        return _set_head(draft, name, value, marker)
    step = draft.steps[change.node]
    before = step.value(name)
    if before == value:
        return []
    size = step.size
    step.fields = {**step.fields, name: value}
    draft.size += step.size - size
    marker.touch(step, name)
    return [SetField(node=step.key, field=name, value=before)]


def _set_head(draft: DraftState, name: Any, value: Any, marker: _Marker) -> Undoing:
    before = draft.head[name]
    if before == value:
        return []
    draft.head[name] = value
    marker.touch_head(draft, name)
    return [SetField(field=name, value=before)]


@_apply.register
def _(change: SetStart, draft: DraftState, marker: _Marker) -> Undoing:
    before = draft.head["start"]
    if before == change.node:
        return []
    draft.head["start"] = change.node
    marker.touch_head(draft, "start")
    return [SetStart(node=before)]


@_apply.register
def _(change: AddNode, draft: DraftState, marker: _Marker) -> Undoing:
    key = change.node.key
    if key in draft.steps:
        raise Invalid(f"There is already a step with the key '{key}'.", field="key")
    if draft.count >= MAX_NODES:
        raise Invalid(f"A tree may have at most {MAX_NODES:,} steps.")
    place = draft.next_place if change.place is None else change.place
    step = step_of(change.node, place=place, x=change.x, y=change.y)
    marker.touch(step, WHOLE)
    draft.steps[key] = step
    draft.count += 1
    draft.next_place = max(draft.next_place, place + 1)
    draft.size += step.size
    return [RemoveNode(node=key)]


@_apply.register
def _(change: RemoveNode, draft: DraftState, _marker: _Marker) -> Undoing:
    step = draft.steps.get(change.node)
    if step is None:
        return []
    if draft.count == 1:
        raise Invalid("A tree needs at least one step.")
    del draft.steps[step.key]
    draft.count -= 1
    draft.size -= step.size
    return _added_again(step)


def _added_again(step: Step) -> Undoing:
    """Return the changes that add a step as it was, with everything that it remembers."""
    ending = step.value("ending")
    remembers_options = step.is_solution and step.options
    if remembers_options:
        bare = {name: value for name, value in step.fields.items() if name != "ending"}
        node = {"key": step.key, **bare, "kind": NodeKind.DECISION, "options": step.options}
    else:
        node = step.node()
    again: Undoing = [AddNode(node=Node.model_validate(node), place=step.place, x=step.x, y=step.y)]
    if remembers_options:
        again.append(SetField(node=step.key, field="kind", value=NodeKind.SOLUTION))
    if ending is not None and (remembers_options or not step.is_solution):
        again.append(SetField(node=step.key, field="ending", value=ending))
    return again


@_apply.register
def _(change: AddOption, draft: DraftState, marker: _Marker) -> Undoing:
    step, key = draft.steps[change.node], change.option.key
    if step.option(key):
        raise Invalid(f"This step already has an answer with the key '{key}'.", field="key")
    if len(step.options) >= MAX_OPTIONS:
        raise Invalid(f"A step may have at most {MAX_OPTIONS} answers.")
    at = len(step.options) if change.at is None else change.at
    option = change.option.model_dump(mode="json")
    step.options = [*step.options[:at], option, *step.options[at:]]
    draft.size += len(change.option.label)
    marker.touch(step, option_mark(key))
    return [RemoveOption(node=step.key, option=key)]


@_apply.register
def _(change: SetOptionLabel, draft: DraftState, marker: _Marker) -> Undoing:
    before = _set_option(draft, change.node, change.option, "label", change.label, marker)
    if before is None:
        return []
    draft.size += len(change.label) - len(before)
    return [SetOptionLabel(node=change.node, option=change.option, label=before)]


@_apply.register
def _(change: Connect, draft: DraftState, marker: _Marker) -> Undoing:
    before = _set_option(draft, change.node, change.option, "to", change.to, marker)
    if before is None:
        return []
    return [Connect(node=change.node, option=change.option, to=before)]


def _set_option(
    draft: DraftState, node: str, key: str, name: str, value: str, marker: _Marker
) -> str | None:
    """Change a field of an option; returns its old value, or None if nothing changes."""
    step = draft.steps[node]
    option = step.option(key)
    assert option is not None
    before = str(option[name])
    if before == value:
        return None
    step.options = [{**each, name: value} if each is option else each for each in step.options]
    marker.touch(step, f"{option_mark(key)}:{name}", of=(option_mark(key),))
    return before


@_apply.register
def _(change: RemoveOption, draft: DraftState, marker: _Marker) -> Undoing:
    step = draft.steps.get(change.node)
    option = step.option(change.option) if step else None
    if step is None or option is None or step.is_solution:
        return []  # what a solution remembers is no option of it
    at = step.options.index(option)
    step.options = [each for each in step.options if each is not option]
    draft.size -= len(option["label"])
    mine = (option_mark(change.option), label_mark(change.option), target_mark(change.option))
    for name in mine:
        step.marks.pop(name, None)
    marker.touch(step, REMOVED)
    return [AddOption.model_validate({"node": step.key, "option": option, "at": at})]


@_apply.register
def _(change: ReorderOptions, draft: DraftState, marker: _Marker) -> Undoing:
    step = draft.steps[change.node]
    before = [option["key"] for option in step.options]
    step.options = reordered(step.options, change.options)
    if [option["key"] for option in step.options] == before:
        return []
    marker.touch(step, ORDER)
    return [ReorderOptions(node=step.key, options=before)]


def reordered(options: list[dict[str, Any]], keys: Iterable[str]) -> list[dict[str, Any]]:
    """Return the options in the order of ``keys``; options that are not listed come last."""
    order = list(dict.fromkeys(keys))
    rank = {key: n for n, key in enumerate(order)}
    return sorted(options, key=lambda option: rank.get(option["key"], len(order)))


@_apply.register
def _(change: Move, draft: DraftState, _marker: _Marker) -> Undoing:
    before = []
    for each in change.positions:
        if step := draft.steps.get(each.node):
            before.append(Position(node=step.key, x=step.x, y=step.y))
            step.x, step.y = each.x, each.y
    return [Move(positions=before[::-1])] if before else []


@_apply.register
def _(change: Arrange, draft: DraftState, _marker: _Marker) -> Undoing:
    before = {}
    for key, place in change.places.items():
        if step := draft.steps.get(key):
            before[key] = step.place
            step.place = place
            draft.next_place = max(draft.next_place, place + 1)
    return [Arrange(places=before)] if before else []


def plain(value: Any) -> Any:
    """Return the value of a field as JSON."""
    if isinstance(value, list):
        return [each if isinstance(each, str) else _command(each) for each in value]
    return value


def _command(command: Any) -> Any:
    return command.model_dump(mode="json", exclude_defaults=True)
