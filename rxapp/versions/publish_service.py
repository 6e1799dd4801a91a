"""Writes that publish a draft, by a second person if the account requires one."""

from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.queries import needs_second_person
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.errors import Conflict
from rxapp.drafts.models import Draft
from rxapp.drafts.queries import state
from rxapp.drafts.review_rules import is_author
from rxapp.drafts.rows_service import check_in_use, load, mark_changed
from rxapp.drafts.service import check_title, flush
from rxapp.drafts.topics import DRAFT
from rxapp.live.signals import publish as publish_topic
from rxapp.trees.catalog_service import add_version, counted_category, recount, set_tags
from rxapp.trees.document import Document
from rxapp.trees.models import Tree
from rxapp.versions.queries import has_changed_since
from rxapp.versions.rules import clean_note
from rxapp.versions.topics import REVIEW

NOTHING = "There is no draft to publish."
CHANGED = "The draft has changed since you read it. Read it again, then publish."
OWN_CHANGES = (
    "You changed this draft yourself, and in this account a second person publishes."
    " Ask for a review."
)


def publish(db: DbSession, actor: Actor, tree_id: UUID, *, revision: int, note: str = "") -> Tree:
    """Publish the draft as it was at ``revision``; placing steps does not count as a change.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
        Conflict: if it is archived, there is nothing to publish, the draft has changed since,
            another tree has the title, or a second person has to publish.
        Invalid: if lint finds a fault.
    """
    tree, draft = load(db, actor, tree_id)
    check_in_use(tree)
    if draft is not None and draft.is_changed and has_changed_since(db, draft, revision):
        raise Conflict(CHANGED, revision=draft.revision)
    publish_draft(db, actor, tree, draft, note=note)
    return tree


def publish_draft(
    db: DbSession, actor: Actor, tree: Tree, draft: Draft | None, *, note: str = ""
) -> None:
    """Publish what the draft says, its title, category and tags included, as the next version.

    Without a note it has the one that came with the request for a review.

    Raises:
        Conflict: if there is no change to publish, another tree has the title, or a second person
            has to publish.
        Invalid: if lint finds a fault.
    """
    if draft is None or not draft.is_changed:
        raise Conflict(NOTHING)
    if is_author(draft.authors, actor.user_id) and needs_second_person(db, actor):
        raise Conflict(OWN_CHANGES)
    before = counted_category(tree)
    if tree.title != draft.title:
        check_title(db, tree, draft.title)
    for name in ("title", "description", "category"):
        setattr(tree, name, getattr(draft, name))
    flush(db)
    recount(db, tree, before)
    if list(tree.tags) != list(draft.tags):
        set_tags(db, tree, list(draft.tags))
    said = clean_note(note) or draft.review_note
    add_first_or_next(db, actor, tree, state(db, draft).document(), note=said)
    mark_changed(tree, draft, False)
    draft.version_id = tree.version_id
    draft.authors = {}
    draft.review_by, draft.review_at, draft.review_note = None, None, ""
    draft.revision += 1
    db.flush()
    publish_topic(db, DRAFT.of(tree.id))
    publish_topic(db, REVIEW.of(tree.id))


def add_first_or_next(
    db: DbSession, actor: Actor, tree: Tree, document: Document, *, note: str = ""
) -> None:
    """Add the version with its line in the audit log. Raises like :func:`add_version`."""
    add_version(db, tree, document, published_by=actor.user_id, note=note)
    record(
        db,
        actor,
        Action.TREE_PUBLISHED,
        subject_id=tree.id,
        subject=tree.title,
        version=tree.version,
    )
