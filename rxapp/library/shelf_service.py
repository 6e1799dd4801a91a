"""Writes about a tree's status: archive, delete, restore."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Invalid
from rxapp.drafts.rows_service import check_in_use, load
from rxapp.drafts.service import check_title, flush
from rxapp.trees import index_service
from rxapp.trees.catalog_service import counted_category, index, recount
from rxapp.trees.models import Tree
from rxapp.trees.queries import version
from rxapp.trees.rules import IN_USE, TreeStatus


def archive(
    db: DbSession, actor: Actor, tree_id: UUID, *, revisions: Collection[int] | None = None
) -> Tree:
    """Archive a tree: nobody can start it any more, but its sessions continue. Twice is harmless.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
        PreconditionFailed: if it is no longer at any of ``revisions``.
    """
    tree, _draft = load(db, actor, tree_id, revisions=revisions)
    if tree.status == TreeStatus.ARCHIVED:
        return tree
    check_in_use(tree)
    _take_out(db, actor, tree, TreeStatus.ARCHIVED, Action.TREE_ARCHIVED)
    return tree


def delete(
    db: DbSession, actor: Actor, tree_id: UUID, *, revisions: Collection[int] | None = None
) -> None:
    """Take a tree out of the library; sessions on it go on. Deleting it again is harmless.

    Raises:
        Forbidden: without the right to delete trees.
        NotFound: if the account has no such tree.
        PreconditionFailed: if it is no longer at any of ``revisions``.
    """
    require(actor, Permission.DELETE_TREES)
    tree, _draft = load(db, actor, tree_id, revisions=revisions)
    if tree.status != TreeStatus.DELETED:
        _take_out(db, actor, tree, TreeStatus.DELETED, Action.TREE_DELETED)


def _take_out(db: DbSession, actor: Actor, tree: Tree, to: TreeStatus, action: Action) -> None:
    before = counted_category(tree)
    _move(tree, to)
    db.flush()
    recount(db, tree, before)
    index_service.remove(db, tree.account_id, tree.id)
    record(db, actor, action, subject_id=tree.id, subject=tree.title)


def _move(tree: Tree, to: TreeStatus) -> None:
    tree.status = to
    tree.revision += 1
    tree.updated_at = utc_now()


def restore(db: DbSession, actor: Actor, tree_id: UUID) -> Tree:
    """Restore an archived or deleted tree as it was: published or a draft.

    Raises:
        Forbidden: without the right to write trees or, for a deleted one, to delete them.
        NotFound: if the account has no such tree.
        Conflict: if another tree has its title meanwhile.
        Invalid: if it is neither archived nor deleted.
    """
    tree, _draft = load(db, actor, tree_id)
    if tree.status in IN_USE:
        raise Invalid("This tree is neither archived nor deleted.")
    if tree.status == TreeStatus.DELETED:
        require(actor, Permission.DELETE_TREES)
    check_title(db, tree, tree.title)
    published = tree.version_id is not None
    _move(tree, TreeStatus.PUBLISHED if published else TreeStatus.DRAFT)
    flush(db)
    recount(db, tree, None)
    if tree.version_id is not None:
        index(db, tree, version(db, tree.version_id).document)
    record(db, actor, Action.TREE_RESTORED, subject_id=tree.id, subject=tree.title)
    return tree
