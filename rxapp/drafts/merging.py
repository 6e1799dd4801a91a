"""Two authors on one draft: which changes are merged, and which raise a question."""

from dataclasses import dataclass
from enum import StrEnum
from functools import singledispatch
from typing import Any

from rxapp.core.errors import Invalid
from rxapp.drafts.changing import plain, reordered
from rxapp.drafts.draft import ORDER, DraftState, Step, label_mark, option_mark, target_mark
from rxapp.drafts.operations import (
    AddOption,
    Connect,
    RemoveNode,
    RemoveOption,
    ReorderOptions,
    SetField,
    SetOptionLabel,
    SetStart,
)
from rxapp.drafts.rules import UNTOUCHED, Mark, newest_of_others
from rxapp.trees.document import NodeKind


class Reason(StrEnum):
    """Why a change raises a question."""

    CHANGED = "changed"  # somebody else changed the same field
    REMOVED = "removed"  # what should be changed no longer exists
    EDITED = "edited"  # somebody else edited what should be removed


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that was not applied. ``writer`` is empty if it is unknown."""

    reason: Reason
    node: str | None
    option: str | None
    field: str
    mine: Any
    theirs: Any
    writer: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change, and the newest revision that they had seen."""

    writer: str
    seen: int

    def missed(self, mark: Mark) -> bool:
        """Return whether somebody else has changed the field since."""
        return newest_of_others(mark, self.writer) > self.seen


def question(draft: DraftState, change: Any, author: Author) -> Asked | None:
    """Return the question that the change raises, or None if it can be applied."""
    return _question(change, draft, author)


def is_merged(draft: DraftState, change: Any, author: Author) -> bool:
    """Return whether somebody else has changed another part of the same thing since."""
    key = getattr(change, "node", None)
    step = draft.steps.get(key) if isinstance(key, str) else None
    marks = step.marks if step and not isinstance(change, SetStart) else draft.marks
    return any(author.missed(mark) for mark in marks.values())


@singledispatch
def _question(_change: Any, _draft: DraftState, _author: Author) -> Asked | None:
    """Ask nothing: anything added is new, and for positions the last change wins."""
    return None


def _gone(node: str, field: str, mine: Any, option: str | None = None) -> Asked:
    return Asked(Reason.REMOVED, node, option, field, mine, None)


@_question.register
def _(change: SetField, draft: DraftState, author: Author) -> Asked | None:
    name, mine = change.field, plain(change.value)
    if change.node is None:
        return _of_head(draft, name, mine, author)
    step = draft.steps.get(change.node)
    if step is None:
        return _gone(change.node, name, mine)
    mark, theirs = step.mark(name), step.value(name)
    if author.missed(mark) and theirs != mine:
        return Asked(Reason.CHANGED, step.key, None, name, mine, theirs, mark[1])
    if name == "kind" and mine == NodeKind.SOLUTION and not step.is_solution:
        return _of_options(step, mine, author)
    return None


def _of_options(step: Step, mine: Any, author: Author) -> Asked | None:
    """Ask before options that somebody else is working on are no longer used."""
    for name, mark in step.marks.items():
        if name.startswith("option") and author.missed(mark):
            return Asked(Reason.EDITED, step.key, None, "kind", mine, step.options, mark[1])
    return None


def _of_head(draft: DraftState, name: str, mine: Any, author: Author) -> Asked | None:
    mark, theirs = draft.marks.get(name, UNTOUCHED), draft.head[name]
    if author.missed(mark) and theirs != mine:
        return Asked(Reason.CHANGED, None, None, name, mine, theirs, mark[1])
    return None


@_question.register
def _(change: SetStart, draft: DraftState, author: Author) -> Asked | None:
    return _of_head(draft, "start", change.node, author)


@_question.register
def _(change: RemoveNode, draft: DraftState, author: Author) -> Asked | None:
    step = draft.steps.get(change.node)
    if step is None:
        return None
    for mark in step.marks.values():
        if author.missed(mark):
            return Asked(Reason.EDITED, step.key, None, "", None, step.node(), mark[1])
    return None


@_question.register
def _(change: AddOption, draft: DraftState, author: Author) -> Asked | None:
    step, mine = draft.steps.get(change.node), change.option.model_dump(mode="json")
    if step is None:
        return _gone(change.node, "options", mine, change.option.key)
    if not step.is_solution:
        return None
    mark = step.mark("kind")
    if not author.missed(mark):
        raise Invalid("A solution is an end and cannot have answers.")
    theirs = step.value("kind")
    return Asked(Reason.CHANGED, step.key, change.option.key, "kind", mine, theirs, mark[1])


@_question.register
def _(change: SetOptionLabel, draft: DraftState, author: Author) -> Asked | None:
    return _of_option(draft, change, "label", change.label, label_mark(change.option), author)


@_question.register
def _(change: Connect, draft: DraftState, author: Author) -> Asked | None:
    return _of_option(draft, change, "to", change.to, target_mark(change.option), author)


def _of_option(
    draft: DraftState, change: Any, name: str, mine: str, mark_name: str, author: Author
) -> Asked | None:
    step = draft.steps.get(change.node)
    option = step.option(change.option) if step else None
    if step is None or option is None:
        return _gone(change.node, name, mine, change.option)
    mark, theirs = step.mark(mark_name, option_mark(change.option)), option[name]
    if author.missed(mark) and theirs != mine:
        return Asked(Reason.CHANGED, step.key, change.option, name, mine, theirs, mark[1])
    return None


@_question.register
def _(change: RemoveOption, draft: DraftState, author: Author) -> Asked | None:
    step = draft.steps.get(change.node)
    option = step.option(change.option) if step else None
    if step is None or option is None:
        return None
    whole = option_mark(change.option)
    for name in (whole, label_mark(change.option), target_mark(change.option)):
        mark = step.mark(name, whole)
        if author.missed(mark):
            return Asked(Reason.EDITED, step.key, change.option, "", None, option, mark[1])
    return None


@_question.register
def _(change: ReorderOptions, draft: DraftState, author: Author) -> Asked | None:
    step = draft.steps.get(change.node)
    if step is None:
        return _gone(change.node, "options", change.options)
    theirs = [option["key"] for option in step.options]
    mine = [option["key"] for option in reordered(step.options, change.options)]
    mark = step.mark(ORDER)
    if author.missed(mark) and theirs != mine:
        return Asked(Reason.CHANGED, step.key, None, "options", mine, theirs, mark[1])
    return None
