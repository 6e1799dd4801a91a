"""Reads about drafts: the whole draft, the part that an operation needs, the log."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, may, require
from rxapp.access.queries import names
from rxapp.core.db import direct
from rxapp.core.errors import NotFound
from rxapp.drafts.draft import HEAD_FIELDS, DraftState, Step, state_of
from rxapp.drafts.models import Draft, DraftNode, DraftOperation
from rxapp.drafts.views import (
    DraftRows,
    DraftView,
    OperationPage,
    OperationView,
    Placed,
    TreeRecord,
)
from rxapp.trees.document import Document, Node
from rxapp.trees.models import Tree
from rxapp.trees.queries import card, published, version
from rxapp.trees.rules import TreeStatus

_NODE = (
    DraftNode.key,
    DraftNode.fields,
    DraftNode.options,
    DraftNode.marks,
    DraftNode.place,
    DraftNode.x,
    DraftNode.y,
)


def tree_and_draft(db: DbSession, actor: Actor, tree_id: UUID) -> tuple[Tree, Draft | None]:
    """Return the account's tree, unless it is deleted, and its draft if it has one.

    Raises:
        NotFound: if the account has no such tree.
    """
    query = (
        select(Tree, Draft)
        .outerjoin(Draft, Draft.tree_id == Tree.id)
        .where(
            Tree.id == tree_id,
            Tree.account_id == actor.account_id,
            Tree.status != TreeStatus.DELETED,
        )
    )
    row = db.execute(query).one_or_none()
    if row is None:
        raise NotFound("tree")
    return row.Tree, row.Draft


def state(db: DbSession, draft: Draft, keys: Collection[str] | None = None) -> DraftState:
    """Return the draft in memory with the steps of these keys; None means all of them."""
    query = select(*_NODE).where(DraftNode.tree_id == draft.tree_id)
    if keys is not None:
        query = query.where(DraftNode.key.in_(keys))
    rows = direct(db).execute(query).all() if keys is None or keys else []
    return DraftState(
        head={name: getattr(draft, name) for name in (*HEAD_FIELDS, "start")},
        steps={row.key: _step(row) for row in rows},
        revision=draft.revision,
        count=draft.node_count,
        next_place=draft.next_place,
        size=draft.size,
        marks={name: tuple(mark) for name, mark in draft.marks.items()},
    )


def _step(row: Any) -> Step:
    marks = {name: tuple(mark) for name, mark in row.marks.items()}
    return Step(row.key, row.fields, row.options, row.place, row.x, row.y, marks)


def draft_view(db: DbSession, actor: Actor, tree_id: UUID) -> DraftView:
    """Return a tree's draft or, without one, its newest version at revision 0.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
    """
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    whole = state(db, draft) if draft else None
    source: Any = draft if draft and draft.is_changed else tree
    return DraftView(
        tree_id=tree.id,
        revision=draft.revision if draft else 0,
        based_on=_number(db, tree, draft),
        is_changed=bool(draft and draft.is_changed),
        title=source.title,
        description=source.description,
        category=source.category,
        tags=list(source.tags),
        document=document_of(db, tree, draft, whole),
        positions=_positions(whole) if whole else {},
        updated_at=(draft or tree).updated_at,
    )


def draft_rows(db: DbSession, actor: Actor, tree_id: UUID) -> DraftRows:
    """Return a tree's draft as the editor reads it. Raises as :func:`draft_view`."""
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    if draft and (draft.is_changed or draft.version_id == tree.version_id):
        whole = state(db, draft)
    else:
        assert tree.version_id is not None
        head = {name: getattr(tree, name) for name in HEAD_FIELDS}
        whole = state_of(version(db, tree.version_id).document, head)
    steps = [
        {
            "key": step.key,
            **step.fields,
            "options": step.options,
            "place": step.place,
            **({"x": step.x, "y": step.y} if step.x is not None else {}),
        }
        for step in whole.steps.values()
    ]
    return DraftRows(tree.id, draft.revision if draft else 0, whole.head, steps, whole.next_place)


def revision_seen(db: DbSession, actor: Actor, tree_id: UUID) -> int:
    """Return the revision of a tree's draft. Raises like :func:`draft_view`."""
    require(actor, Permission.WRITE_TREES)
    _tree, draft = tree_and_draft(db, actor, tree_id)
    return draft.revision if draft else 0


def titles(db: DbSession, tree: Tree, draft: Draft | None, keys: Collection[str]) -> dict[str, str]:
    """Return the titles of those steps of the draft that have these keys, without its document."""
    return {key: node.title for key, node in nodes(db, tree, draft, keys).items()}


def nodes(db: DbSession, tree: Tree, draft: Draft | None, keys: Collection[str]) -> dict[str, Node]:
    """Return those steps of the draft that have these keys, as publishing would write them."""
    if draft and (draft.is_changed or tree.version_id is None):
        steps = state(db, draft, keys).steps
        return {key: Node.model_validate(step.node()) for key, step in steps.items()}
    document = document_of(db, tree, draft)
    return {key: document.node(key) for key in keys if document.has(key)}


def start_of(db: DbSession, tree: Tree, draft: Draft | None) -> str:
    """Return the key of the draft's first step."""
    if draft and (draft.is_changed or tree.version_id is None):
        return draft.start
    return document_of(db, tree, draft).start


def document_of(
    db: DbSession, tree: Tree, draft: Draft | None, whole: DraftState | None = None
) -> Document:
    """Return the draft's document, as publishing would write it."""
    if draft and (draft.is_changed or tree.version_id is None):
        return (whole or state(db, draft)).document()
    assert tree.version_id is not None
    return version(db, tree.version_id).document


def _number(db: DbSession, tree: Tree, draft: Draft | None) -> int | None:
    version_id = draft.version_id if draft and draft.is_changed else tree.version_id
    return version(db, version_id).number if version_id else None


def _positions(whole: DraftState) -> dict[str, Placed]:
    return {
        step.key: Placed(step.x, step.y)
        for step in whole.steps.values()
        if step.x is not None and step.y is not None
    }


def operations_after(
    db: DbSession, actor: Actor, tree_id: UUID, *, after: int, limit: int
) -> OperationPage:
    """Return the draft's operations after a revision, oldest first.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
    """
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    query = (
        select(DraftOperation)
        .where(DraftOperation.tree_id == tree.id, DraftOperation.revision > after)
        .order_by(DraftOperation.revision)
        .limit(limit + 1)
    )
    rows = list(db.execute(query).scalars())
    known = names(db, actor.account_id, (row.author_id for row in rows))
    items = [_operation(row, known) for row in rows[:limit]]
    return OperationPage(draft.revision if draft else 0, items, has_more=len(rows) > limit)


def _operation(row: DraftOperation, known: dict[UUID, str]) -> OperationView:
    return OperationView(
        id=row.operation_id,
        revision=row.revision,
        author_id=row.author_id,
        author=known.get(row.author_id, ""),
        client=row.client,
        kind=row.kind,
        changes=row.changes,
        undo=row.undo,
        at=row.at,
    )


def tree_record(db: DbSession, actor: Actor, tree_id: UUID) -> TreeRecord:
    """Return a tree with its newest document and, for those who write trees, its draft.

    Raises:
        NotFound: if the account has no such tree that the actor may see.
    """
    require(actor, Permission.READ_TREES)
    if not may(actor, Permission.WRITE_TREES):
        row = published(db, actor, tree_id)
        newest = version(db, row.version_id).document
        return TreeRecord(card(row, for_authors=False), row.revision, newest, None)
    return record_of(db, *tree_and_draft(db, actor, tree_id))


def record_of(db: DbSession, tree: Tree, draft: Draft | None = None) -> TreeRecord:
    """Return the tree and its draft as people who write trees see them."""
    draft = draft or db.get(Draft, tree.id)
    newest = version(db, tree.version_id).document if tree.version_id else None
    is_changed = draft is not None and draft.is_changed
    changed = document_of(db, tree, draft) if is_changed else None
    owner = names(db, tree.account_id, [tree.owner_id]).get(tree.owner_id or UUID(int=0), "")
    return TreeRecord(card(tree, for_authors=True, owner=owner), tree.revision, newest, changed)
