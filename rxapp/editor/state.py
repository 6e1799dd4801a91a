"""The editor in a tab: which draft, its newest revision, and who else has it open.

The document never comes through here: the browser reads it once and then its operations, and is
told only that there are new ones.
"""

import re
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, may
from rxapp.core import db as database
from rxapp.core.errors import DomainError, Invalid, NotFound
from rxapp.core.ids import parse_id
from rxapp.drafts import queries
from rxapp.drafts.rules import CLIENT_PATTERN
from rxapp.drafts.topics import DRAFT
from rxapp.editor import author_service
from rxapp.editor.author_service import draft_news
from rxapp.editor.views import Author, DraftNews
from rxapp.gate.guard import LIVE, guarded
from rxapp.live.hub import hub
from rxapp.live.topics import Topic
from rxapp.reflex_seam.router_data import route_id, tab_token
from rxapp.trees.rules import KEY_LIMIT


class EditorState(rx.State):
    """One draft on screen; ``tree_id`` is whose data this is, as the address writes it."""

    missing: bool = False
    tree_id: str = ""
    title: str = ""
    revision: int = 0
    authors: list[Author] = []
    review_by: str = ""
    user_id: UUID | None = None

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def load(self, actor: Actor):
        """Watch the draft of the tree that the address names."""
        tree_id = route_id(self, "tree_id")
        if tree_id != self.tree_id:
            self.reset()
        self.user_id = actor.user_id
        token = tab_token(self)
        hub.unwatch(token, DRAFT)
        try:
            row_id = parse_id(tree_id, "tree")
            await database.read(queries.revision_seen, actor, row_id)  # may they watch it at all?
            await hub.watch(token, actor, DRAFT.of(row_id))
            news = await database.read(draft_news, DRAFT.of(row_id))
        except NotFound:
            news = None
        self.tree_id, self.missing = tree_id, news is None
        if news:
            self._show(news)

    @rx.event
    @guarded(Permission.WRITE_TREES)
    async def look(self, actor: Actor, page: str, client: str, step: str):
        """Record that the tab still has the draft open, and which step it shows."""
        if not re.match(CLIENT_PATTERN, client) or len(step) > KEY_LIMIT:
            raise Invalid("This tab has no name.")
        tree_id = parse_id(page, "tree")
        self._show(
            await database.run(author_service.look_at, actor, tree_id, client=client, step=step)
        )

    @rx.event
    @guarded(LIVE)
    async def refresh(self):
        """Show that the draft has changed, or that an author has come or gone."""
        token = tab_token(self)
        if hub.refused(token, DRAFT):
            tree_id = self.tree_id
            self.reset()
            self.tree_id, self.missing = tree_id, True
        reading = hub.reading(token, draft_news)
        if reading and reading[1] and str(reading[0].row_id) == self.tree_id:
            self._show(reading[1])

    def _show(self, news: DraftNews) -> None:
        shown = {
            "title": news.title,
            "revision": max(news.revision, self.revision),
            "authors": news.authors,
            "review_by": news.review_by,
        }
        for name, value in shown.items():
            if self.get_value(name) != value:  # unchanged values are not sent again
                setattr(self, name, value)


def may_watch_draft(db: database.DbSession, actor: Actor, topic: Topic) -> bool:
    """Return whether the actor may currently write the tree of the topic."""
    if not may(actor, Permission.WRITE_TREES):
        return False
    try:
        queries.tree_and_draft(db, actor, topic.row_id)
    except DomainError:
        return False
    return True
