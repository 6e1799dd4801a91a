"""The trial of a draft in a tab. Nothing is stored: the address holds the step and the path."""

from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.core.errors import NotFound
from rxapp.core.ids import parse_id
from rxapp.drafts import queries
from rxapp.drafts.topics import DRAFT
from rxapp.editor import trial_queries
from rxapp.editor.author_service import draft_news
from rxapp.editor.trial_views import TrialView
from rxapp.gate.guard import LIVE, guarded
from rxapp.live.hub import hub
from rxapp.reflex_seam.router_data import route_id, tab_token


class TrialState(rx.State):
    """One step of a draft on screen; ``tree_id`` is whose data this is, as the address writes it.

    ``newest`` is the newest revision of the draft: if it is above that of the ``view``, the page
    asks for the step again.
    """

    tree_id: str = ""
    missing: bool = False
    view: TrialView | None = None
    newest: int = 0
    user_id: UUID | None = None

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def load(self, actor: Actor):
        """Show the step that the address names, and watch the draft."""
        page, token = route_id(self, "tree_id"), tab_token(self)
        try:
            row_id = parse_id(page, "tree")
            if page != self.tree_id:
                hub.unwatch(token, DRAFT)
                await database.read(queries.revision_seen, actor, row_id)  # may they watch it?
            await hub.watch(token, actor, DRAFT.of(row_id))
        except NotFound:
            pass  # read next, and said there
        await self._read(actor, page)

    async def _read(self, actor: Actor, page: str) -> None:
        if page != self.tree_id:
            self.reset()
        self.user_id = actor.user_id
        step, path = route_id(self, "step"), route_id(self, "path")
        try:
            tree_id = parse_id(page, "tree")
            self.view = await database.read(
                trial_queries.trial_view, actor, tree_id, step=step, path=path
            )
            self.missing = False
        except NotFound:
            hub.unwatch(tab_token(self), DRAFT)
            self.view, self.missing = None, True
        self.tree_id = page

    @rx.event
    @guarded(LIVE)
    async def refresh(self):
        """Show that the draft has changed, or that they may no longer see it."""
        token = tab_token(self)
        if self.tree_id and hub.refused(token, DRAFT):
            tree_id = self.tree_id
            self.reset()
            self.tree_id, self.missing = tree_id, True
        reading = hub.reading(token, draft_news)
        if reading and reading[1] and str(reading[0].row_id) == self.tree_id:
            self.newest = max(self.newest, reading[1].revision)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def read_again(self, actor: Actor, page: str):
        """Read the step as the draft has it now."""
        await self._read(actor, page)
