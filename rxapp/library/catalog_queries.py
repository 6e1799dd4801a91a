"""Reads of categories and tags, and how many trees have them, including drafts."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.drafts.models import Draft
from rxapp.library.views import NameCount
from rxapp.trees.models import Tree, TreeTag
from rxapp.trees.rules import TreeStatus


def categories(db: DbSession, actor: Actor) -> list[NameCount]:
    """Return the categories by name, each with how many trees have it, live or in their draft.

    Deleted trees are not counted.

    Raises:
        Forbidden: without the right to write trees.
    """
    require(actor, Permission.WRITE_TREES)
    query = (
        select(Tree.category, func.count().label("trees"))
        .where(
            Tree.account_id == actor.account_id,
            Tree.status != TreeStatus.DELETED,
            Tree.category != "",
        )
        .group_by(Tree.category)
    )
    counts = Counter({row.category: row.trees for row in db.execute(query)})
    drafts = select(Draft.category).join(Tree, Tree.id == Draft.tree_id)
    only_there = drafts.where(
        Tree.account_id == actor.account_id,
        Tree.status != TreeStatus.DELETED,
        Draft.category != Tree.category,
        Draft.category != "",
    )
    counts.update(db.execute(only_there).scalars())
    return _by_name(counts)


def tags(db: DbSession, actor: Actor) -> list[NameCount]:
    """Return the tags by name, each with how many trees have it. Counted as categories are.

    Raises:
        Forbidden: without the right to write trees.
    """
    require(actor, Permission.WRITE_TREES)
    query = (
        select(TreeTag.tag, func.count().label("trees"))
        .join(Tree, Tree.id == TreeTag.tree_id)
        .where(TreeTag.account_id == actor.account_id, Tree.status != TreeStatus.DELETED)
        .group_by(TreeTag.tag)
    )
    counts = Counter({row.tag: row.trees for row in db.execute(query)})
    drafts = (
        select(Draft.tags.label("drafted"), Tree.tags.label("live"))
        .join(Tree, Tree.id == Draft.tree_id)
        .where(Tree.account_id == actor.account_id, Tree.status != TreeStatus.DELETED)
    )
    for row in db.execute(drafts):
        counts.update(set(row.drafted) - set(row.live))
    return _by_name(counts)


def _by_name(counts: Counter[str]) -> list[NameCount]:
    return [NameCount(name, counts[name]) for name in sorted(counts, key=str.casefold)]
