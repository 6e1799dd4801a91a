"""Reads about starters that a later release improved: what is offered, and what differs."""

from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.core.errors import NotFound
from rxapp.drafts.queries import tree_and_draft
from rxapp.library.views import StarterUpdate
from rxapp.trees.models import Tree
from rxapp.trees.starters import Starter, digest_of, has_update, shipped
from rxapp.versions.diff_queries import Side, diff_page, drafted
from rxapp.versions.drawing import drawn
from rxapp.versions.views import DiffPage, DrawnTree


def improved(tree: Tree) -> Starter:
    """Return the starter that a tree came from, if this release has it with other content.

    Raises:
        NotFound: if no update is offered.
    """
    if not has_update(tree.starter, tree.starter_digest, tree.starter_taken):
        raise NotFound("update")
    return shipped()[tree.starter]


def starter_update(db: DbSession, actor: Actor, tree_id: UUID) -> StarterUpdate:
    """Return the update that is offered to a tree.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or no update is offered.
    """
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    starter = improved(tree)
    now = drafted(db, tree, draft)
    return StarterUpdate(
        tree_id=tree.id,
        title=tree.title,
        starter=starter.key,
        starter_title=starter.tree.title,
        revision=draft.revision if draft else 0,
        has_changes=tree.has_changes,
        is_own=digest_of(now.head["description"], now.document) != tree.starter_digest,
    )


def compared_with_update(
    db: DbSession, actor: Actor, tree_id: UUID, *, after: int = 0, limit: int = 50
) -> DiffPage:
    """Return what leads from a tree's draft to the update, page by page.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or no update is offered.
    """
    before, now, revision = _sides(db, actor, tree_id)
    return diff_page(before, now, old=0, new=None, revision=revision, after=after, limit=limit)


def drawing_with_update(db: DbSession, actor: Actor, tree_id: UUID) -> DrawnTree:
    """Return the draft and the update as one tree that can be drawn.

    Raises like :func:`compared_with_update`.
    """
    before, now, revision = _sides(db, actor, tree_id)
    return drawn(before.document, now.document, revision)


def _sides(db: DbSession, actor: Actor, tree_id: UUID) -> tuple[Side, Side, int]:
    """Return the draft, the update and the revision of the draft."""
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    starter = improved(tree).tree
    before = drafted(db, tree, draft)
    now = Side(starter.document, {**before.head, "description": starter.description})
    return before, now, draft.revision if draft else 0
