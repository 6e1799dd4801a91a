"""Writes about trees: publish, load the starter trees."""

from importlib.resources import files
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.core.clock import utc_now
from rxapp.core.errors import Invalid
from rxapp.trees import search
from rxapp.trees.importer import ImportedTree, read_yaml
from rxapp.trees.lint import lint
from rxapp.trees.models import Tree, TreeCategory, TreeStatus, TreeVersion


def starter_trees() -> list[ImportedTree]:
    """Return the trees that every new account gets.

    Raises:
        Invalid: if one of the shipped files is not a tree.
    """
    folder = files("rxapp.trees") / "starter"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=str)
    return [read_yaml(path.read_text(encoding="utf-8")) for path in paths]


def load_starter_trees(db: DbSession, account_id: UUID) -> int:
    """Publish the starter trees as version 1 in a new account; returns how many there are."""
    trees = starter_trees()
    for tree in trees:
        publish(db, account_id, tree, published_by=None)
    return len(trees)


def publish(
    db: DbSession, account_id: UUID, imported: ImportedTree, *, published_by: UUID | None
) -> UUID:
    """Publish a tree: a new one as version 1, one with the same title as its next version.

    Called for the account by what creates it; nobody acts here yet. Returns the tree's id.

    Raises:
        Invalid: if lint finds a fault; the message is the first one.
    """
    if findings := lint(imported.document):
        raise Invalid(f"{imported.title}: {findings[0].message}", field="document")
    tree, category_before = _tree_for(db, account_id, imported)
    if category_before != imported.category:
        _count(db, account_id, category_before, -1)
        _count(db, account_id, imported.category, +1)
    tree.version += 1
    version = TreeVersion(
        account_id=account_id,
        tree_id=tree.id,
        number=tree.version,
        title=imported.title,
        document=imported.document.model_dump(mode="json", exclude_defaults=True),
        published_by=published_by,
    )
    db.add(version)
    db.flush()
    tree.version_id = version.id
    tree.status = TreeStatus.PUBLISHED.value
    tree.node_count = len(imported.document.nodes)
    tree.updated_at = utc_now()
    db.flush()
    search.index(
        db,
        tree_id=tree.id,
        account_id=account_id,
        title=imported.title,
        tags=imported.tags,
        description=imported.description,
        document=imported.document,
    )
    return tree.id


def _count(db: DbSession, account_id: UUID, category: str | None, change: int) -> None:
    """Change how many published trees a category has; None is no category at all."""
    if category is None:
        return
    row = db.get(TreeCategory, (account_id, category))
    if row is None:
        row = TreeCategory(account_id=account_id, name=category, trees=0)
        db.add(row)
    row.trees += change
    db.flush()


def _tree_for(db: DbSession, account_id: UUID, imported: ImportedTree) -> tuple[Tree, str | None]:
    """Return the row to publish under, and the category it was counted in before."""
    query = select(Tree).where(Tree.account_id == account_id, Tree.title == imported.title)
    tree = db.execute(query).scalar_one_or_none()
    if tree is None:
        tree = Tree(account_id=account_id, title=imported.title)
        db.add(tree)
    counted = tree.category if tree.status == TreeStatus.PUBLISHED else None
    tree.description = imported.description
    tree.category = imported.category
    tree.tags = list(imported.tags)
    db.flush()
    return tree, counted
