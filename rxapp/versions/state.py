"""The history of a tree in the browser: what was published, and going back to it."""

from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.core.errors import Conflict, NotFound, PreconditionFailed
from rxapp.core.ids import new_id, parse_id
from rxapp.drafts import service
from rxapp.drafts.operations import Operation, Undo
from rxapp.gate.forms import form_number
from rxapp.gate.guard import guarded, tell, took
from rxapp.reflex_seam.router_data import route_id
from rxapp.versions import going_back_service
from rxapp.versions import queries as version_queries
from rxapp.versions.views import VersionView

PAGE = 25
CLIENT = "versions-page"
"""The client's name for going back in a draft's log."""

CHANGED = "Somebody has just changed the draft. Look at it, then decide again."


class VersionsState(rx.State):
    """The versions of one tree.

    ``tree_id`` is whose data this is, as the address writes it, and is set with the data.
    ``undoes`` is the operation that the person has just made here; ``undo_words`` says what it did.
    """

    tree_id: str = ""
    missing: bool = False
    title: str = ""
    newest: int = 0
    revision: int = 0
    is_changed: bool = False
    rows: list[VersionView] = []
    next_cursor: str = ""
    undoes: str = ""
    undo_words: str = ""

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def load(self, actor: Actor):
        """Read the history of the tree in the address."""
        await self._read(actor, route_id(self, "tree_id"))

    async def _read(self, actor: Actor, page: str) -> None:
        if page != self.tree_id:
            self.reset()
        try:
            tree_id = parse_id(page, "tree")
            head = await database.read(version_queries.history_head, actor, tree_id)
            self.title, self.newest = head.title, head.newest
            self.revision, self.is_changed = head.revision, head.is_changed
            size = max(PAGE, len(self.rows))
            found = await database.read(version_queries.versions, actor, tree_id, limit=size)
            self.rows, self.next_cursor = found.items, found.next_cursor or ""
            self.missing = False
        except NotFound:
            self.missing = True
        self.tree_id = page

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def more(self, actor: Actor, page: str):
        """Show the next page too."""
        if self.next_cursor:
            tree_id = parse_id(page, "tree")
            found = await database.read(
                version_queries.versions, actor, tree_id, cursor=self.next_cursor, limit=PAGE
            )
            self.rows = [*self.rows, *found.items]
            self.next_cursor = found.next_cursor or ""

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def take(self, actor: Actor, page: str, form: dict[str, Any]):
        """Make a version the draft."""
        number = form_number(form, "version") or 0
        await self._go_back(
            actor,
            page,
            going_back_service.take,
            words=f"Version {number} is now the draft.",
            number=number,
        )
        await took(self, form)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def discard(self, actor: Actor, page: str, form: dict[str, Any]):
        """Discard the draft."""
        await self._go_back(
            actor, page, going_back_service.discard, words="The draft is discarded."
        )
        await took(self, form)

    async def _go_back(
        self, actor: Actor, page: str, act: Any, *, words: str, **values: Any
    ) -> None:
        operation_id = new_id()
        try:
            await database.run(
                act,
                actor,
                parse_id(page, "tree"),
                client=CLIENT,
                operation_id=operation_id,
                revisions={self.revision},
                **values,
            )
        except PreconditionFailed:
            await self._read(actor, page)
            raise Conflict(CHANGED) from None
        await self._read(actor, page)
        self.undoes, self.undo_words = str(operation_id), words

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def undo(self, actor: Actor, page: str):
        """Undo the last action here."""
        if not self.undoes:
            return
        undone = Undo(operation=UUID(self.undoes))
        operation = Operation(id=new_id(), seen=self.revision, change=undone)
        await database.run(
            service.operate, actor, parse_id(page, "tree"), client=CLIENT, operations=[operation]
        )
        self.undoes, self.undo_words = "", ""
        await self._read(actor, page)
        await tell(self, "The draft is as it was.")
