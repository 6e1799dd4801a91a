"""Writes about trees by people: create, change, publish, delete, restore."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, Invalid, NotFound, PreconditionFailed
from rxapp.core.ids import new_id
from rxapp.trees import search
from rxapp.trees.catalog_service import add_version, counted_category, index, recount, set_tags
from rxapp.trees.document import Document
from rxapp.trees.models import Tree
from rxapp.trees.queries import version
from rxapp.trees.rules import TreeStatus

_TAKEN = "Another tree of the account has this title."


def load(
    db: DbSession, actor: Actor, tree_id: UUID, *, revisions: Collection[int] | None = None
) -> Tree:
    """Return the account's tree, locked for a change.

    Raises:
        NotFound: if the account has none.
        PreconditionFailed: if it is at none of ``revisions`` any more.
    """
    query = select(Tree).where(Tree.id == tree_id, Tree.account_id == actor.account_id)
    tree = db.execute(query.with_for_update()).scalar_one_or_none()
    if tree is None:
        raise NotFound("tree")
    if revisions is not None and tree.revision not in revisions:
        raise PreconditionFailed
    return tree


def _save(db: DbSession) -> None:
    try:
        db.flush()
    except IntegrityError:
        raise Conflict(_TAKEN, field="title") from None


def _check_title(db: DbSession, tree: Tree, title: str) -> None:
    query = select(Tree.id).where(
        Tree.account_id == tree.account_id,
        Tree.title == title,
        Tree.status != TreeStatus.DELETED,
        Tree.id != tree.id,
    )
    if db.execute(query).first():
        raise Conflict(_TAKEN, field="title")


def create(
    db: DbSession,
    actor: Actor,
    *,
    title: str,
    document: Document,
    description: str = "",
    category: str = "",
    tags: list[str] | None = None,
    publish: bool = True,
) -> Tree:
    """Create a tree: published as version 1, or as a draft.

    Raises:
        Forbidden: without the right to write trees.
        Conflict: if another tree has the title.
        Invalid: if it is to be published and lint finds a fault.
    """
    require(actor, Permission.WRITE_TREES)
    tree = Tree(
        id=new_id(),
        account_id=actor.account_id,
        title=title,
        description=description,
        category=category,
    )
    _check_title(db, tree, title)
    _keep_draft(tree, document)
    db.add(tree)
    _save(db)
    set_tags(db, tree, tags or [])
    record(db, actor, Action.TREE_MADE, subject_id=tree.id, subject=title)
    if publish:
        _publish(db, actor, tree)
    return tree


def _keep_draft(tree: Tree, document: Document) -> None:
    tree.draft = document.model_dump(mode="json", exclude_defaults=True)
    if tree.version == 0:
        tree.node_count = len(document.nodes)


def _publish(db: DbSession, actor: Actor, tree: Tree) -> None:
    if tree.draft is None:
        raise Conflict("There is no draft to publish.")
    add_version(db, tree, Document.model_validate(tree.draft), published_by=actor.user_id)
    record(
        db,
        actor,
        Action.TREE_PUBLISHED,
        subject_id=tree.id,
        subject=tree.title,
        version=tree.version,
    )


def change(
    db: DbSession,
    actor: Actor,
    tree_id: UUID,
    *,
    revisions: Collection[int] | None = None,
    publish: bool = False,
    document: Document | None = None,
    tags: list[str] | None = None,
    **head: str | None,
) -> Tree:
    """Change a tree; None keeps what is. A document becomes the draft, or the next version.

    ``head`` may hold ``title``, ``description`` and ``category``. Sessions keep the version that
    they started with.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
        PreconditionFailed: if it is at none of ``revisions`` any more.
        Conflict: if another tree has the title, or there is nothing to publish.
        Invalid: if it is to be published and lint finds a fault.
    """
    require(actor, Permission.WRITE_TREES)
    tree = load(db, actor, tree_id, revisions=revisions)
    if tree.status == TreeStatus.DELETED:
        raise NotFound("tree")
    before = counted_category(tree)
    changed = _change_head(db, tree, head)
    if tags is not None and tags != tree.tags:
        set_tags(db, tree, tags)
        changed["tags"] = tags
    if document is not None:
        _keep_draft(tree, document)
        changed["document"] = "a new draft"
    tree.revision += 1
    tree.updated_at = utc_now()
    _save(db)
    recount(db, tree, before)
    if changed:
        record(db, actor, Action.TREE_CHANGED, subject_id=tree.id, subject=tree.title, **changed)
    if publish:
        _publish(db, actor, tree)
    elif tree.version_id is not None:
        index(db, tree, version(db, tree.version_id).document)
    return tree


def _change_head(db: DbSession, tree: Tree, head: dict[str, str | None]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, value in head.items():
        if value is None or getattr(tree, name) == value:
            continue
        if name == "title":
            _check_title(db, tree, value)
        changed[name] = {"before": getattr(tree, name), "after": value}
        setattr(tree, name, value)
    return changed


def delete(
    db: DbSession, actor: Actor, tree_id: UUID, *, revisions: Collection[int] | None = None
) -> None:
    """Take a tree out of the library; sessions on it go on. Deleting it again is harmless.

    Raises:
        Forbidden: without the right to delete trees.
        NotFound: if the account has no such tree.
        PreconditionFailed: if it is at none of ``revisions`` any more.
    """
    require(actor, Permission.DELETE_TREES)
    tree = load(db, actor, tree_id, revisions=revisions)
    if tree.status == TreeStatus.DELETED:
        return
    before = counted_category(tree)
    tree.status = TreeStatus.DELETED
    tree.revision += 1
    tree.updated_at = utc_now()
    db.flush()
    recount(db, tree, before)
    search.remove(db, tree.id)
    record(db, actor, Action.TREE_DELETED, subject_id=tree.id, subject=tree.title)


def restore(db: DbSession, actor: Actor, tree_id: UUID) -> Tree:
    """Put a deleted tree back as it was: published or a draft.

    Raises:
        Forbidden: without the right to delete trees.
        NotFound: if the account has no such tree.
        Conflict: if another tree has its title meanwhile.
        Invalid: if it is not deleted.
    """
    require(actor, Permission.DELETE_TREES)
    tree = load(db, actor, tree_id)
    if tree.status != TreeStatus.DELETED:
        raise Invalid("This tree is not deleted.")
    _check_title(db, tree, tree.title)
    published = tree.version_id is not None
    tree.status = TreeStatus.PUBLISHED if published else TreeStatus.DRAFT
    tree.revision += 1
    tree.updated_at = utc_now()
    _save(db)
    recount(db, tree, None)
    if tree.version_id is not None:
        index(db, tree, version(db, tree.version_id).document)
    record(db, actor, Action.TREE_RESTORED, subject_id=tree.id, subject=tree.title)
    return tree
