"""The library: what is searched, filtered and shown. Authors also see what is not published."""

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, may
from rxapp.core import db as database
from rxapp.gate.guard import guarded
from rxapp.reflex_seam.router_data import route_id
from rxapp.trees import queries
from rxapp.trees.rules import SEARCH_LIMIT, Show, show_of
from rxapp.trees.views import CategoryCount, TreeCard, TreePage

PAGE = 48


class LibraryState(rx.State):
    """The trees that match the search and the category. The address says which list to show."""

    loaded: bool = False
    may_write: bool = False
    may_delete: bool = False
    show: Show = Show.PUBLISHED
    trees: list[TreeCard] = []
    categories: list[CategoryCount] = []
    query: str = ""
    category: str = ""
    next_cursor: str = ""

    @rx.event
    @guarded(Permission.READ_TREES)
    async def load(self, actor: Actor):
        """Read the categories and the trees that the address asks for."""
        self.may_write = may(actor, Permission.WRITE_TREES)
        self.may_delete = may(actor, Permission.DELETE_TREES)
        show = show_of(route_id(self, "show"))
        self.show = show if queries.may_see(actor, show) else Show.PUBLISHED
        await self._read_categories(actor)
        await self._read(actor)
        self.loaded = True

    @rx.event
    @guarded(Permission.READ_TREES)
    async def search(self, actor: Actor, text: str):
        """Show what matches the typed words."""
        self.query = text[:SEARCH_LIMIT].strip()
        await self._read(actor)

    @rx.event
    @guarded(Permission.READ_TREES)
    async def pick(self, actor: Actor, category: str):
        """Show one category; choosing it again shows all."""
        self.category = "" if category == self.category else category
        await self._read(actor)

    @rx.event
    @guarded(Permission.READ_TREES)
    async def more(self, actor: Actor):
        """Show the next page too."""
        if self.next_cursor:
            page = await self._page(actor, cursor=self.next_cursor)
            self.trees = [*self.trees, *page.items]
            self.next_cursor = page.next_cursor or ""

    async def _read_again(self, actor: Actor) -> None:
        """Show what has changed, with as much of the list as was shown before."""
        await self._read_categories(actor)
        await self._read(actor, limit=max(PAGE, len(self.trees)))

    async def _read_categories(self, actor: Actor) -> None:
        counts = await database.read(queries.categories, actor)
        self.categories = [each for each in counts if each.name]

    async def _read(self, actor: Actor, *, limit: int = PAGE) -> None:
        category = self.category or None
        if self.query and self.show is Show.PUBLISHED:
            found = await database.read(
                queries.search_page, actor, self.query, category=category, limit=PAGE
            )
            self.trees = found.items
            self.next_cursor = ""
            return
        page = await self._page(actor, limit=limit)
        self.trees = page.items
        self.next_cursor = page.next_cursor or ""

    async def _page(
        self, actor: Actor, cursor: str | None = None, *, limit: int = PAGE
    ) -> TreePage:
        return await database.read(
            queries.trees,
            actor,
            show=self.show,
            title=self.query,
            category=self.category or None,
            cursor=cursor,
            limit=limit,
        )
