"""Applies a batch of operations to a draft in memory: as a whole, or with questions. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from rxapp.core.errors import Invalid
from rxapp.drafts.changing import apply
from rxapp.drafts.draft import DraftState
from rxapp.drafts.merging import Asked, Author, is_merged, question
from rxapp.drafts.operations import Arrange, Move
from rxapp.drafts.rules import OperationKind


@dataclass(frozen=True, slots=True)
class Wanted:
    """An operation to apply: ``changes(draft)`` returns its changes when its turn comes.

    ``touches`` are the keys of the steps that it needs; None means all of them.
    """

    id: UUID
    kind: OperationKind
    seen: int
    changes: Callable[[DraftState], list[Any]]
    touches: set[str] | None


@dataclass(frozen=True, slots=True)
class Done:
    """An operation that was applied; ``changes`` are those that had an effect."""

    id: UUID
    kind: OperationKind
    revision: int
    changes: list[Any]
    undo: list[Any]
    was_merged: bool


@dataclass(slots=True)
class Outcome:
    """The result of a batch. If there are questions, the draft must be discarded."""

    done: list[Done] = field(default_factory=list)
    asked: list[tuple[UUID, Asked]] = field(default_factory=list)


def work_off(draft: DraftState, operations: Iterable[Wanted], writer: str) -> Outcome:
    """Apply the operations one after the other; the draft's revision counts them.

    Raises:
        Invalid: if one of them cannot be applied; ``operation`` in its extras says which.
    """
    outcome = Outcome()
    for operation in operations:
        try:
            if operation.seen > draft.revision:
                raise Invalid(f"This draft is at revision {draft.revision}; reload it.")
            done, asked = _do(draft, operation, Author(writer, operation.seen))
        except Invalid as error:
            extra = {**error.extra, "operation": str(operation.id)}
            raise Invalid(error.message, **extra) from None
        if asked:
            outcome.asked += [(operation.id, each) for each in asked]
        else:
            outcome.done.append(done)
    return outcome


def _do(draft: DraftState, operation: Wanted, author: Author) -> tuple[Done, list[Asked]]:
    revision = draft.revision + 1
    done = Done(operation.id, operation.kind, revision, [], [], was_merged=False)
    asked: list[Asked] = []
    merged = False
    for change in operation.changes(draft):
        merged = merged or is_merged(draft, change, author)
        if found := question(draft, change, author):
            asked.append(found)
        elif undo := apply(draft, change, revision, author.writer):
            done.changes.append(change)
            done.undo[:0] = undo
    if not asked:
        draft.revision = revision
    return replace(done, was_merged=merged), asked


def is_change(done: Iterable[Done]) -> bool:
    """Return whether anything changed besides the places of steps on the canvas or in the list."""
    return any(not isinstance(each, Move | Arrange) for one in done for each in one.changes)


def touched(changes: Iterable[Any]) -> set[str]:
    """Return the keys of the steps that the changes need."""
    keys: set[str] = set()
    for change in changes:
        match change:
            case Move():
                keys.update(position.node for position in change.positions)
            case Arrange():
                keys.update(change.places)
            case _ if change.op == "add_node":
                keys.add(change.node.key)
            case _ if change.op != "set_start" and change.node is not None:
                keys.add(change.node)
    return keys
