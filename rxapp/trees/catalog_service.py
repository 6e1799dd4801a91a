"""Writes that keep counts, tags and the search index in step with the trees."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.core.errors import Invalid
from rxapp.core.statements import upsert
from rxapp.trees import index_service
from rxapp.trees.document import Document, stored
from rxapp.trees.lint import lint
from rxapp.trees.models import Tree, TreeCategory, TreeTag, TreeVersion
from rxapp.trees.rules import TreeStatus


def _added(dialect: str) -> Any:
    # One statement: with a read before the write, two at once would count only one.
    statement = upsert(TreeCategory, dialect)
    return statement.on_conflict_do_update(
        index_elements=["account_id", "name"],
        set_={"trees": TreeCategory.trees + statement.excluded.trees},
    )


_ADD = {dialect: _added(dialect) for dialect in ("sqlite", "postgresql")}


def counted_category(tree: Tree) -> str | None:
    """Return the category that the tree is counted in; None if it is not published."""
    return tree.category if tree.status == TreeStatus.PUBLISHED else None


def recount(db: DbSession, tree: Tree, before: str | None) -> None:
    """Count the tree in its current category instead of the one that it was counted in."""
    now = counted_category(tree)
    if before != now:
        count_in_category(db, tree.account_id, before, -1)
        count_in_category(db, tree.account_id, now, +1)


def count_in_category(db: DbSession, account_id: UUID, category: str | None, change: int) -> None:
    """Change how many published trees a category has; nothing for None."""
    if category is None or not change:
        return
    values = {"account_id": account_id, "name": category, "trees": change}
    db.execute(_ADD[db.get_bind().dialect.name], values)


def set_tags(db: DbSession, tree: Tree, tags: list[str]) -> None:
    """Give the tree these tags, each once, in this order."""
    tree.tags = list(dict.fromkeys(tags))
    db.flush()
    db.execute(delete(TreeTag).where(TreeTag.tree_id == tree.id))
    db.add_all(TreeTag(tree_id=tree.id, tag=tag, account_id=tree.account_id) for tag in tree.tags)
    db.flush()


def index(db: DbSession, tree: Tree, document: Document) -> None:
    """Index the published tree with its newest text."""
    index_service.index(
        db,
        tree_id=tree.id,
        account_id=tree.account_id,
        title=tree.title,
        tags=tree.tags,
        description=tree.description,
        document=document,
    )


def add_version(
    db: DbSession, tree: Tree, document: Document, *, published_by: UUID | None, note: str = ""
) -> None:
    """Publish the document as the tree's next version.

    Raises:
        Invalid: if lint finds an error; the message is the first one, ``findings`` has them all,
            warnings too.
    """
    findings = lint(document)
    if findings and findings[0].is_error:
        raise Invalid(
            f"{tree.title}: {findings[0].message}",
            field="document",
            findings=[each.as_json() for each in findings[:100]],
        )
    before = counted_category(tree)
    tree.version += 1
    version = TreeVersion(
        account_id=tree.account_id,
        tree_id=tree.id,
        number=tree.version,
        title=tree.title,
        note=note,
        node_count=len(document.nodes),
        document=stored(document),
        published_by=published_by,
    )
    db.add(version)
    db.flush()
    tree.version_id = version.id
    tree.status = TreeStatus.PUBLISHED
    tree.node_count = len(document.nodes)
    if tree.starter_taken:
        tree.starter_digest, tree.starter_taken = tree.starter_taken, ""
    tree.updated_at = utc_now()
    db.flush()
    recount(db, tree, before)
    index(db, tree, document)
