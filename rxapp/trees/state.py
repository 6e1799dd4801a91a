"""The library: what is searched, filtered and shown."""

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.gate.guard import guarded
from rxapp.trees import queries
from rxapp.trees.views import CategoryCount, TreeCard

PAGE = 48
QUERY_LIMIT = 200


class LibraryState(rx.State):
    """The published trees that match what is typed and chosen."""

    loaded: bool = False
    trees: list[TreeCard] = []
    categories: list[CategoryCount] = []
    query: str = ""
    category: str = ""
    next_cursor: str = ""

    @rx.event
    @guarded(Permission.READ_TREES)
    async def load(self, actor: Actor):
        """Read the categories and the trees."""
        self.categories = await database.read(queries.categories, actor)
        await self._read(actor)
        self.loaded = True

    @rx.event
    @guarded(Permission.READ_TREES)
    async def search(self, actor: Actor, text: str):
        """Show what matches the words typed."""
        self.query = text[:QUERY_LIMIT].strip()
        await self._read(actor)

    @rx.event
    @guarded(Permission.READ_TREES)
    async def pick(self, actor: Actor, category: str):
        """Show one category; the same again shows all."""
        self.category = "" if category == self.category else category
        await self._read(actor)

    @rx.event
    @guarded(Permission.READ_TREES)
    async def more(self, actor: Actor):
        """Show the next page too."""
        if self.next_cursor and not self.query:
            page = await database.read(
                queries.trees,
                actor,
                category=self.category or None,
                cursor=self.next_cursor,
                limit=PAGE,
            )
            self.trees = [*self.trees, *page.items]
            self.next_cursor = page.next_cursor or ""

    async def _read(self, actor: Actor) -> None:
        category = self.category or None
        if self.query:
            found = await database.read(
                queries.search_page, actor, self.query, category=category, limit=PAGE
            )
            self.trees = found.items
            self.next_cursor = ""
            return
        page = await database.read(queries.trees, actor, category=category, limit=PAGE)
        self.trees = page.items
        self.next_cursor = page.next_cursor or ""
