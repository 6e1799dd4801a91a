"""Writes about whole trees from files: publish an imported tree, load the starter trees."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.trees.catalog_service import add_version, counted_category, recount, set_tags
from rxapp.trees.importer import ImportedTree
from rxapp.trees.models import Tree
from rxapp.trees.rules import TreeStatus
from rxapp.trees.starters import Starter, shipped


def starter_trees() -> list[ImportedTree]:
    """Return the trees that every new account gets.

    Raises:
        Invalid: if one of the shipped files is not a tree.
    """
    return [starter.tree for starter in shipped().values()]


def load_starter_trees(db: DbSession, account_id: UUID) -> int:
    """Publish the starter trees as version 1 in a new account; returns how many there are."""
    starters = shipped().values()
    for starter in starters:
        tree_id = publish(db, account_id, starter.tree, published_by=None)
        came_from(db.get_one(Tree, tree_id), starter)
    db.flush()
    return len(starters)


def came_from(tree: Tree, starter: Starter) -> None:
    """Record the starter whose content the tree has."""
    tree.starter, tree.starter_digest = starter.key, starter.digest


def publish(
    db: DbSession, account_id: UUID, imported: ImportedTree, *, published_by: UUID | None
) -> UUID:
    """Publish a tree: as version 1, or as the next version of a tree with the same title.

    Called while an account is created, before anybody can act. Returns the tree's id.

    Raises:
        Invalid: if lint finds a fault; the message is the first one.
    """
    query = select(Tree).where(
        Tree.account_id == account_id,
        Tree.title == imported.title,
        Tree.status != TreeStatus.DELETED,
    )
    tree = db.execute(query.with_for_update()).scalar_one_or_none()
    if tree is None:
        tree = Tree(account_id=account_id, title=imported.title, revision=0)
        db.add(tree)
    tree.revision += 1
    before = counted_category(tree)
    tree.description, tree.category = imported.description, imported.category
    db.flush()
    recount(db, tree, before)
    set_tags(db, tree, imported.tags)
    add_version(db, tree, imported.document, published_by=published_by)
    return tree.id
