"""Writes that replace a draft by a published version, as operations that can be undone."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.errors import Conflict, PreconditionFailed
from rxapp.drafts.draft import HEAD_FIELDS
from rxapp.drafts.models import Draft
from rxapp.drafts.operations import Replace
from rxapp.drafts.review_rules import discarded
from rxapp.drafts.rows_service import logged, mark_changed
from rxapp.drafts.service import done_view, open_draft, own_operations, perform, replacement
from rxapp.drafts.views import DoneView, DraftAnswer
from rxapp.trees.models import Tree
from rxapp.versions.queries import numbered


def discard(
    db: DbSession,
    actor: Actor,
    tree_id: UUID,
    *,
    client: str,
    operation_id: UUID,
    revisions: Collection[int] | None = None,
) -> DraftAnswer:
    """Go back to what is published, as an operation that can be undone.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
        PreconditionFailed: if the draft is no longer at any of ``revisions``.
        Conflict: if the tree was never published, or is archived.
    """
    tree, draft = open_draft(db, actor, tree_id)
    if tree.version_id is None:
        raise Conflict("This tree was never published, so there is nothing to go back to.")
    if answer := known_answer(db, actor, draft, operation_id):
        return answer
    require_at(draft, revisions)
    head = {name: getattr(tree, name) for name in HEAD_FIELDS}
    change = Replace(document=numbered(db, tree, tree.version).document, **head)
    answer = _replace(db, actor, tree, draft, client, operation_id, change)
    record(db, actor, Action.TREE_DRAFT_DISCARDED, subject_id=tree.id, subject=tree.title)
    return answer


def take(
    db: DbSession,
    actor: Actor,
    tree_id: UUID,
    *,
    number: int,
    client: str,
    operation_id: UUID,
    revisions: Collection[int] | None = None,
) -> DraftAnswer:
    """Make a version's steps the draft, as an operation that can be undone.

    Title, description, category and tags stay as they are in the draft.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, it is deleted, or has no such version.
        PreconditionFailed: if the draft is no longer at any of ``revisions``.
        Conflict: if the tree is archived.
    """
    tree, draft = open_draft(db, actor, tree_id)
    if answer := known_answer(db, actor, draft, operation_id):
        return answer
    require_at(draft, revisions)
    change = Replace(document=numbered(db, tree, number).document)
    answer = _replace(db, actor, tree, draft, client, operation_id, change, number=number)
    record(
        db,
        actor,
        Action.TREE_VERSION_TAKEN,
        subject_id=tree.id,
        subject=tree.title,
        version=number,
    )
    return answer


def known_answer(
    db: DbSession, actor: Actor, draft: Draft, operation_id: UUID
) -> DraftAnswer | None:
    """Return the answer to an operation that the draft has already, or None."""
    row = own_operations(actor, logged(db, draft, {operation_id})).get(operation_id)
    return DraftAnswer(draft.revision, [done_view(row)]) if row else None


def require_at(draft: Draft, revisions: Collection[int] | None) -> None:
    """Let a draft pass that is at one of ``revisions``; None is any.

    Raises:
        PreconditionFailed: if it is no longer at any of them.
    """
    if revisions is not None and draft.revision not in revisions:
        raise PreconditionFailed


def _replace(
    db: DbSession,
    actor: Actor,
    tree: Tree,
    draft: Draft,
    client: str,
    operation_id: UUID,
    change: Replace,
    *,
    number: int | None = None,
) -> DraftAnswer:
    wanted = replacement(operation_id, draft.revision, change)
    done = perform(db, actor, tree, draft, client, [wanted])
    is_published = all(getattr(draft, name) == getattr(tree, name) for name in HEAD_FIELDS)
    if number in (None, tree.version) and is_published:
        mark_changed(tree, draft, False)
        draft.version_id = tree.version_id
        draft.authors = discarded(draft.authors)
        draft.review_by, draft.review_at, draft.review_note = None, None, ""
    db.flush()
    return DraftAnswer(draft.revision, [DoneView(each.id, each.revision, False) for each in done])
