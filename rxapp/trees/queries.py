"""Reads about trees."""

from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import LRUCache, cached
from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session as DbSession
from sqlmodel import col

from rxapp.access.actor import Actor
from rxapp.access.models import User
from rxapp.access.policy import Permission, may, require
from rxapp.core.clock import aware, utc_now
from rxapp.core.db import direct
from rxapp.core.errors import NotFound
from rxapp.core.paging import decode_cursor, encode_cursor, page
from rxapp.trees import search, starters
from rxapp.trees.asked import Asked
from rxapp.trees.document import read_stored
from rxapp.trees.marks import Marks, best_step
from rxapp.trees.models import Tree, TreeCategory, TreeTag, TreeVersion
from rxapp.trees.rules import IN_USE, Show, TreeStatus
from rxapp.trees.views import (
    CategoryCount,
    FoundStep,
    PublishedVersion,
    SearchPage,
    StarterView,
    TreeCard,
    TreePage,
)
from rxapp.trees.words import words_in

PARSED_VERSIONS = 512

STEPS_SHOWN = 12
"""For how many trees of a page a search reads the step in which the words are."""

_CARD = (
    Tree.id,
    Tree.title,
    Tree.description,
    Tree.category,
    Tree.tags,
    Tree.version,
    Tree.node_count,
    Tree.updated_at,
    Tree.status,
    Tree.owner_id,
    User.name.label("owner"),
    Tree.review_on,
    Tree.has_changes,
    Tree.starter,
    Tree.starter_digest,
    Tree.starter_taken,
)


def _select_trees(*columns: Any) -> Select[*tuple[Any, ...]]:
    chosen = select(*_CARD, *columns).select_from(Tree)
    return chosen.outerjoin(User, User.id == Tree.owner_id)


# Built once: integrations read this most often.
_PUBLISHED = _select_trees(Tree.version_id, Tree.revision).where(
    Tree.id == bindparam("tree_id"),
    Tree.account_id == bindparam("account_id"),
    Tree.status == TreeStatus.PUBLISHED,
)
_CARDS = _select_trees().where(
    Tree.account_id == bindparam("account_id"),
    Tree.id.in_(bindparam("tree_ids", expanding=True)),
    Tree.status == TreeStatus.PUBLISHED,
)
_VERSION = select(
    TreeVersion.id,
    TreeVersion.tree_id,
    TreeVersion.number,
    TreeVersion.title,
    TreeVersion.document,
).where(TreeVersion.id == bindparam("version_id"))


def card(row: Any, *, for_authors: bool, owner: str | None = None) -> TreeCard:
    """Return the card of a tree's row, for those who write trees or for readers.

    ``owner`` is the owner's name where the row does not have it.
    """
    review_on = row.review_on
    return TreeCard(
        id=row.id,
        title=row.title,
        description=row.description,
        category=row.category,
        tags=list(row.tags),
        version=row.version,
        steps=row.node_count,
        updated_at=row.updated_at,
        status=row.status,
        owner_id=row.owner_id,
        owner=(row.owner if owner is None else owner) or "",
        review_on=review_on,
        is_due=review_on is not None and review_on <= utc_now().date(),
        has_changes=for_authors and row.has_changes,
        has_update=for_authors
        and row.starter != ""
        and starters.has_update(row.starter, row.starter_digest, row.starter_taken),
    )


def trees(
    db: DbSession,
    actor: Actor,
    *,
    show: Show = Show.PUBLISHED,
    title: str = "",
    category: str | None = None,
    tag: str | None = None,
    updated_since: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> TreePage:
    """Return a page of the account's trees by title; only those with every word of ``title`` in it.

    Raises:
        Forbidden: without the right to read trees. Everything but published ones is for those who
            write them, deleted ones for those who may restore them.
        Invalid: if the cursor is not one of ours.
    """
    require(actor, Permission.READ_TREES)
    require(actor, _needed(show))
    writes = may(actor, Permission.WRITE_TREES)
    query = _select_trees().where(Tree.account_id == actor.account_id, *_shown(actor, show))
    for word in words_in(title):
        query = query.where(Tree.title.icontains(title[word.start : word.end], autoescape=True))
    if category:
        query = query.where(Tree.category == category)
    if tag:
        tagged = select(TreeTag.tree_id).where(
            TreeTag.account_id == actor.account_id, TreeTag.tag == tag
        )
        query = query.where(Tree.id.in_(tagged))
    if updated_since:
        query = query.where(Tree.updated_at >= aware(updated_since))
    rows, next_cursor = page(db, query, Tree.title, Tree.id, cursor=cursor, limit=limit)
    return TreePage([card(row, for_authors=writes) for row in rows], next_cursor)


def may_see(actor: Actor, show: Show) -> bool:
    """Return whether the actor may list these trees."""
    return may(actor, _needed(show))


def _needed(show: Show) -> Permission:
    needed = {Show.PUBLISHED: Permission.READ_TREES, Show.DELETED: Permission.DELETE_TREES}
    return needed.get(show, Permission.WRITE_TREES)


def _shown(actor: Actor, show: Show) -> tuple[ColumnElement[bool], ...]:
    match show:
        case Show.DRAFTS:
            return col(Tree.has_changes).is_(True), col(Tree.status).in_(IN_USE)
        case Show.MINE:
            return col(Tree.owner_id) == actor.user_id, col(Tree.status).in_(IN_USE)
        case Show.DUE:
            return (
                col(Tree.review_on) <= utc_now().date(),
                col(Tree.status) == TreeStatus.PUBLISHED,
            )
        case _:
            return (col(Tree.status) == TreeStatus(show.value),)


def search_page(
    db: DbSession,
    actor: Actor,
    text: str,
    *,
    category: str | None = None,
    cursor: str | None = None,
    limit: int = 30,
    with_words: bool = False,
) -> SearchPage:
    """Return a page of the published trees that ``text`` describes, best match first.

    ``with_words`` also reads where the words were found.

    Raises:
        Forbidden: without the right to read trees.
        Invalid: if the cursor is not one of ours.
    """
    require(actor, Permission.READ_TREES)
    after = search.after_of(db, decode_cursor(cursor, 2)) if cursor else None
    sought = search.Search(db, actor.account_id, text)
    hits = sought.hits(category=category, after=after, limit=limit + 1)
    shown = hits[:limit]
    cards = _cards(db, actor, [hit.tree_id for hit in shown])
    items = [cards[hit.tree_id] for hit in shown if hit.tree_id in cards]
    more = len(hits) > limit
    words, steps = _found_in(db, actor, sought.asked, items) if with_words else ([], [])
    return SearchPage(items, encode_cursor(*shown[-1].parts) if more else None, words, steps)


def _found_in(
    db: DbSession, actor: Actor, asked: Asked, items: list[TreeCard]
) -> tuple[list[str], list[FoundStep]]:
    marks = Marks(asked)
    heads = {each.id: f"{each.title}\n{' '.join(each.tags)}\n{each.description}" for each in items}
    words = {word for head in heads.values() for word in marks.words(head)}
    elsewhere = [key for key, head in heads.items() if marks.count(head) < marks.total]
    query = (
        select(Tree.id, TreeVersion.document)
        .join(TreeVersion, TreeVersion.id == Tree.version_id)
        .where(Tree.account_id == actor.account_id, col(Tree.id).in_(elsewhere[:STEPS_SHOWN]))
    )
    steps = []
    for row in db.execute(query) if elsewhere else ():
        if found := best_step(row.document, marks):
            steps.append(FoundStep(row.id, *found))
            words.update(marks.words(f"{found[1]}\n{found[2]}"))
    return sorted(words), steps


def search_count(db: DbSession, actor: Actor, text: str, *, category: str | None = None) -> int:
    """Return how many trees ``text`` describes; up to ``search.COUNTED``, then one more.

    Raises:
        Forbidden: without the right to read trees.
    """
    require(actor, Permission.READ_TREES)
    return search.Search(db, actor.account_id, text).count(category)


def _cards(db: DbSession, actor: Actor, ids: list[UUID]) -> dict[UUID, TreeCard]:
    if not ids:
        return {}
    values = {"account_id": actor.account_id, "tree_ids": ids}
    writes = may(actor, Permission.WRITE_TREES)
    rows = direct(db).execute(_CARDS, values)
    return {row.id: card(row, for_authors=writes) for row in rows}


def categories(db: DbSession, actor: Actor) -> list[CategoryCount]:
    """Return the categories of the published trees with their counts, by name."""
    require(actor, Permission.READ_TREES)
    query = (
        select(TreeCategory.name, TreeCategory.trees)
        .where(TreeCategory.account_id == actor.account_id, TreeCategory.trees > 0)
        .order_by(TreeCategory.name)
    )
    return [CategoryCount(row.name, row.trees) for row in db.execute(query)]


def starter_list(db: DbSession, actor: Actor) -> list[StarterView]:
    """Return the shipped trees by title, starting with those that no tree of the account came from.

    Raises:
        Forbidden: without the right to write trees.
    """
    require(actor, Permission.WRITE_TREES)
    query = select(Tree.starter).where(
        Tree.account_id == actor.account_id,
        Tree.starter != "",
        Tree.status != TreeStatus.DELETED,
    )
    known = set(db.execute(query).scalars())
    views = [
        StarterView(
            starter.key,
            starter.tree.title,
            starter.tree.description,
            starter.tree.category,
            len(starter.tree.document.nodes),
            starter.key in known,
        )
        for starter in starters.shipped().values()
    ]
    return sorted(views, key=lambda each: (each.is_in_library, each.title))


def tree_with_document(
    db: DbSession, actor: Actor, tree_id: UUID
) -> tuple[TreeCard, PublishedVersion]:
    """Return one published tree and its newest version.

    Raises:
        NotFound: if the account has no such published tree.
    """
    require(actor, Permission.READ_TREES)
    row = published(db, actor, tree_id)
    writes = may(actor, Permission.WRITE_TREES)
    return card(row, for_authors=writes), version(db, row.version_id)


def published(db: DbSession, actor: Actor, tree_id: UUID) -> Any:
    """Return the row of a published tree: its card, ``version_id`` and ``revision``.

    Raises:
        NotFound: if the account has no such published tree.
    """
    values = {"tree_id": tree_id, "account_id": actor.account_id}
    row = direct(db).execute(_PUBLISHED, values).one_or_none()
    if row is None:
        raise NotFound("tree")
    return row


def newest_version(db: DbSession, actor: Actor, tree_id: UUID) -> PublishedVersion:
    """Return the version that a new session of the tree starts with.

    Raises:
        NotFound: if the account has no such published tree.
    """
    return tree_with_document(db, actor, tree_id)[1]


@cached(LRUCache(PARSED_VERSIONS), key=lambda _db, version_id: version_id, lock=Lock())
def version(db: DbSession, version_id: UUID) -> PublishedVersion:
    """Return a parsed version, cached in memory, since it never changes.

    The caller has checked that the actor may see it, through a session or a tree of the account.

    Raises:
        NotFound: if there is none.
    """
    row = direct(db).execute(_VERSION, {"version_id": version_id}).one_or_none()
    if row is None:
        raise NotFound("version")
    document = read_stored(row.document)
    return PublishedVersion(row.tree_id, row.id, row.number, row.title, document)
