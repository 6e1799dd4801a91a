"""What changed between two versions of a tree, or from one to the draft, page by page."""

from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import LRUCache, cached
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.drafts.draft import HEAD_FIELDS
from rxapp.drafts.models import Draft
from rxapp.drafts.queries import document_of, state, tree_and_draft
from rxapp.trees.document import Document, Option
from rxapp.trees.models import Tree
from rxapp.versions.diff import TEXT_FIELDS, differing, node_change
from rxapp.versions.drawing import drawn
from rxapp.versions.queries import numbered
from rxapp.versions.reading import fitting, length, option_text, step_name, step_text
from rxapp.versions.text_diff import Comparer
from rxapp.versions.views import (
    DiffPage,
    DrawnTree,
    FieldDiff,
    OptionDiff,
    StartDiff,
    StepDiff,
    StepDiffKind,
)

KEPT_STEPS = 50_000
"""How many steps of drafts a process keeps parsed, of all drafts together."""

Head = dict[str, Any]
"""A tree's title, description, category and tags, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two states of a tree that are compared."""

    document: Document
    head: Head


def compared(
    db: DbSession,
    actor: Actor,
    tree_id: UUID,
    *,
    old: int,
    new: int | None,
    after: int = 0,
    limit: int = 50,
) -> DiffPage:
    """Return what changed from one version to another; ``new`` None: to the draft.

    Of the steps that changed, were added or were removed, in this order, the answer has those after
    the first ``after``.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or the tree no such version.
    """
    before, now, revision = _sides(db, actor, tree_id, old, new)
    return diff_page(before, now, old=old, new=new, revision=revision, after=after, limit=limit)


def compared_drawing(
    db: DbSession, actor: Actor, tree_id: UUID, *, old: int, new: int | None
) -> DrawnTree:
    """Return the two states of a tree as one that can be drawn. Raises like :func:`compared`."""
    before, now, revision = _sides(db, actor, tree_id, old, new)
    return drawn(before.document, now.document, revision)


def _sides(
    db: DbSession, actor: Actor, tree_id: UUID, old: int, new: int | None
) -> tuple[Side, Side, int]:
    """Return both states and the revision of the draft."""
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    before = _published(db, tree, old)
    now = drafted(db, tree, draft) if new is None else _published(db, tree, new)
    return before, now, draft.revision if draft else 0


def diff_page(
    before: Side,
    now: Side,
    *,
    old: int,
    new: int | None,
    revision: int,
    after: int,
    limit: int,
) -> DiffPage:
    """Return what leads from one side to the other, with the steps after the first ``after``."""
    changed, added, removed = differing(before.document, now.document)
    keys = [
        *((StepDiffKind.CHANGED, key) for key in changed),
        *((StepDiffKind.ADDED, key) for key in added),
        *((StepDiffKind.REMOVED, key) for key in removed),
    ]
    comparing = _Comparing(before.document, now.document, Comparer())
    shown = fitting(islice(keys, after, None), comparing.length, limit)
    return DiffPage(
        old=old,
        new=new,
        revision=revision,
        changed=len(changed),
        added=len(added),
        removed=len(removed),
        head=comparing.head(before.head, now.head),
        start=comparing.start(),
        items=[comparing.step(kind, key) for kind, key in shown],
        has_more=after + len(shown) < len(keys),
    )


def _published(db: DbSession, tree: Tree, number: int) -> Side:
    """Return a version; of the newest one the whole head is known, of an older one its title."""
    found = numbered(db, tree, number)
    is_newest = number == tree.version
    head = {name: getattr(tree, name) for name in HEAD_FIELDS} if is_newest else {}
    return Side(found.document, head or {"title": found.title})


def drafted(db: DbSession, tree: Tree, draft: Draft | None) -> Side:
    """Return what the draft says; of a tree that nobody changes, its newest version.

    For reading transactions: what is read is kept, so it has to be committed.
    """
    source: Any = draft if draft and draft.is_changed else tree
    head = {name: getattr(source, name) for name in HEAD_FIELDS}
    if draft and (draft.is_changed or tree.version_id is None):
        return Side(_draft_document(db, draft), head)
    return Side(document_of(db, tree, draft), head)


@cached(
    LRUCache(KEPT_STEPS, getsizeof=lambda document: len(document.nodes)),
    key=lambda _db, draft: (draft.tree_id, draft.revision),
    lock=Lock(),
)
def _draft_document(db: DbSession, draft: Draft) -> Document:
    """Return the draft's document, kept for the next page of the same difference."""
    return state(db, draft).document()


@dataclass(frozen=True, slots=True)
class _Comparing:
    before: Document
    now: Document
    comparer: Comparer

    def length(self, item: tuple[StepDiffKind, str]) -> int:
        _kind, key = item
        documents = (each for each in (self.before, self.now) if each.has(key))
        return sum(length(each.node(key)) for each in documents)

    def head(self, before: Head, now: Head) -> list[FieldDiff]:
        return [
            self.field(name, before[name], now[name])
            for name in HEAD_FIELDS
            if name in before and name in now and before[name] != now[name]
        ]

    def field(self, name: str, before: Any, after: Any) -> FieldDiff:
        is_text = name in (*TEXT_FIELDS, "description")
        pieces = self.comparer.pieces(before, after) if is_text else []
        return FieldDiff(name, before, after, pieces)

    def start(self) -> StartDiff | None:
        if self.before.start == self.now.start:
            return None
        return StartDiff(
            step_name(self.before, self.before.start), step_name(self.now, self.now.start)
        )

    def step(self, kind: StepDiffKind, key: str) -> StepDiff:
        if kind is not StepDiffKind.CHANGED:
            document = self.now if kind is StepDiffKind.ADDED else self.before
            whole = step_text(document, document.node(key))
            return StepDiff(kind, key, whole.title, whole, [], [], None)
        node = self.now.node(key)
        change = node_change(self.before.node(key), node)
        return StepDiff(
            kind=kind,
            key=key,
            title=node.title,
            step=None,
            fields=[self.field(each.field, each.before, each.after) for each in change.fields],
            options=[
                OptionDiff(
                    each.key, _option(self.before, each.before), _option(self.now, each.after)
                )
                for each in change.options
            ],
            order=[option.label for option in node.options] if change.order else None,
        )


def _option(document: Document, option: Option | None) -> Any:
    return option_text(document, option) if option else None
