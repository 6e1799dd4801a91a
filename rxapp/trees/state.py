"""The library: what is searched, filtered and shown. Authors also see what is not published."""

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, may
from rxapp.core import db as database
from rxapp.gate.guard import guarded
from rxapp.reflex_seam.router_data import route_id
from rxapp.trees import queries
from rxapp.trees.rules import SEARCH_LIMIT, Show, found_words, show_of
from rxapp.trees.views import CategoryCount, FoundStep, SearchPage, TreeCard, TreePage

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
    words: list[str] = []
    steps: dict[str, FoundStep] = {}
    said: str = ""
    reads: int = 0
    _total: int = 0

    @rx.event
    @guarded(Permission.READ_TREES)
    async def load(self, actor: Actor):
        """Read the categories and the trees that the address asks for."""
        self.may_write = may(actor, Permission.WRITE_TREES)
        self.may_delete = may(actor, Permission.DELETE_TREES)
        show = show_of(route_id(self, "show"))
        self.query = route_id(self, "q")[:SEARCH_LIMIT].strip()
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
            await self._add_page(actor)

    async def _read_again(self, actor: Actor) -> None:
        """Show what has changed, with as much of the list as was shown before."""
        await self._read_categories(actor)
        await self._read(actor, limit=max(PAGE, len(self.trees)))

    async def _read_categories(self, actor: Actor) -> None:
        counts = await database.read(queries.categories, actor)
        self.categories = [each for each in counts if each.name]

    async def _read(self, actor: Actor, *, limit: int = PAGE) -> None:
        self.reads += 1
        category = self.category or None
        if self._is_search():
            found = await self._found(actor, limit=limit)
            self.trees, self.next_cursor = found.items, found.next_cursor or ""
            self.words, self.steps = found.found, {str(each.tree_id): each for each in found.steps}
            self._total = len(found.items)
            if found.next_cursor:
                self._total = await database.read(
                    queries.search_count, actor, self.query, category=category
                )
            self._say()
            return
        page = await self._page(actor, limit=limit)
        self.trees, self.next_cursor = page.items, page.next_cursor or ""
        self.words, self.steps, self.said = [], {}, ""

    async def _add_page(self, actor: Actor) -> None:
        if self._is_search():
            found = await self._found(actor, cursor=self.next_cursor)
            self.trees, self.next_cursor = [*self.trees, *found.items], found.next_cursor or ""
            self.words = sorted({*self.words, *found.found})
            self.steps = {**self.steps, **{str(each.tree_id): each for each in found.steps}}
            self._say()
            return
        page = await self._page(actor, cursor=self.next_cursor)
        self.trees, self.next_cursor = [*self.trees, *page.items], page.next_cursor or ""

    def _is_search(self) -> bool:
        return self.query != "" and self.show is Show.PUBLISHED

    def _say(self) -> None:
        total = self._total if self.next_cursor else len(self.trees)
        self.said = found_words(len(self.trees), max(total, len(self.trees)))

    async def _found(
        self, actor: Actor, *, cursor: str | None = None, limit: int = PAGE
    ) -> SearchPage:
        return await database.read(
            queries.search_page,
            actor,
            self.query,
            category=self.category or None,
            cursor=cursor,
            limit=limit,
            with_words=True,
        )

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
