"""Writes of categories and tags: rename one, or merge one into another, in all trees.

Trees have it at once, whatever their status, and so do the drafts that somebody has begun: they get
it as an operation, so that the tabs of their authors follow.
"""

from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session as DbSession
from sqlmodel import col

from rxapp.access.actor import Actor
from rxapp.access.models import Account
from rxapp.access.policy import Permission, require
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.db import direct
from rxapp.core.errors import Conflict, Invalid, NotFound
from rxapp.core.statements import table_of
from rxapp.drafts.models import Draft
from rxapp.drafts.rows_service import load
from rxapp.library.rules import Name
from rxapp.library.service import set_live
from rxapp.trees import index_service
from rxapp.trees.catalog_service import count_in_category
from rxapp.trees.models import Tree, TreeTag
from rxapp.trees.rules import TreeStatus

_ACTIONS = {
    (Name.CATEGORY, False): Action.CATEGORY_RENAMED,
    (Name.CATEGORY, True): Action.CATEGORY_MERGED,
    (Name.TAG, False): Action.TAG_RENAMED,
    (Name.TAG, True): Action.TAG_MERGED,
}


def rename(db: DbSession, actor: Actor, kind: Name, name: str, *, to: str) -> int:
    """Give a category or tag another name; returns how many trees have it.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if no tree has it.
        Conflict: if there is one of the new name.
    """
    _lock(db, actor, kind, name)
    if to == name:
        return 0
    if _exists(db, actor, kind, to):
        raise Conflict(f"There is already a {kind} '{to}'. Merge them instead.", field="to")
    return _move(db, actor, kind, name, to, is_merge=False)


def merge(db: DbSession, actor: Actor, kind: Name, name: str, *, into: str) -> int:
    """Give every tree of one category or tag another existing one; returns how many trees.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if no tree has one of the two.
        Invalid: if both are the same.
    """
    _lock(db, actor, kind, name)
    if into == name:
        raise Invalid(f"Choose another {kind}.", field="into")
    if not _exists(db, actor, kind, into):
        raise NotFound(kind)
    return _move(db, actor, kind, name, into, is_merge=True)


def _lock(db: DbSession, actor: Actor, kind: Name, name: str) -> None:
    require(actor, Permission.WRITE_TREES)
    # One at a time: two of them would wait for each other's trees.
    db.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update())
    if not name or not _exists(db, actor, kind, name):
        raise NotFound(kind)


def _exists(db: DbSession, actor: Actor, kind: Name, name: str) -> bool:
    if kind is Name.CATEGORY:
        of_trees = select(Tree.id).where(Tree.account_id == actor.account_id, Tree.category == name)
    else:
        of_trees = select(TreeTag.tree_id).where(
            TreeTag.account_id == actor.account_id, TreeTag.tag == name
        )
    has_tree = db.execute(of_trees.limit(1)).first() is not None
    return has_tree or bool(_drafts(db, actor, kind, name))


def _drafts(db: DbSession, actor: Actor, kind: Name, name: str) -> list[UUID]:
    """Return the trees whose drafts have it."""
    query = select(Draft.tree_id, Draft.tags).where(Draft.account_id == actor.account_id)
    if kind is Name.CATEGORY:
        return [row.tree_id for row in db.execute(query.where(Draft.category == name))]
    return [row.tree_id for row in db.execute(query) if name in row.tags]


def _move(db: DbSession, actor: Actor, kind: Name, name: str, to: str, *, is_merge: bool) -> int:
    drafts = _drafts(db, actor, kind, name)
    of_trees = _move_category if kind is Name.CATEGORY else _move_tag
    trees = of_trees(db, actor.account_id, name, to)
    for tree_id in drafts:
        tree, draft = load(db, actor, tree_id)
        assert draft is not None
        if kind is Name.CATEGORY:
            set_live(db, actor, tree, draft, {"category": to})
        else:
            set_live(db, actor, tree, draft, {"tags": _replaced(draft.tags, name, to)})
    changed = {*trees, *drafts}
    record(db, actor, _ACTIONS[kind, is_merge], subject=name, to=to, trees=len(changed))
    return len(changed)


def _move_category(db: DbSession, account_id: UUID, name: str, to: str) -> list[UUID]:
    change = (
        update(Tree)
        .where(Tree.account_id == account_id, Tree.category == name)
        .values(category=to, revision=Tree.revision + 1, updated_at=utc_now())
        .returning(Tree.id, Tree.status)
    )
    rows = db.execute(change.execution_options(synchronize_session=False)).all()
    published = sum(row.status == TreeStatus.PUBLISHED for row in rows)
    count_in_category(db, account_id, name, -published)
    count_in_category(db, account_id, to, published)
    return [row.id for row in rows]


def _move_tag(db: DbSession, account_id: UUID, name: str, to: str) -> list[UUID]:
    tagged = select(TreeTag.tree_id).where(TreeTag.account_id == account_id, TreeTag.tag == name)
    query = select(Tree.id, Tree.tags, Tree.status).where(col(Tree.id).in_(tagged))
    rows = db.execute(query.with_for_update()).all()
    if not rows:
        return []
    tags = {row.id: _replaced(row.tags, name, to) for row in rows}
    tree, tag, now = table_of(Tree), table_of(TreeTag), utc_now()
    direct(db).execute(
        update(tree)
        .where(tree.c.id == bindparam("of_tree"))
        .values(tags=bindparam("new_tags"), revision=tree.c.revision + 1, updated_at=now),
        [{"of_tree": tree_id, "new_tags": each} for tree_id, each in tags.items()],
    )
    direct(db).execute(delete(tag).where(tag.c.account_id == account_id, tag.c.tag == name))
    new = [
        {"tree_id": row.id, "tag": to, "account_id": account_id}
        for row in rows
        if to not in row.tags
    ]
    if new:
        direct(db).execute(insert(tag), new)
    published = {row.id for row in rows if row.status == TreeStatus.PUBLISHED}
    index_service.retag(db, account_id, {key: tags[key] for key in published})
    return list(tags)


def _replaced(tags: list[str], name: str, to: str) -> list[str]:
    return list(dict.fromkeys(to if tag == name else tag for tag in tags))
