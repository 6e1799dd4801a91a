"""What authors do in the library: begin drafts, archive, delete and restore trees."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.core.ids import parse_id
from rxapp.gate.forms import form_date, form_id, form_text
from rxapp.gate.guard import go, guarded, tell, took
from rxapp.library import making_service, ownership_service, shelf_service
from rxapp.library import queries as library_queries
from rxapp.library.views import AuthorChoice
from rxapp.trees import queries
from rxapp.trees.cleaning import clean_category, clean_title
from rxapp.trees.state import LibraryState
from rxapp.trees.views import StarterView


class NewTreeState(rx.State):
    """The dialogs that begin a draft."""

    starters: list[StarterView] = []
    starters_opening: str = ""
    titles: list[str] = []
    titles_opening: str = ""

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def create(self, actor: Actor, form: dict[str, Any]):
        """Begin an empty draft and open it in the editor."""
        values = {
            "title": clean_title(form_text(form, "title")),
            "category": clean_category(form_text(form, "category")),
        }
        await self._make(form, lambda db: making_service.make_empty(db, actor, **values))

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def read_starters(self, actor: Actor, opening: str):
        """Read the starters, for this opening of a dialog."""
        self.starters = await database.read(queries.starter_list, actor)
        self.starters_opening = opening

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def create_from_starter(self, actor: Actor, form: dict[str, Any]):
        """Begin a draft from a starter and open it in the editor."""
        key, title = form_text(form, "starter"), _own_title(form)
        await self._make(
            form, lambda db: making_service.make_from_starter(db, actor, key, title=title)
        )

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def read_titles(self, actor: Actor, opening: str):
        """Read what can be copied, for this opening of a dialog."""
        self.titles = await database.read(library_queries.titles, actor)
        self.titles_opening = opening

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def create_copy(self, actor: Actor, form: dict[str, Any]):
        """Begin a draft as a copy of the tree of that title, and open it in the editor."""
        source, title = form_text(form, "source").strip(), _own_title(form)

        def work(db: DbSession) -> Any:
            tree_id = library_queries.tree_titled(db, actor, source)
            return making_service.make_copy(db, actor, tree_id, title=title)

        await self._make(form, work)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def copy(self, actor: Actor, form: dict[str, Any]):
        """Begin a draft as a copy of the chosen tree, and open it in the editor."""
        tree_id, title = _tree_of(form), _own_title(form)
        await self._make(form, lambda db: making_service.make_copy(db, actor, tree_id, title=title))

    async def _make(self, form: dict[str, Any], work: Callable[[DbSession], Any]) -> None:
        tree_id = await database.run(lambda db: work(db).id)
        await took(self, form)
        await go(self, f"/trees/{tree_id}/edit")


class ShelfState(rx.State):
    """The menus of trees, and the dialogs that they open."""

    authors: list[AuthorChoice] = []
    authors_opening: str = ""
    sessions: int = 0
    open_sessions: int = 0
    usage_opening: str = ""

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def archive(self, actor: Actor, tree_id: UUID):
        """Archive a tree."""
        title = await database.run(lambda db: shelf_service.archive(db, actor, tree_id).title)
        await self._done(actor, f"{title} is archived. Its sessions continue.")

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def restore(self, actor: Actor, tree_id: UUID):
        """Restore an archived or deleted tree."""
        title = await database.run(lambda db: shelf_service.restore(db, actor, tree_id).title)
        await self._done(actor, f"{title} is restored.")

    @rx.event
    @guarded(Permission.DELETE_TREES)
    async def read_usage(self, actor: Actor, opening: str, tree_id: UUID):
        """Read what deleting a tree would touch, for this opening of a dialog."""
        usage = await database.read(library_queries.usage, actor, tree_id)
        self.sessions, self.open_sessions = usage.sessions, usage.open_sessions
        self.usage_opening = opening

    @rx.event
    @guarded(Permission.DELETE_TREES)
    async def delete(self, actor: Actor, form: dict[str, Any]):
        """Delete the chosen tree."""
        await database.run(shelf_service.delete, actor, _tree_of(form))
        await took(self, form)
        await self._done(actor, "Deleted. It can be restored from the list of deleted trees.")

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def read_authors(self, actor: Actor, opening: str):
        """Read who can own a tree, for this opening of a dialog."""
        self.authors = await database.read(library_queries.authors, actor)
        self.authors_opening = opening

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def assign(self, actor: Actor, form: dict[str, Any]):
        """Set who owns the chosen tree and when it is reviewed."""
        owner_id = form_id(form, "owner", "member")
        review_on: date | None = form_date(form, "review")
        await database.run(
            ownership_service.assign,
            actor,
            _tree_of(form),
            owner_id=owner_id,
            review_on=review_on,
        )
        await took(self, form)
        await self._done(actor, "Saved.")

    async def _done(self, actor: Actor, words: str) -> None:
        await (await self.get_state(LibraryState))._read_again(actor)
        await tell(self, words)


def _own_title(form: dict[str, Any]) -> str:
    """Return the title in a form, or an empty string."""
    title = form_text(form, "title").strip()
    return clean_title(title) if title else ""


def _tree_of(form: dict[str, Any]) -> UUID:
    """Return the id of the tree that a dialog was opened for."""
    return parse_id(form_text(form, "tree"), "tree")
