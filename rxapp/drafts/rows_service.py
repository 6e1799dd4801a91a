"""Writes of a draft's rows: created from a version once, then only what an operation changes."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import Session as DbSession
from sqlmodel import col

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.core.clock import utc_now
from rxapp.core.db import direct
from rxapp.core.errors import Conflict, NotFound, PreconditionFailed
from rxapp.core.ids import new_id
from rxapp.core.statements import insert_into, table_of
from rxapp.drafts.batch import Done
from rxapp.drafts.draft import HEAD_FIELDS, DraftState, Step, state_of
from rxapp.drafts.models import Draft, DraftNode, DraftOperation
from rxapp.drafts.operations import as_json
from rxapp.trees.document import Document
from rxapp.trees.models import Tree
from rxapp.trees.queries import version
from rxapp.trees.rules import TreeStatus

_NODE: Table = table_of(DraftNode)
_NODE_VALUES = ("fields", "options", "marks", "place", "x", "y")
_CHANGE_NODES = (
    update(_NODE)
    .where(_NODE.c.tree_id == bindparam("of_tree"), _NODE.c.key == bindparam("of_key"))
    .values({name: bindparam(f"new_{name}") for name in ("revision", *_NODE_VALUES)})
)
_ADD_NODES = insert_into(DraftNode)
_ADD_OPERATIONS = insert_into(DraftOperation)


def load(
    db: DbSession, actor: Actor, tree_id: UUID, *, revisions: Iterable[int] | None = None
) -> tuple[Tree, Draft | None]:
    """Return the account's tree, locked for a change, and its draft if it has one.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
        PreconditionFailed: if the tree is no longer at any of ``revisions``.
    """
    require(actor, Permission.WRITE_TREES)
    query = (
        select(Tree)
        .where(Tree.id == tree_id, Tree.account_id == actor.account_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    tree = db.execute(query).scalar_one_or_none()
    if tree is None:
        raise NotFound("tree")
    if revisions is not None and tree.revision not in set(revisions):
        raise PreconditionFailed
    # Read only now: a join would return the draft as it was before the wait for the lock.
    found = select(Draft).where(Draft.tree_id == tree.id)
    draft = db.execute(found.execution_options(populate_existing=True)).scalar_one_or_none()
    return tree, draft


def check_in_use(tree: Tree) -> None:
    """Do nothing if authors can work on the tree.

    Raises:
        NotFound: if it is deleted.
        Conflict: if it is archived.
    """
    if tree.status == TreeStatus.DELETED:
        raise NotFound("tree")
    if tree.status == TreeStatus.ARCHIVED:
        raise Conflict("This tree is archived. Restore it first.")


def mark_changed(tree: Tree, draft: Draft, is_changed: bool) -> None:
    """Record whether the draft differs from the newest version; lists read it in the tree's row."""
    draft.is_changed = tree.has_changes = is_changed


def begin(db: DbSession, tree: Tree, document: Document) -> Draft:
    """Create the rows of a draft that starts from a document."""
    whole = state_of(document, {name: getattr(tree, name) for name in HEAD_FIELDS})
    draft = Draft(
        tree_id=tree.id,
        account_id=tree.account_id,
        version_id=tree.version_id,
        **whole.head,
        node_count=whole.count,
        next_place=whole.next_place,
        size=whole.size,
    )
    mark_changed(tree, draft, tree.version_id is None)
    db.add(draft)
    db.flush()
    _insert(db, draft, whole.steps.values(), draft.revision)
    return draft


def opened(db: DbSession, tree: Tree, draft: Draft | None) -> Draft:
    """Return the tree's draft; if there is none, create it from the newest version.

    A draft without changes is updated to a version that was published without it.
    """
    if draft is not None and (draft.is_changed or draft.version_id == tree.version_id):
        return draft
    assert tree.version_id is not None
    document = version(db, tree.version_id).document
    if draft is None:
        return begin(db, tree, document)
    return _followed(db, tree, draft, document)


def _followed(db: DbSession, tree: Tree, draft: Draft, document: Document) -> Draft:
    fresh = state_of(document, {name: getattr(tree, name) for name in HEAD_FIELDS})
    draft.revision += 1
    writer = ""
    for step in fresh.steps.values():
        step.marks = {"": (draft.revision, writer, draft.revision)}
    direct(db).execute(delete(_NODE).where(_NODE.c.tree_id == draft.tree_id))
    _insert(db, draft, fresh.steps.values(), draft.revision)
    for name, value in fresh.head.items():
        setattr(draft, name, value)
    draft.marks = dict.fromkeys(fresh.head, (draft.revision, writer, draft.revision))
    draft.node_count, draft.next_place, draft.size = fresh.count, fresh.next_place, fresh.size
    draft.version_id = tree.version_id
    db.flush()
    return draft


def _insert(db: DbSession, draft: Draft, steps: Iterable[Step], revision: int) -> None:
    rows = [
        {
            "id": new_id(),
            "account_id": draft.account_id,
            "tree_id": draft.tree_id,
            "key": step.key,
            "revision": revision,
            **{name: getattr(step, name) for name in _NODE_VALUES},
        }
        for step in steps
    ]
    if rows:
        direct(db).execute(_ADD_NODES, rows)


def save(db: DbSession, draft: Draft, whole: DraftState, before: set[str], keys: set[str]) -> None:
    """Write the steps of ``keys`` and the head; ``before`` are the keys that existed before."""
    added = keys & (whole.steps.keys() - before)
    _insert(db, draft, [whole.steps[key] for key in added], whole.revision)
    removed = [key for key in keys & before if key not in whole.steps]
    if removed:
        gone = delete(_NODE).where(_NODE.c.tree_id == draft.tree_id, _NODE.c.key.in_(removed))
        direct(db).execute(gone)
    changed = [
        {
            "of_tree": draft.tree_id,
            "of_key": key,
            "new_revision": whole.revision,
            **{f"new_{name}": getattr(whole.steps[key], name) for name in _NODE_VALUES},
        }
        for key in keys & before
        if key in whole.steps
    ]
    if changed:
        direct(db).execute(_CHANGE_NODES, changed)
    for name, value in whole.head.items():
        setattr(draft, name, value)
    draft.marks = dict(whole.marks)
    draft.revision = whole.revision
    draft.node_count, draft.next_place, draft.size = whole.count, whole.next_place, whole.size
    draft.updated_at = utc_now()


def log(db: DbSession, draft: Draft, actor: Actor, client: str, done: list[Done]) -> None:
    """Append operations to the log."""
    now = utc_now()
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "account_id": draft.account_id,
            "tree_id": draft.tree_id,
            "operation_id": each.id,
            "revision": each.revision,
            "author_id": actor.user_id,
            "client": client,
            "kind": each.kind,
            "changes": as_json(each.changes),
            "undo": as_json(each.undo),
            "was_merged": each.was_merged,
            "at": now,
        }
        for each in done
    ]
    direct(db).execute(_ADD_OPERATIONS, rows)


def logged(db: DbSession, draft: Draft, ids: set[UUID]) -> dict[UUID, DraftOperation]:
    """Return the operations with these ids that the draft already has."""
    query = select(DraftOperation).where(
        DraftOperation.tree_id == draft.tree_id, col(DraftOperation.operation_id).in_(ids)
    )
    return {row.operation_id: row for row in db.execute(query).scalars()}
