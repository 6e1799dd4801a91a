"""Writes about starters that a later release improved: take the update over, or skip it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.drafts.operations import Replace
from rxapp.drafts.rows_service import check_in_use, load
from rxapp.drafts.service import open_draft, perform, replacement
from rxapp.drafts.views import DoneView, DraftAnswer
from rxapp.library.starter_queries import improved
from rxapp.trees.models import Tree
from rxapp.versions.going_back_service import known_answer, require_at


def take(
    db: DbSession,
    actor: Actor,
    tree_id: UUID,
    *,
    client: str,
    operation_id: UUID,
    revisions: Collection[int] | None = None,
) -> DraftAnswer:
    """Put the improved starter in place of the draft, as an operation that can be undone.

    The tree's title, category and tags stay. The update is offered no more, unless the draft that
    has it is undone or replaced before it is published.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, it is deleted, or no update is offered.
        PreconditionFailed: if the draft is no longer at any of ``revisions``.
        Conflict: if the tree is archived.
    """
    tree, draft = open_draft(db, actor, tree_id)
    if answer := known_answer(db, actor, draft, operation_id):
        return answer
    starter = improved(tree)
    require_at(draft, revisions)
    change = Replace(document=starter.tree.document, description=starter.tree.description)
    wanted = replacement(operation_id, draft.revision, change)
    done = perform(db, actor, tree, draft, client, [wanted])
    if draft.is_changed:
        tree.starter_taken = starter.digest
    else:
        tree.starter_digest = starter.digest
    record(db, actor, Action.STARTER_TAKEN, subject_id=tree.id, subject=tree.title)
    db.flush()
    return DraftAnswer(draft.revision, [DoneView(each.id, each.revision, False) for each in done])


def skip(db: DbSession, actor: Actor, tree_id: UUID) -> Tree:
    """Keep the tree as it is; the next improvement of its starter is offered again.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, it is deleted, or no update is offered.
        Conflict: if the tree is archived.
    """
    tree, _draft = load(db, actor, tree_id)
    check_in_use(tree)
    tree.starter_digest, tree.starter_taken = improved(tree).digest, ""
    tree.revision += 1
    tree.updated_at = utc_now()
    record(db, actor, Action.STARTER_SKIPPED, subject_id=tree.id, subject=tree.title)
    db.flush()
    return tree
