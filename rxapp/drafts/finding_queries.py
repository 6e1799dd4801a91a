"""Reads about what lint finds in a draft; only what changed since the last time is checked again.

Each process keeps what it has checked. It finds what is newer by the revision of the rows, so it
does not matter who wrote them.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import LRUCache, cached
from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.core.db import direct
from rxapp.drafts.draft import Step
from rxapp.drafts.mending import finding_views
from rxapp.drafts.models import Draft, DraftNode
from rxapp.drafts.queries import tree_and_draft
from rxapp.drafts.views import DraftFindings
from rxapp.trees.document import Node
from rxapp.trees.finding_rules import Finding
from rxapp.trees.graph_lint import Guesses
from rxapp.trees.lint import findings, lint
from rxapp.trees.models import Tree
from rxapp.trees.queries import version
from rxapp.trees.step_lint import CheckedStep, check

CHECKED_STEPS = 50_000
"""How many checked steps a process keeps, of all drafts together."""

CHECKED_VERSIONS = 512

_ROWS = (DraftNode.key, DraftNode.fields, DraftNode.options, DraftNode.marks, DraftNode.place)


def draft_findings(db: DbSession, actor: Actor, tree_id: UUID) -> DraftFindings:
    """Return what lint finds in a tree's draft; without a draft, in its newest version.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
    """
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    found = findings_of(db, tree, draft)
    errors = sum(each.is_error for each in found)
    return DraftFindings(
        revision=draft.revision if draft else 0,
        errors=errors,
        warnings=len(found) - errors,
        items=finding_views(found),
    )


def findings_of(db: DbSession, tree: Tree, draft: Draft | None) -> list[Finding]:
    """Return what lint finds in what publishing would write.

    For reading transactions: what is found is kept, so it has to be committed.
    """
    if draft and (draft.is_changed or tree.version_id is None):
        return _of_draft(db, draft)
    assert tree.version_id is not None
    return _of_version(db, tree.version_id)


@cached(LRUCache(CHECKED_VERSIONS), key=lambda _db, version_id: version_id, lock=Lock())
def _of_version(db: DbSession, version_id: UUID) -> list[Finding]:
    return lint(version(db, version_id).document)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A checked step, where it is in the list, and the revision at which it last changed."""

    place: int
    changed_at: int
    step: CheckedStep


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was found in a draft at a revision; shared by threads, which replace it as a whole."""

    revision: int = -1
    steps: dict[str, _Placed] = field(default_factory=dict)
    guesses: Guesses = field(default_factory=lambda: Guesses(()))
    found: list[Finding] = field(default_factory=list)


_kept: LRUCache[tuple[UUID, datetime], _Checked] = LRUCache(
    CHECKED_STEPS, getsizeof=lambda checked: len(checked.steps) + 1
)
_lock = Lock()


def _of_draft(db: DbSession, draft: Draft) -> list[Finding]:
    name = (draft.tree_id, draft.created_at)
    with _lock:
        known = _kept.get(name, _Checked())
    if known.revision == draft.revision:
        return known.found
    if known.revision > draft.revision:  # read by another thread after this transaction began
        known = _Checked()
    checked = _checked_again(db, draft, known)
    if len(checked.steps) < CHECKED_STEPS:
        with _lock:
            _kept[name] = checked
    return checked.found


def _checked_again(db: DbSession, draft: Draft, known: _Checked) -> _Checked:
    """Return what is found now: steps that were written since are read, changed ones checked."""
    of_draft = DraftNode.tree_id == draft.tree_id
    newer = select(*_ROWS).where(of_draft, DraftNode.revision > known.revision)
    steps = dict(known.steps)
    for row in direct(db).execute(newer):
        steps[row.key] = _placed(row, steps.get(row.key))
    if len(steps) != draft.node_count:
        keys = set(direct(db).execute(select(DraftNode.key).where(of_draft)).scalars())
        steps = {key: step for key, step in steps.items() if key in keys}
    ordered = sorted(steps, key=lambda key: (steps[key].place, key))
    guesses = known.guesses if steps.keys() == known.steps.keys() else Guesses(ordered)
    found = findings(draft.start, [steps[key].step for key in ordered], guesses)
    return _Checked(draft.revision, steps, guesses, found)


def _placed(row: Any, known: _Placed | None) -> _Placed:
    changed_at = max((mark[0] for mark in row.marks.values()), default=0)
    if known and known.changed_at == changed_at:
        return replace(known, place=row.place)
    node = Node.model_validate(Step(row.key, row.fields, row.options, row.place).node())
    return _Placed(row.place, changed_at, check(node))
