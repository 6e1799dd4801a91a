"""Reads of an account's synonyms."""

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.library.views import SynonymGroup
from rxapp.trees.models import SearchSynonyms
from rxapp.trees.words import natural_key


def synonyms(db: DbSession, actor: Actor) -> list[SynonymGroup]:
    """Return the account's own groups, by their first expression.

    Raises:
        Forbidden: without the right to write trees.
    """
    require(actor, Permission.WRITE_TREES)
    query = select(SearchSynonyms).where(SearchSynonyms.account_id == actor.account_id)
    groups = [SynonymGroup(each.id, each.words) for each in db.execute(query).scalars()]
    return sorted(groups, key=lambda each: (natural_key(each.expressions[0]), each.id))
