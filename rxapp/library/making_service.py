"""Writes that begin a draft: from nothing, from a starter, or as a copy of a tree."""

from itertools import count
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession
from sqlmodel import col

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.core.errors import NotFound
from rxapp.core.ids import new_id
from rxapp.drafts.queries import draft_view
from rxapp.library.service import create
from rxapp.trees.document import Document, Node, NodeKind
from rxapp.trees.models import Tree
from rxapp.trees.rules import TITLE_LIMIT, TreeStatus
from rxapp.trees.service import came_from
from rxapp.trees.starters import shipped

FIRST_STEP = "First step"
"""The title of the only step in an empty tree."""


def make_empty(db: DbSession, actor: Actor, *, title: str, category: str = "") -> Tree:
    """Begin a draft with one step.

    Raises:
        Forbidden: without the right to write trees.
        Conflict: if another tree has the title.
    """
    key = f"step-{new_id().hex[-8:]}"
    first = Node(key=key, kind=NodeKind.DECISION, title=FIRST_STEP)
    document = Document(start=key, nodes=(first,))
    return create(db, actor, title=title, category=category, document=document, publish=False)


def make_from_starter(db: DbSession, actor: Actor, key: str, *, title: str = "") -> Tree:
    """Begin a draft from a starter of this release; without a title, it has the starter's.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if there is no such starter.
        Conflict: if another tree has the title.
    """
    require(actor, Permission.WRITE_TREES)
    starter = shipped().get(key)
    if starter is None:
        raise NotFound("starter")
    tree = create(
        db,
        actor,
        title=title or free_title(db, actor, starter.tree.title),
        description=starter.tree.description,
        category=starter.tree.category,
        tags=starter.tree.tags,
        document=starter.tree.document,
        publish=False,
    )
    came_from(tree, starter)
    db.flush()
    return tree


def make_copy(db: DbSession, actor: Actor, tree_id: UUID, *, title: str = "") -> Tree:
    """Begin a draft as a copy of a tree's draft or, without one, of its newest version.

    Without a title, it is named after the tree.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
        Conflict: if another tree has the title.
    """
    source = draft_view(db, actor, tree_id)
    return create(
        db,
        actor,
        title=title or free_title(db, actor, f"Copy of {source.title}"),
        description=source.description,
        category=source.category,
        tags=source.tags,
        document=source.document,
        publish=False,
    )


def free_title(db: DbSession, actor: Actor, wanted: str) -> str:
    """Return a title that no tree of the account has: the given one, or one with a number."""
    require(actor, Permission.WRITE_TREES)
    start = wanted[: TITLE_LIMIT - 10].rstrip()
    query = select(Tree.title).where(
        Tree.account_id == actor.account_id,
        col(Tree.title).startswith(start, autoescape=True),
        Tree.status != TreeStatus.DELETED,
    )
    taken = set(db.execute(query).scalars())
    if wanted[:TITLE_LIMIT] not in taken:
        return wanted[:TITLE_LIMIT]
    return next(title for n in count(2) if (title := f"{start} ({n})") not in taken)
