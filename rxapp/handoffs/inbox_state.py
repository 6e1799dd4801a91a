"""The inbox in the browser: what is waiting, live, and claiming it."""

from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, may
from rxapp.core import db as database
from rxapp.core.errors import DomainError
from rxapp.gate.guard import LIVE, SIGNED_IN, go, guarded, tell
from rxapp.handoffs import inbox_queries, service
from rxapp.handoffs.inbox_views import (
    InboxChange,
    InboxCounts,
    InboxNews,
    InboxPage,
    InboxRow,
    InboxWindow,
)
from rxapp.handoffs.rules import InboxSection
from rxapp.handoffs.state import EscalationState
from rxapp.handoffs.topics import INBOX
from rxapp.live.hub import hub
from rxapp.live.topics import Topic
from rxapp.reflex_seam.router_data import page_path, tab_token


@rx.serializer
def _serialize_row(row: InboxRow) -> dict[str, Any]:
    return row.as_dict


@rx.serializer
def _serialize_change(change: InboxChange) -> dict[str, Any]:
    return change.as_dict


class InboxState(rx.State):
    """The account's inbox in a tab.

    The browser keeps the rows: it gets the first ones when the page loads (``window``), more when
    it asks (``page``), and after that only changes (``change``). Pages without rows get the count
    and the arrivals.
    """

    loaded: bool = False
    open_count: int = 0
    mine_count: int = 0
    others_count: int = 0
    window: InboxWindow = InboxWindow()
    page: InboxPage = InboxPage()
    change: InboxChange = InboxChange()
    user_id: UUID | None = None
    _revision: int = 0

    @rx.event
    @guarded(SIGNED_IN)
    async def load_count(self, actor: Actor):
        """Watch the inbox for the count in the navigation; technicians have none."""
        if not may(actor, Permission.HANDLE_ESCALATIONS) or self._shows_rows():
            return  # on the inbox, its own load does this
        await self._watch(actor)
        revision, counts = await database.read(inbox_queries.inbox_counts, actor)
        self._start_from(revision, counts)
        await self._tell_of_new(actor)

    @rx.event
    @guarded(Permission.HANDLE_ESCALATIONS)
    async def load(self, actor: Actor):
        """Watch the inbox and read its first rows."""
        await self._watch(actor)
        await self._read_window(actor)
        await self._tell_of_new(actor)
        self.loaded = True

    async def _watch(self, actor: Actor) -> None:
        self.user_id = actor.user_id
        await hub.watch(tab_token(self), actor, INBOX.of(actor.account_id))

    async def _read_window(self, actor: Actor) -> None:
        window = await database.read(inbox_queries.inbox, actor)
        self.window = window
        self._start_from(window.revision, window.counts)

    async def _tell_of_new(self, actor: Actor) -> None:
        """Send what has just arrived, so that the page can confirm that it shows it."""
        rows = await database.read(inbox_queries.just_arrived, actor, until=self._revision)
        if rows:
            shown = [row.brief for row in rows]
            self.change = InboxChange(self._revision, self._revision, shown)

    def _shows_rows(self) -> bool:
        return page_path(self).startswith("/inbox")

    def _start_from(self, revision: int, counts: InboxCounts) -> None:
        self._count(counts)
        self._revision = revision
        self.change = InboxChange(since=revision, revision=revision)

    def _count(self, counts: InboxCounts) -> None:
        shown = {
            "open_count": counts.waiting,
            "mine_count": counts.mine,
            "others_count": counts.others,
        }
        for name, count in shown.items():
            if self.get_value(name) != count:  # unchanged values are not sent again
                setattr(self, name, count)

    @rx.event
    @guarded(Permission.HANDLE_ESCALATIONS)
    async def more(self, actor: Actor, section: InboxSection, after: str):
        """Read the next page of a section."""
        self.page = await database.read(inbox_queries.inbox_page, actor, section, after)

    @rx.event
    @guarded(LIVE)
    async def refresh(self):
        """Show what the hub has just read for the whole account, if it is new for this tab."""
        token = tab_token(self)
        if hub.refused(token, INBOX):
            self.reset()
        elif (reading := hub.reading(token, read_inbox)) is not None:
            self._show(reading[1])

    def _show(self, news: InboxNews) -> None:
        self._count(news.counts(self.user_id))
        if news.revision > self._revision:
            self.change = news.change(self._revision, whole=self._shows_rows())
            self._revision = news.revision

    @rx.event
    @guarded(Permission.HANDLE_ESCALATIONS)
    async def catch_up(self, actor: Actor, since: int):
        """Show a tab that missed changes what came after a revision."""
        if self._shows_rows():
            await self._read_window(actor)
        else:
            revision, counts = await database.read(inbox_queries.inbox_counts, actor)
            self._start_from(revision, counts)
        # Read last: changes in between come with the next change, so that none is missed.
        until = self._revision
        missed = await database.read(inbox_queries.arrivals, actor, since, until=until)
        rows = [row.as_dict if self._shows_rows() else row.brief for row in missed]
        self.change = InboxChange(since, self._revision, rows)

    @rx.event
    @guarded(Permission.HANDLE_ESCALATIONS)
    async def claim(self, actor: Actor, page: str, handoff_id: UUID):
        """Claim an escalation and read it; the loser is told who has it."""
        try:
            await database.run(service.claim, actor, handoff_id)
        except DomainError as refusal:
            await tell(self, refusal.message, "error")
            if self._shows_rows():
                await self._read_window(actor)
            return
        if page == str(handoff_id):
            await (await self.get_state(EscalationState))._show_detail(actor, page, handoff_id)
            return
        await go(self, f"/escalations/{handoff_id}")


def may_watch_inbox(_db: database.DbSession, actor: Actor, topic: Topic) -> bool:
    """Return whether the actor may see the inbox of the topic."""
    is_own = topic == INBOX.of(actor.account_id)
    return is_own and may(actor, Permission.HANDLE_ESCALATIONS)


def read_inbox(db: database.DbSession, topic: Topic) -> InboxNews:
    """Read the latest changes of an account's inbox, once for all its tabs."""
    return inbox_queries.inbox_news(db, topic.row_id)
