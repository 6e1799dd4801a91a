"""Writes about reviews: ask a second person to publish, and withdraw the request."""

from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.queries import needs_second_person
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict
from rxapp.drafts.models import Draft
from rxapp.drafts.rows_service import check_in_use, load
from rxapp.drafts.topics import DRAFT
from rxapp.live.signals import publish
from rxapp.trees.models import Tree
from rxapp.versions.publish_queries import review_view
from rxapp.versions.publish_service import NOTHING
from rxapp.versions.rules import clean_note
from rxapp.versions.topics import REVIEW
from rxapp.versions.views import ReviewView


def ask_review(db: DbSession, actor: Actor, tree_id: UUID, *, note: str = "") -> ReviewView:
    """Ask a second person to publish the draft with this note; asking again renews both.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
        Conflict: if it is archived, there is nothing to publish, or the account wants no second
            person.
    """
    tree, draft = _load(db, actor, tree_id)
    if draft is None or not draft.is_changed:
        raise Conflict(NOTHING)
    if not needs_second_person(db, actor):
        raise Conflict("In this account whoever writes a tree publishes it. No review is needed.")
    draft.review_by, draft.review_at, draft.review_note = actor.user_id, utc_now(), clean_note(note)
    _changed(db, actor, tree, Action.TREE_REVIEW_ASKED)
    view = review_view(db, draft)
    assert view is not None
    return view


def withdraw_review(db: DbSession, actor: Actor, tree_id: UUID) -> None:
    """Withdraw a request for a review; harmless if there is none.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
        Conflict: if it is archived.
    """
    tree, draft = _load(db, actor, tree_id)
    if draft is None or draft.review_by is None:
        return
    draft.review_by, draft.review_at, draft.review_note = None, None, ""
    _changed(db, actor, tree, Action.TREE_REVIEW_WITHDRAWN)


def _load(db: DbSession, actor: Actor, tree_id: UUID) -> tuple[Tree, Draft | None]:
    tree, draft = load(db, actor, tree_id)
    check_in_use(tree)
    return tree, draft


def _changed(db: DbSession, actor: Actor, tree: Tree, action: Action) -> None:
    db.flush()
    record(db, actor, action, subject_id=tree.id, subject=tree.title)
    publish(db, DRAFT.of(tree.id))
    publish(db, REVIEW.of(tree.id))
