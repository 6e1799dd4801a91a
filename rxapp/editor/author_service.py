"""Who has a draft open, and which step each author is looking at."""

from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.access.queries import names
from rxapp.core.clock import utc_now
from rxapp.core.statements import change_all, change_if
from rxapp.drafts.models import Draft
from rxapp.drafts.queries import tree_and_draft
from rxapp.drafts.topics import DRAFT
from rxapp.editor.models import DraftAuthor
from rxapp.editor.rules import SILENT_AFTER
from rxapp.editor.views import Author, DraftNews
from rxapp.live.signals import publish
from rxapp.live.topics import Topic
from rxapp.trees.models import Tree


def look_at(db: DbSession, actor: Actor, tree_id: UUID, *, client: str, step: str) -> DraftNews:
    """Record that the actor has the draft open in a tab and looks at a step; "" is none.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
    """
    require(actor, Permission.WRITE_TREES)
    tree, _draft = tree_and_draft(db, actor, tree_id)
    mine = (DraftAuthor.tree_id == tree.id, DraftAuthor.client == client)
    now = utc_now()
    stays = update(DraftAuthor).where(*mine, DraftAuthor.user_id == actor.user_id)
    if not change_if(db, stays.where(DraftAuthor.step == step).values(seen_at=now)):
        if not change_if(db, stays.values(step=step, seen_at=now)):
            _forget_the_silent(db, tree, client)
            db.add(
                DraftAuthor(
                    account_id=tree.account_id,
                    tree_id=tree.id,
                    client=client,
                    user_id=actor.user_id,
                    step=step,
                    seen_at=now,
                )
            )
        publish(db, DRAFT.of(tree.id))
    db.flush()
    return _news(db, tree)


def _forget_the_silent(db: DbSession, tree: Tree, client: str) -> None:
    """Delete authors whose tab has stopped reporting, and whoever used this tab before."""
    is_silent = DraftAuthor.seen_at <= utc_now() - SILENT_AFTER
    db.execute(
        delete(DraftAuthor).where(
            DraftAuthor.tree_id == tree.id, or_(is_silent, DraftAuthor.client == client)
        )
    )


def leave(db: DbSession, actor: Actor, tree_id: UUID, *, client: str) -> None:
    """Record that the actor has closed the draft in a tab. Raises as :func:`look_at`."""
    require(actor, Permission.WRITE_TREES)
    tree, _draft = tree_and_draft(db, actor, tree_id)
    gone = delete(DraftAuthor).where(
        DraftAuthor.tree_id == tree.id,
        DraftAuthor.client == client,
        DraftAuthor.user_id == actor.user_id,
    )
    if change_all(db, gone):
        publish(db, DRAFT.of(tree.id))


def draft_news(db: DbSession, topic: Topic) -> DraftNews | None:
    """Return what the tabs on a draft show, or None if the tree no longer exists."""
    tree = db.get(Tree, topic.row_id)
    return _news(db, tree) if tree else None


def _news(db: DbSession, tree: Tree) -> DraftNews:
    draft = db.execute(
        select(Draft.revision, Draft.title, Draft.review_by).where(Draft.tree_id == tree.id)
    ).one_or_none()
    query = (
        select(DraftAuthor.client, DraftAuthor.user_id, DraftAuthor.step)
        .where(DraftAuthor.tree_id == tree.id, DraftAuthor.seen_at > utc_now() - SILENT_AFTER)
        .order_by(DraftAuthor.client)
    )
    rows = db.execute(query).all()
    asking = draft.review_by if draft else None
    known = names(db, tree.account_id, [asking, *(row.user_id for row in rows)])
    authors = [
        Author(row.client, row.user_id, known.get(row.user_id, ""), row.step) for row in rows
    ]
    return DraftNews(
        revision=draft.revision if draft else 0,
        title=draft.title if draft else tree.title,
        authors=authors,
        review_by=known.get(asking, "") if asking else "",
    )
