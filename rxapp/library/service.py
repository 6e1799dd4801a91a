"""Writes about trees: create, change, publish."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.access.queries import needs_second_person
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict
from rxapp.core.ids import new_id
from rxapp.drafts.batch import Wanted
from rxapp.drafts.draft import HEAD_FIELDS
from rxapp.drafts.models import Draft
from rxapp.drafts.operations import Replace, SetField
from rxapp.drafts.review_rules import with_author
from rxapp.drafts.rows_service import begin, check_in_use, load, mark_changed, opened
from rxapp.drafts.rules import OperationKind
from rxapp.drafts.service import check_title, flush, perform, replacement
from rxapp.trees.catalog_service import counted_category, index, recount, set_tags
from rxapp.trees.document import Document
from rxapp.trees.models import Tree
from rxapp.trees.queries import version
from rxapp.versions.publish_service import add_first_or_next, publish_draft

OWN_TREE = (
    "In this account a second person publishes. Create the tree as a draft and ask for a review."
)
CLIENT = "whole-document"
"""The client's name for changes of a whole tree in its draft's log."""


def create(
    db: DbSession,
    actor: Actor,
    *,
    title: str,
    document: Document,
    description: str = "",
    category: str = "",
    tags: list[str] | None = None,
    publish: bool = True,
    note: str = "",
) -> Tree:
    """Create a tree: published as version 1 with the ``note``, or as a draft.

    Raises:
        Forbidden: without the right to write trees.
        Conflict: if another tree has the title, or a second person has to publish.
        Invalid: if it should be published and lint finds an error.
    """
    require(actor, Permission.WRITE_TREES)
    if publish and needs_second_person(db, actor):
        raise Conflict(OWN_TREE)
    tree = Tree(
        id=new_id(),
        account_id=actor.account_id,
        title=title,
        description=description,
        category=category,
        owner_id=actor.user_id,
    )
    check_title(db, tree, title)
    db.add(tree)
    flush(db)
    set_tags(db, tree, tags or [])
    record(db, actor, Action.TREE_MADE, subject_id=tree.id, subject=title)
    if publish:
        add_first_or_next(db, actor, tree, document, note=note)
    else:
        tree.node_count = len(document.nodes)
        draft = begin(db, tree, document)
        draft.authors = with_author({}, actor.user_id)
    return tree


def change(
    db: DbSession,
    actor: Actor,
    tree_id: UUID,
    *,
    revisions: Collection[int] | None = None,
    publish: bool = False,
    note: str = "",
    document: Document | None = None,
    tags: list[str] | None = None,
    **head: str | None,
) -> Tree:
    """Change a tree; None keeps a value. A document becomes the draft, or the next version.

    ``head`` may hold ``title``, ``description`` and ``category``. Sessions keep the version that
    they started with.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
        PreconditionFailed: if it is no longer at any of ``revisions``.
        Conflict: if it is archived, another tree has the title, there is nothing to publish, or a
            second person has to publish.
        Invalid: if it should be published and lint finds an error.
    """
    tree, draft = load(db, actor, tree_id, revisions=revisions)
    check_in_use(tree)
    before = counted_category(tree)
    changed = _change_head(db, tree, head)
    if tags is not None and tags != tree.tags:
        set_tags(db, tree, tags)
        changed["tags"] = tags
    if changed:
        tree.updated_at = utc_now()
    flush(db)
    recount(db, tree, before)
    draft = _into_draft(db, actor, tree, draft, document, changed)
    if document is not None:
        changed["document"] = "a new draft"
    if changed:
        record(db, actor, Action.TREE_CHANGED, subject_id=tree.id, subject=tree.title, **changed)
    if publish:
        publish_draft(db, actor, tree, draft, note=note)
    elif tree.version_id is not None and changed.keys() - {"document"}:
        index(db, tree, version(db, tree.version_id).document)
    return tree


def _change_head(db: DbSession, tree: Tree, head: dict[str, str | None]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, value in head.items():
        if value is None or getattr(tree, name) == value:
            continue
        if name == "title":
            check_title(db, tree, value)
        changed[name] = {"before": getattr(tree, name), "after": value}
        setattr(tree, name, value)
    return changed


def _into_draft(
    db: DbSession,
    actor: Actor,
    tree: Tree,
    draft: Draft | None,
    document: Document | None,
    changed: dict[str, Any],
) -> Draft | None:
    """Apply a change of the tree to its draft, as operations that merge with those of others.

    The tree's revision counts it once.
    """
    if document is None and (draft is None or not changed):
        tree.revision += 1
        db.flush()
        return draft
    draft = opened(db, tree, draft)
    head = {name: getattr(tree, name) for name in HEAD_FIELDS if name in changed}
    was_changed, authors = draft.is_changed, draft.authors
    if document is not None:
        wanted = replacement(new_id(), draft.revision, Replace(document=document, **head))
    else:
        changes = [SetField(field=name, value=value) for name, value in head.items()]
        wanted = Wanted(new_id(), OperationKind.SET_FIELD, draft.revision, lambda _: changes, set())
    perform(db, actor, tree, draft, CLIENT, [wanted])
    mark_changed(tree, draft, was_changed or document is not None)
    if document is None:
        draft.authors = authors  # live at once, so there is nothing to publish
    db.flush()
    return draft


def set_live(db: DbSession, actor: Actor, tree: Tree, draft: Draft, head: dict[str, Any]) -> None:
    """Apply to a draft what its tree already has: for its authors an operation, not a change."""
    draft = opened(db, tree, draft)
    was_changed, authors = draft.is_changed, draft.authors
    changes = [SetField(field=name, value=value) for name, value in head.items()]
    wanted = Wanted(new_id(), OperationKind.SET_FIELD, draft.revision, lambda _: changes, set())
    perform(db, actor, tree, draft, CLIENT, [wanted])
    mark_changed(tree, draft, was_changed)
    draft.authors = authors
    db.flush()
