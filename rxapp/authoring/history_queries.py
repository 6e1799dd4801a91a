"""Reads about versions: what differs between two, and what publishing the draft means."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.authoring.diff import DocumentDiff, difference
from rxapp.authoring.queries import document_of, tree_and_draft
from rxapp.authoring.views import Impact, RunningVersion
from rxapp.core.errors import NotFound
from rxapp.sessions.models import GuidedSession
from rxapp.sessions.rules import SessionStatus
from rxapp.trees.document import Document
from rxapp.trees.models import Tree, TreeVersion
from rxapp.trees.queries import version


def compared(
    db: DbSession, actor: Actor, tree_id: UUID, *, old: int, new: int | None
) -> DocumentDiff:
    """Return what changed from one version to another; ``new`` None: to the draft.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or the tree no such version.
    """
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    before = _document(db, tree, old)
    after = document_of(db, tree, draft) if new is None else _document(db, tree, new)
    return difference(before, after)


def _document(db: DbSession, tree: Tree, number: int) -> Document:
    query = select(TreeVersion.id).where(
        TreeVersion.tree_id == tree.id, TreeVersion.number == number
    )
    version_id = db.execute(query).scalar_one_or_none()
    if version_id is None:
        raise NotFound("version")
    return version(db, version_id).document


def impact(db: DbSession, actor: Actor, tree_id: UUID) -> Impact:
    """Return how many open sessions run which version, and how many stand on a removed step.

    Each of them keeps its version, so none is lost.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
    """
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    document = document_of(db, tree, draft)
    query = (
        select(TreeVersion.number, GuidedSession.node_key, func.count().label("sessions"))
        .join(TreeVersion, TreeVersion.id == GuidedSession.version_id)
        .where(
            TreeVersion.tree_id == tree.id,
            GuidedSession.status != SessionStatus.COMPLETED,
        )
        .group_by(TreeVersion.number, GuidedSession.node_key)
        .order_by(TreeVersion.number.desc())
    )
    totals: dict[int, tuple[int, int]] = {}
    for row in db.execute(query):
        all_of_it, removed = totals.get(row.number, (0, 0))
        lost = 0 if document.has(row.node_key) else row.sessions
        totals[row.number] = (all_of_it + row.sessions, removed + lost)
    versions = [RunningVersion(number, *counts) for number, counts in totals.items()]
    return Impact(
        sum(each.sessions for each in versions),
        sum(each.on_removed_steps for each in versions),
        versions,
    )
