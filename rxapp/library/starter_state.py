"""The page of a starter's update: what is offered to the tree in the address."""

from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.core.errors import Conflict, NotFound, PreconditionFailed
from rxapp.core.ids import new_id, parse_id
from rxapp.drafts import service
from rxapp.drafts.operations import Operation, Undo
from rxapp.gate.guard import go, guarded, tell
from rxapp.library import starter_queries, starter_service
from rxapp.reflex_seam.router_data import route_id

CLIENT = "starter-page"
"""What taking an update over is called in a draft's log."""

CHANGED = "Somebody has just changed the draft. Look at it, then decide again."


class StarterState(rx.State):
    """The update that is offered to one tree.

    ``tree_id`` is whose data this is, as the address writes it, and is set with the data.
    ``taken`` is the operation by which the person has just taken the update over here.
    """

    tree_id: str = ""
    missing: bool = False
    title: str = ""
    starter_title: str = ""
    revision: int = 0
    has_changes: bool = False
    is_own: bool = False
    taken: str = ""

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def load(self, actor: Actor):
        """Read what is offered to the tree in the address."""
        await self._read(actor, route_id(self, "tree_id"))

    async def _read(self, actor: Actor, page: str) -> None:
        if page != self.tree_id:
            self.reset()
        try:
            tree_id = parse_id(page, "tree")
            found = await database.read(starter_queries.starter_update, actor, tree_id)
            self.title, self.starter_title = found.title, found.starter_title
            self.revision, self.has_changes = found.revision, found.has_changes
            self.is_own, self.missing, self.taken = found.is_own, False, ""
        except NotFound:
            self.missing = not self.taken
        self.tree_id = page

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def take(self, actor: Actor, page: str):
        """Make the update the draft."""
        operation_id = new_id()
        try:
            answer = await database.run(
                starter_service.take,
                actor,
                parse_id(page, "tree"),
                client=CLIENT,
                operation_id=operation_id,
                revisions={self.revision},
            )
        except PreconditionFailed:
            await self._read(actor, page)
            raise Conflict(CHANGED) from None
        self.revision, self.taken = answer.revision, str(operation_id)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def undo(self, actor: Actor, page: str):
        """Take back what was taken over here."""
        if not self.taken:
            return
        undone = Undo(operation=UUID(self.taken))
        operation = Operation(id=new_id(), seen=self.revision, change=undone)
        await database.run(
            service.operate, actor, parse_id(page, "tree"), client=CLIENT, operations=[operation]
        )
        self.taken = ""
        await self._read(actor, page)
        await tell(self, "The draft is as it was.")

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def skip(self, actor: Actor, page: str):
        """Keep the tree as it is."""
        await database.run(starter_service.skip, actor, parse_id(page, "tree"))
        await tell(self, "Skipped. The next improvement is offered again.")
        await go(self, "/")
