"""Writes of an account's synonyms: expressions that searches take for the same."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.models import Account
from rxapp.access.policy import Permission, require
from rxapp.audit.rules import Action
from rxapp.audit.service import record
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict, NotFound
from rxapp.trees.cleaning import clean_synonyms
from rxapp.trees.models import SearchSynonyms
from rxapp.trees.rules import SYNONYM_GROUPS


def add(db: DbSession, actor: Actor, words: list[str]) -> SearchSynonyms:
    """Add a group of expressions that mean the same.

    Raises:
        Forbidden: without the right to write trees.
        Invalid: if they are no group.
        Conflict: if the account has as many groups as it may have.
    """
    require(actor, Permission.WRITE_TREES)
    cleaned = clean_synonyms(words)
    db.execute(select(Account.id).where(Account.id == actor.account_id).with_for_update())
    query = select(func.count()).where(SearchSynonyms.account_id == actor.account_id)
    if db.execute(query).scalar_one() >= SYNONYM_GROUPS:
        raise Conflict(f"An account has at most {SYNONYM_GROUPS} groups. Remove one first.")
    group = SearchSynonyms(account_id=actor.account_id, words=cleaned)
    db.add(group)
    db.flush()
    record(db, actor, Action.SYNONYMS_ADDED, subject_id=group.id, subject=", ".join(cleaned))
    return group


def change(db: DbSession, actor: Actor, group_id: UUID, words: list[str]) -> SearchSynonyms:
    """Replace the expressions of a group.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such group.
        Invalid: if they are no group.
    """
    group = _load(db, actor, group_id)
    cleaned = clean_synonyms(words)
    if cleaned != group.words:
        before = ", ".join(group.words)
        group.words, group.updated_at = cleaned, utc_now()
        db.flush()
        after = ", ".join(cleaned)
        record(
            db,
            actor,
            Action.SYNONYMS_CHANGED,
            subject_id=group.id,
            subject=after,
            words={"before": before, "after": after},
        )
    return group


def remove(db: DbSession, actor: Actor, group_id: UUID) -> None:
    """Remove a group.

    Raises:
        Forbidden: without the right to write trees.
        NotFound: if the account has no such group.
    """
    group = _load(db, actor, group_id)
    db.delete(group)
    db.flush()
    words = ", ".join(group.words)
    record(db, actor, Action.SYNONYMS_REMOVED, subject_id=group_id, subject=words)


def _load(db: DbSession, actor: Actor, group_id: UUID) -> SearchSynonyms:
    require(actor, Permission.WRITE_TREES)
    query = select(SearchSynonyms).where(
        SearchSynonyms.id == group_id, SearchSynonyms.account_id == actor.account_id
    )
    group = db.execute(query.with_for_update()).scalar_one_or_none()
    if group is None:
        raise NotFound("group of synonyms")
    return group
