"""Reads about trees."""

from collections import OrderedDict
from threading import Lock
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.core.db import direct
from rxapp.core.errors import NotFound
from rxapp.core.ids import parse_id
from rxapp.core.paging import decode_cursor, encode_cursor
from rxapp.trees import search
from rxapp.trees.document import Document
from rxapp.trees.models import Tree, TreeCategory, TreeStatus, TreeVersion
from rxapp.trees.views import CategoryCount, PublishedVersion, TreeCard, TreePage

PARSED_VERSIONS = 512

_parsed: OrderedDict[UUID, PublishedVersion] = OrderedDict()
_parsed_lock = Lock()

_CARD = (
    Tree.id,
    Tree.title,
    Tree.description,
    Tree.category,
    Tree.tags,
    Tree.version,
    Tree.node_count,
    Tree.updated_at,
)


# Built once: this is what an integration reads most.
_PUBLISHED = select(*_CARD, Tree.version_id).where(
    Tree.id == bindparam("tree_id"),
    Tree.account_id == bindparam("account_id"),
    Tree.status == TreeStatus.PUBLISHED.value,
)


def _card(row: Row) -> TreeCard:
    return TreeCard(
        id=str(row.id),
        title=row.title,
        description=row.description,
        category=row.category,
        tags=list(row.tags),
        version=row.version,
        steps=row.node_count,
        updated_at=row.updated_at.isoformat(),
    )


def published_trees(
    db: DbSession,
    actor: Actor,
    *,
    category: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> TreePage:
    """Return a page of the account's published trees by title.

    Raises:
        Forbidden: without the right to read trees.
        Invalid: if the cursor is not one of ours.
    """
    require(actor, Permission.READ_TREES)
    query = select(*_CARD).where(
        Tree.account_id == actor.account_id, Tree.status == TreeStatus.PUBLISHED.value
    )
    if category:
        query = query.where(Tree.category == category)
    if cursor:
        title, tree_id = decode_cursor(cursor, 2)
        after = parse_id(tree_id, "page")
        query = query.where((Tree.title > title) | ((Tree.title == title) & (Tree.id > after)))
    rows = db.execute(query.order_by(Tree.title, Tree.id).limit(limit + 1)).all()
    items = [_card(row) for row in rows[:limit]]
    more = len(rows) > limit
    return TreePage(items, encode_cursor(items[-1].title, items[-1].id) if more else None)


def search_trees(
    db: DbSession, actor: Actor, text: str, *, category: str | None = None, limit: int = 30
) -> list[TreeCard]:
    """Return the published trees that have every word of ``text``, best match first."""
    require(actor, Permission.READ_TREES)
    # With a category the best matches are cut after it is applied, so look further.
    ids = search.ranked_ids(db, actor.account_id, text, limit=limit * 10 if category else limit)
    if not ids:
        return []
    query = select(*_CARD).where(
        Tree.account_id == actor.account_id,
        Tree.id.in_(ids),
        Tree.status == TreeStatus.PUBLISHED.value,
    )
    if category:
        query = query.where(Tree.category == category)
    by_id = {row.id: row for row in db.execute(query)}
    return [_card(by_id[tree_id]) for tree_id in ids if tree_id in by_id][:limit]


def categories(db: DbSession, actor: Actor) -> list[CategoryCount]:
    """Return the categories of the published trees with their counts, by name."""
    require(actor, Permission.READ_TREES)
    query = (
        select(TreeCategory.name, TreeCategory.trees)
        .where(TreeCategory.account_id == actor.account_id, TreeCategory.trees > 0)
        .order_by(TreeCategory.name)
    )
    return [CategoryCount(row.name, row.trees) for row in db.execute(query)]


def tree_with_document(
    db: DbSession, actor: Actor, tree_id: object
) -> tuple[TreeCard, PublishedVersion]:
    """Return one published tree and its newest version.

    Raises:
        NotFound: if the account has no such published tree.
    """
    require(actor, Permission.READ_TREES)
    values = {"tree_id": parse_id(tree_id, "tree"), "account_id": actor.account_id}
    row = direct(db).execute(_PUBLISHED, values).one_or_none()
    if row is None:
        raise NotFound("tree")
    return _card(row), version(db, row.version_id)


def newest_version(db: DbSession, actor: Actor, tree_id: object) -> PublishedVersion:
    """Return the version that a new session of the tree starts with.

    Raises:
        NotFound: if the account has no such published tree.
    """
    return tree_with_document(db, actor, tree_id)[1]


def version(db: DbSession, version_id: UUID) -> PublishedVersion:
    """Return a version, parsed; from memory if it was read before, since it never changes.

    The caller has checked that the actor may see it, by a session or a tree of the account.

    Raises:
        NotFound: if there is none.
    """
    with _parsed_lock:
        if found := _parsed.get(version_id):
            _parsed.move_to_end(version_id)
            return found
    row = db.get(TreeVersion, version_id)
    if row is None:
        raise NotFound("version")
    parsed = PublishedVersion(
        row.tree_id, row.id, row.number, row.title, Document.model_validate(row.document)
    )
    with _parsed_lock:
        _parsed[version_id] = parsed
        while len(_parsed) > PARSED_VERSIONS:
            _parsed.popitem(last=False)
    return parsed
