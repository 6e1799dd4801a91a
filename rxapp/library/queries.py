"""Reads for authors in the library: choices in dialogs, and how much a tree is used."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession
from sqlmodel import col

from rxapp.access.actor import Actor
from rxapp.access.models import User
from rxapp.access.policy import AUTHORS, Permission, require
from rxapp.core.errors import Invalid
from rxapp.drafts.queries import tree_and_draft
from rxapp.library.views import AuthorChoice, Usage
from rxapp.sessions.models import GuidedSession
from rxapp.sessions.rules import SessionStatus
from rxapp.trees.models import Tree, TreeVersion
from rxapp.trees.rules import TreeStatus

CHOICES = 500
"""How many people a dialog offers at most."""


def authors(db: DbSession, actor: Actor) -> list[AuthorChoice]:
    """Return the people who can own a tree, by name.

    Raises:
        Forbidden: without the right to write trees.
    """
    require(actor, Permission.WRITE_TREES)
    query = (
        select(User.id, User.name)
        .where(
            User.account_id == actor.account_id,
            col(User.role).in_(AUTHORS),
            col(User.is_active).is_(True),
            col(User.deleted_at).is_(None),
        )
        .order_by(User.name, col(User.id))
        .limit(CHOICES)
    )
    return [AuthorChoice(row.id, row.name) for row in db.execute(query)]


def titles(db: DbSession, actor: Actor) -> list[str]:
    """Return the titles of trees that can be copied, the first ones by name.

    Raises:
        Forbidden: without the right to write trees.
    """
    require(actor, Permission.WRITE_TREES)
    query = select(Tree.title).where(
        Tree.account_id == actor.account_id, Tree.status != TreeStatus.DELETED
    )
    return list(db.execute(query.order_by(Tree.title).limit(CHOICES)).scalars())


def tree_titled(db: DbSession, actor: Actor, title: str) -> UUID:
    """Return the tree with this title.

    Raises:
        Forbidden: without the right to write trees.
        Invalid: if the account has none.
    """
    require(actor, Permission.WRITE_TREES)
    query = select(Tree.id).where(
        Tree.account_id == actor.account_id,
        Tree.title == title,
        Tree.status != TreeStatus.DELETED,
    )
    tree_id = db.execute(query).scalar_one_or_none()
    if tree_id is None:
        raise Invalid("No tree has this title. Choose one from the list.", field="tree")
    return tree_id


def usage(db: DbSession, actor: Actor, tree_id: UUID) -> Usage:
    """Return how many sessions ran a tree, and how many of them are open.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree, or it is deleted.
    """
    require(actor, Permission.WRITE_TREES)
    tree, _draft = tree_and_draft(db, actor, tree_id)
    is_open = GuidedSession.status != SessionStatus.COMPLETED
    query = (
        select(func.count().label("sessions"), func.count().filter(is_open).label("open"))
        .select_from(GuidedSession)
        .join(TreeVersion, TreeVersion.id == col(GuidedSession.version_id))
        .where(TreeVersion.tree_id == tree.id)
    )
    row = db.execute(query).one()
    return Usage(row.sessions, row.open)
