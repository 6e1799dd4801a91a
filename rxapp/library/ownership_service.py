"""Writes about who owns a tree, and when it is reviewed."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session as DbSession
from sqlmodel import col

from rxapp.access.actor import Actor
from rxapp.access.models import User
from rxapp.access.policy import AUTHORS
from rxapp.access.queries import names
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Invalid, NotFound
from rxapp.core.statements import change_all
from rxapp.drafts.rows_service import load
from rxapp.trees.models import Tree
from rxapp.trees.rules import TreeStatus


def assign(
    db: DbSession,
    actor: Actor,
    tree_id: UUID,
    *,
    owner_id: UUID | None,
    review_on: date | None,
    revisions: Collection[int] | None = None,
) -> Tree:
    """Set who owns a tree and on which day it is reviewed; None is nobody, or never.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
        PreconditionFailed: if it is no longer at any of ``revisions``.
        Invalid: if the owner is not a member of the account who may write trees.
    """
    tree, _draft = load(db, actor, tree_id, revisions=revisions)
    if tree.status == TreeStatus.DELETED:
        raise NotFound("tree")
    if owner_id is not None and owner_id != tree.owner_id:
        _check_author(db, actor, owner_id)
    changed = _changed(db, tree, owner_id, review_on)
    if changed:
        tree.owner_id, tree.review_on = owner_id, review_on
        tree.revision += 1
        tree.updated_at = utc_now()
        db.flush()
        record(
            db, actor, Action.TREE_OWNER_CHANGED, subject_id=tree.id, subject=tree.title, **changed
        )
    return tree


def _check_author(db: DbSession, actor: Actor, user_id: UUID) -> None:
    # Locked: somebody who is just leaving hands over what they own at that moment.
    query = select(User.id).where(
        User.id == user_id,
        User.account_id == actor.account_id,
        col(User.role).in_(AUTHORS),
        col(User.is_active).is_(True),
        col(User.deleted_at).is_(None),
    )
    if db.execute(query.with_for_update(read=True)).first() is None:
        message = "Choose an active colleague who may write trees."
        raise Invalid(message, field="owner_id")


def _changed(
    db: DbSession, tree: Tree, owner_id: UUID | None, review_on: date | None
) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    if owner_id != tree.owner_id:
        known = names(db, tree.account_id, [tree.owner_id, owner_id])
        before, after = (known.get(each, "") if each else "" for each in (tree.owner_id, owner_id))
        found["owner"] = {"before": before, "after": after}
    if review_on != tree.review_on:
        days = (each.isoformat() if each else "" for each in (tree.review_on, review_on))
        found["review_on"] = dict(zip(("before", "after"), days, strict=True))
    return found


def owned(db: DbSession, account_id: UUID, user_id: UUID) -> int:
    """Return how many trees somebody owns."""
    query = select(func.count()).select_from(Tree)
    return db.execute(query.where(*_of(account_id, user_id))).scalar_one()


def hand_over(db: DbSession, account_id: UUID, user_id: UUID, *, to: UUID | None) -> int:
    """Give the trees of a member who leaves to ``to``, or to nobody; returns how many.

    If ``to`` may not write trees, the trees are left without an owner.
    """
    if to is not None:
        query = select(User.id).where(User.id == to, col(User.role).in_(AUTHORS))
        to = db.execute(query).scalar_one_or_none()
    change = update(Tree).where(*_of(account_id, user_id))
    return change_all(db, change.values(owner_id=to, revision=Tree.revision + 1))


def _of(account_id: UUID, user_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return col(Tree.account_id) == account_id, col(Tree.owner_id) == user_id
