"""What publishing a draft means for the sessions on its tree."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession
from sqlmodel import col

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.drafts.models import Draft
from rxapp.drafts.queries import titles, tree_and_draft
from rxapp.sessions.models import GuidedSession
from rxapp.trees.models import Tree, TreeVersion
from rxapp.versions.views import Impact, RunningVersion


def impact(db: DbSession, actor: Actor, tree_id: UUID) -> Impact:
    """Return how many open sessions run which version, and how many stand on a removed step.

    Each of them keeps its version, so none is lost.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
    """
    require(actor, Permission.WRITE_TREES)
    return impact_of(db, *tree_and_draft(db, actor, tree_id))


def impact_of(db: DbSession, tree: Tree, draft: Draft | None) -> Impact:
    """Return what publishing the draft would mean for the open sessions of its tree."""
    query = (
        select(TreeVersion.number, GuidedSession.node_key, func.count().label("sessions"))
        .join(TreeVersion, TreeVersion.id == GuidedSession.version_id)
        .where(
            TreeVersion.tree_id == tree.id,
            col(GuidedSession.completed_at).is_(None),  # the index has it beside the version
        )
        .group_by(TreeVersion.number, GuidedSession.node_key)
        .order_by(TreeVersion.number.desc())
    )
    rows = db.execute(query).all()
    there = titles(db, tree, draft, {row.node_key for row in rows})
    totals: dict[int, tuple[int, int]] = {}
    for row in rows:
        all_of_it, removed = totals.get(row.number, (0, 0))
        lost = 0 if row.node_key in there else row.sessions
        totals[row.number] = (all_of_it + row.sessions, removed + lost)
    versions = [RunningVersion(number, *counts) for number, counts in totals.items()]
    return Impact(
        sum(each.sessions for each in versions),
        sum(each.on_removed_steps for each in versions),
        versions,
    )
