"""Publishing in the browser: its impact, then the act itself."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.core.errors import Conflict, NotFound
from rxapp.core.ids import parse_id
from rxapp.gate.forms import form_number, form_text
from rxapp.gate.guard import LIVE, go, guarded, tell
from rxapp.live.hub import hub
from rxapp.reflex_seam.router_data import route_id, tab_token
from rxapp.versions import publish_queries, publish_service, review_service
from rxapp.versions.topics import REVIEW
from rxapp.versions.views import PublishView


class PublishState(rx.State):
    """One draft, as it would be published.

    ``tree_id`` is whose data this is, as the address writes it, and is set with the data. ``mine``
    is whether the actor is the one who asks for a review, ``is_old`` whether the draft has changed
    since it was read.
    """

    tree_id: str = ""
    missing: bool = False
    view: PublishView | None = None
    mine: bool = False
    is_old: bool = False
    _user_id: UUID | None = None

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def load(self, actor: Actor):
        """Read what publishing the draft of the address means, and watch for a review."""
        page, token = route_id(self, "tree_id"), tab_token(self)
        hub.unwatch(token, REVIEW)
        await self._read(actor, page)
        if not self.missing:
            await hub.watch(token, actor, REVIEW.of(parse_id(page, "tree")))

    @rx.event
    @guarded(LIVE)
    async def refresh(self):
        """Show who asks for a review by now, and that somebody else has published."""
        reading = hub.reading(tab_token(self), publish_queries.review_news)
        if reading is None or self.view is None or str(reading[0].row_id) != self.tree_id:
            return
        if news := reading[1]:
            self.is_old = self.is_old or news.newest != self.view.newest
            self._show(replace(self.view, review=news.review))

    def _show(self, view: PublishView) -> None:
        if view != self.view:
            self.view = view
        self.mine = view.review is not None and view.review.by_id == self._user_id

    async def _read(self, actor: Actor, page: str) -> None:
        if page != self.tree_id:
            self.reset()
        try:
            tree_id = parse_id(page, "tree")
            self._user_id = actor.user_id
            self._show(await database.read(publish_queries.publish_view, actor, tree_id))
            self.missing, self.is_old = False, False
        except NotFound:
            self.view, self.missing = None, True
        self.tree_id = page

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def read_again(self, actor: Actor, page: str):
        """Read the draft as it is now."""
        await self._read(actor, page)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def publish(self, actor: Actor, page: str, form: dict[str, Any]):
        """Publish the draft as it was shown."""
        try:
            tree = await database.run(
                publish_service.publish,
                actor,
                parse_id(page, "tree"),
                revision=form_number(form, "revision") or 0,
                note=form_text(form, "note"),
            )
        except Conflict as refusal:
            self.is_old = "revision" in refusal.extra
            raise
        await tell(self, f"Version {tree.version} is published.")
        await go(self, f"/trees/{page}/versions")

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def ask_review(self, actor: Actor, page: str, form: dict[str, Any]):
        """Ask a second person to publish."""
        tree_id = parse_id(page, "tree")
        await database.run(review_service.ask_review, actor, tree_id, note=form_text(form, "note"))
        await self._read(actor, page)
        await tell(self, "You asked for a review.")

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def withdraw_review(self, actor: Actor, page: str):
        """Withdraw the request for a review."""
        await database.run(review_service.withdraw_review, actor, parse_id(page, "tree"))
        await self._read(actor, page)
