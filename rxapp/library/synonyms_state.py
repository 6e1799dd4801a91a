"""The page of synonyms: the account's own groups, and those that ship."""

from typing import Any

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.core.ids import parse_id
from rxapp.gate.forms import form_text
from rxapp.gate.guard import guarded, tell, took
from rxapp.library import synonyms_queries, synonyms_service
from rxapp.library.views import SynonymGroup


class SynonymsState(rx.State):
    """The account's own groups of expressions that mean the same."""

    loaded: bool = False
    groups: list[SynonymGroup] = []

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def load(self, actor: Actor):
        """Read the groups."""
        await self._read(actor)
        self.loaded = True

    async def _read(self, actor: Actor) -> None:
        self.groups = await database.read(synonyms_queries.synonyms, actor)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def add(self, actor: Actor, form: dict[str, Any]):
        """Add a group."""
        await database.run(synonyms_service.add, actor, _words_of(form))
        await self._done(actor, form)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def change(self, actor: Actor, form: dict[str, Any]):
        """Replace the expressions of the chosen group."""
        await database.run(synonyms_service.change, actor, _group_of(form), _words_of(form))
        await self._done(actor, form)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def remove(self, actor: Actor, form: dict[str, Any]):
        """Remove the chosen group."""
        await database.run(synonyms_service.remove, actor, _group_of(form))
        await self._done(actor, form)

    async def _done(self, actor: Actor, form: dict[str, Any]) -> None:
        await took(self, form)
        await self._read(actor)
        await tell(self, "Saved. Searches use it at once.")


def _group_of(form: dict[str, Any]) -> Any:
    """Return the id of the group that a dialog was opened for."""
    return parse_id(form_text(form, "group"), "group of synonyms")


def _words_of(form: dict[str, Any]) -> list[str]:
    return [each.strip() for each in form_text(form, "words").split(",") if each.strip()]
