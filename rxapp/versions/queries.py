"""Reads about versions: the list, one version, its steps, and whether a draft has changed since."""

from collections.abc import Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.access.queries import names
from rxapp.core.errors import NotFound
from rxapp.core.paging import page
from rxapp.drafts.models import Draft, DraftOperation
from rxapp.drafts.queries import tree_and_draft
from rxapp.drafts.rules import POSITION_CHANGES
from rxapp.trees.models import Tree, TreeVersion
from rxapp.trees.queries import version
from rxapp.trees.views import PublishedVersion
from rxapp.versions.reading import fitting, length, step_text, walking_order
from rxapp.versions.views import HistoryHead, StepPage, VersionDetail, VersionPage, VersionView

_ROW = (
    TreeVersion.number,
    TreeVersion.title,
    TreeVersion.note,
    TreeVersion.node_count,
    TreeVersion.published_by,
    TreeVersion.published_at,
)

_LOOKED_AT = 100
"""How many operations are looked at for one that changed something; more are taken as a change."""


def history_head(db: DbSession, actor: Actor, tree_id: UUID) -> HistoryHead:
    """Return the heading of a tree's history. Raises like :func:`versions`."""
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    is_changed = bool(draft and draft.is_changed)
    return HistoryHead(tree.title, tree.version, draft.revision if draft else 0, is_changed)


def versions(
    db: DbSession, actor: Actor, tree_id: UUID, *, cursor: str | None = None, limit: int = 50
) -> VersionPage:
    """Return a page of a tree's versions, newest first.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
        Invalid: if the cursor is not one of ours.
    """
    require(actor, Permission.WRITE_TREES)
    tree, _draft = tree_and_draft(db, actor, tree_id)
    query = select(*_ROW).where(TreeVersion.tree_id == tree.id)
    rows, next_cursor = page(
        db, query, TreeVersion.id, cursor=cursor, limit=limit, newest_first=True
    )
    return VersionPage(_views(db, actor, rows), next_cursor)


def _views(db: DbSession, actor: Actor, rows: Sequence[Any]) -> list[VersionView]:
    known = names(db, actor.account_id, (row.published_by for row in rows))
    return [
        VersionView(
            number=row.number,
            title=row.title,
            note=row.note,
            steps=row.node_count,
            published_by_id=row.published_by,
            published_by=known.get(row.published_by, ""),
            published_at=row.published_at,
        )
        for row in rows
    ]


def version_view(db: DbSession, actor: Actor, tree: Tree, number: int) -> VersionView:
    """Return a version of a tree of the account, without its document.

    Raises:
        NotFound: if the tree has no such version.
    """
    query = select(*_ROW).where(TreeVersion.tree_id == tree.id, TreeVersion.number == number)
    row = db.execute(query).one_or_none()
    if row is None:
        raise NotFound("version")
    return _views(db, actor, [row])[0]


def version_detail(db: DbSession, actor: Actor, tree_id: UUID, number: int) -> VersionDetail:
    """Return a version with its document.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or the tree no such version.
    """
    require(actor, Permission.WRITE_TREES)
    tree, _draft = tree_and_draft(db, actor, tree_id)
    view = version_view(db, actor, tree, number)
    values = {name: getattr(view, name) for name in VersionView.__slots__}
    return VersionDetail(**values, document=numbered(db, tree, number).document)


def steps(
    db: DbSession, actor: Actor, tree_id: UUID, number: int, *, after: int, limit: int
) -> StepPage:
    """Return steps of a version in walking order, from the one after the first ``after``.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or the tree no such version.
    """
    require(actor, Permission.WRITE_TREES)
    tree, _draft = tree_and_draft(db, actor, tree_id)
    found = numbered(db, tree, number)
    order = walking_order(found.document)
    shown = fitting(islice(order, after, None), length, limit)
    return StepPage(
        number=number,
        title=found.title,
        steps=len(order),
        items=[step_text(found.document, node) for node in shown],
        has_more=after + len(shown) < len(order),
    )


def numbered(db: DbSession, tree: Tree, number: int) -> PublishedVersion:
    """Return a tree's version by its number, parsed.

    Raises:
        NotFound: if there is none.
    """
    query = select(TreeVersion.id).where(
        TreeVersion.tree_id == tree.id, TreeVersion.number == number
    )
    version_id = db.execute(query).scalar_one_or_none()
    if version_id is None:
        raise NotFound("version")
    return version(db, version_id)


def has_changed_since(db: DbSession, draft: Draft, revision: int) -> bool:
    """Return whether the draft has changed since ``revision``, apart from positions of steps."""
    later = (DraftOperation.tree_id == draft.tree_id, DraftOperation.revision > revision)
    count = select(func.count()).select_from(DraftOperation).where(*later)
    if db.execute(count).scalar_one() != draft.revision - revision:
        return True  # not everything since was an operation, or the log has forgotten some
    query = (
        select(DraftOperation.changes)
        .where(*later, DraftOperation.kind.not_in(POSITION_CHANGES))
        .limit(_LOOKED_AT)
    )
    found = db.execute(query).scalars().all()
    return len(found) == _LOOKED_AT or any(
        change["op"] not in POSITION_CHANGES for changes in found for change in changes
    )
