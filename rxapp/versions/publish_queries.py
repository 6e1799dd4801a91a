"""Reads before publishing a draft: what it means, what is wrong, and who may publish."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import User
from rxapp.access.policy import WRITERS, Permission, require
from rxapp.access.queries import names, needs_second_person
from rxapp.drafts.finding_queries import findings_of
from rxapp.drafts.models import Draft
from rxapp.drafts.queries import titles, tree_and_draft
from rxapp.drafts.review_rules import author_ids, is_author
from rxapp.live.topics import Topic
from rxapp.trees.finding_rules import Finding
from rxapp.trees.models import Tree
from rxapp.versions.impact_queries import impact_of
from rxapp.versions.views import FindingLine, PublishView, ReviewNews, ReviewView

FINDINGS_SHOWN = 100


def publish_view(db: DbSession, actor: Actor, tree_id: UUID) -> PublishView:
    """Return what somebody has to know before publishing a tree's draft.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such tree.
    """
    require(actor, Permission.WRITE_TREES)
    tree, draft = tree_and_draft(db, actor, tree_id)
    findings = findings_of(db, tree, draft)
    shown = findings[:FINDINGS_SHOWN]
    named = titles(db, tree, draft, {each.node for each in shown if each.node})
    errors = sum(each.is_error for each in findings)
    authors = draft.authors if draft else {}
    return PublishView(
        title=draft.title if draft and draft.is_changed else tree.title,
        revision=draft.revision if draft else 0,
        newest=tree.version,
        is_changed=bool(draft and draft.is_changed),
        steps=draft.node_count if draft and draft.is_changed else tree.node_count,
        impact=impact_of(db, tree, draft),
        findings=[_finding(each, named) for each in shown],
        errors=errors,
        warnings=len(findings) - errors,
        needs_second_person=needs_second_person(db, actor),
        is_mine=is_author(authors, actor.user_id),
        authors=sorted(names(db, actor.account_id, author_ids(authors)).values()),
        reviewers=_others_who_write(db, actor, author_ids(authors)),
        review=review_view(db, draft),
    )


def _finding(finding: Finding, named: dict[str, str]) -> FindingLine:
    key = finding.node or ""
    return FindingLine(key, named.get(key, ""), finding.message, blocks=finding.is_error)


def _others_who_write(db: DbSession, actor: Actor, authors: list[UUID]) -> int:
    query = (
        select(func.count())
        .select_from(User)
        .where(
            User.account_id == actor.account_id,
            User.role.in_(WRITERS),
            User.is_active.is_(True),
            User.deleted_at.is_(None),
            User.id.not_in([*authors, actor.user_id]),
        )
    )
    return db.execute(query).scalar_one()


def review_news(db: DbSession, topic: Topic) -> ReviewNews | None:
    """Return the status of a review, or None if the tree no longer exists."""
    tree = db.get(Tree, topic.row_id)
    return ReviewNews(tree.version, review_view(db, db.get(Draft, tree.id))) if tree else None


def review_view(db: DbSession, draft: Draft | None) -> ReviewView | None:
    """Return the request for a review of a draft, or None if there is none."""
    if draft is None or draft.review_by is None or draft.review_at is None:
        return None
    by = names(db, draft.account_id, [draft.review_by]).get(draft.review_by, "")
    return ReviewView(draft.review_by, by, draft.review_at, draft.review_note)
