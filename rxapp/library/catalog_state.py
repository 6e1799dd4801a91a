"""The page of categories and tags: how many trees have each, renaming, merging."""

from typing import Any

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.gate.forms import form_text
from rxapp.gate.guard import guarded, tell, took
from rxapp.library import catalog_queries, catalog_service
from rxapp.library.rules import Name
from rxapp.library.views import NameCount
from rxapp.trees.cleaning import clean_category, clean_tag

CLEAN = {Name.CATEGORY: clean_category, Name.TAG: clean_tag}


class CatalogState(rx.State):
    """Every category and tag of the account."""

    loaded: bool = False
    categories: list[NameCount] = []
    tags: list[NameCount] = []

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def load(self, actor: Actor):
        """Read both lists."""
        await self._read(actor)
        self.loaded = True

    async def _read(self, actor: Actor) -> None:
        self.categories = await database.read(catalog_queries.categories, actor)
        self.tags = await database.read(catalog_queries.tags, actor)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def rename(self, actor: Actor, form: dict[str, Any]):
        """Give the chosen category or tag another name."""
        kind, name = _chosen(form)
        to = CLEAN[kind](form_text(form, "to"), field="to")
        count = await database.run(catalog_service.rename, actor, kind, name, to=to)
        await self._done(actor, form, count)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def merge(self, actor: Actor, form: dict[str, Any]):
        """Give all trees of the chosen category or tag another one."""
        kind, name = _chosen(form)
        into = form_text(form, "into")
        count = await database.run(catalog_service.merge, actor, kind, name, into=into)
        await self._done(actor, form, count)

    async def _done(self, actor: Actor, form: dict[str, Any], count: int) -> None:
        await took(self, form)
        await self._read(actor)
        await tell(self, f"Done: {count} {'tree' if count == 1 else 'trees'} changed.")


def _chosen(form: dict[str, Any]) -> tuple[Name, str]:
    """Return the category or tag that a dialog was opened for."""
    kind = Name.TAG if form_text(form, "kind") == Name.TAG else Name.CATEGORY
    return kind, form_text(form, "name")
