"""The inbox in the browser: what waits, live, and claiming it."""

from functools import lru_cache
from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, may
from rxapp.core import db as database
from rxapp.core.errors import DomainError
from rxapp.handoffs import queries, service
from rxapp.handoffs.state import EscalationState
from rxapp.handoffs.views import HandoffRow, InboxView
from rxapp.live.hub import hub
from rxapp.web.guard import allowed, live, page_path, tab_token, tell


@rx.serializer
def _serialize_row(row: HandoffRow) -> dict[str, Any]:
    """Return the row as the browser gets it; made once for all the tabs that show it."""
    return row.as_dict


@lru_cache(maxsize=4096)
def _known(row: HandoffRow) -> HandoffRow:
    """Return the first row that was equal to this one, so that comparing lists compares objects."""
    return row


class InboxState(rx.State):
    """The account's inbox. Every senior's tab has the count; the inbox page has the rows."""

    loaded: bool = False
    ready: bool = False
    open_count: int = 0
    waiting_ids: list[str] = []
    waiting: list[HandoffRow] = []
    mine: list[HandoffRow] = []
    others: list[HandoffRow] = []
    closed: list[HandoffRow] = []
    user_id: str = ""

    @rx.event
    @allowed()
    async def load_count(self, actor: Actor):
        """Watch the inbox for the count in the navigation; technicians have none."""
        if may(actor, Permission.HANDLE_ESCALATIONS):
            await self._watch(actor)

    @rx.event
    @allowed(Permission.HANDLE_ESCALATIONS)
    async def load(self, actor: Actor):
        """Watch and read the inbox."""
        await self._watch(actor)
        self.loaded = True

    async def _watch(self, actor: Actor) -> None:
        self.user_id = str(actor.user_id)
        await hub.watch(tab_token(self), actor, service.inbox_topic(actor.account_id))
        self._show(await database.read(queries.inbox, actor))

    @rx.event
    @live
    async def refresh(self):
        """Show the inbox as the hub has just read it for the whole account."""
        token = tab_token(self)
        if hub.refused(token, "inbox"):
            self.reset()
        elif (reading := hub.reading(token, "inbox")) is not None:
            self._show(reading[1])

    def _show(self, view: InboxView) -> None:
        self.open_count = view.open_count
        self.waiting_ids = [row.id for row in view.waiting]
        self.ready = True
        if not page_path(self).startswith("/inbox"):
            return
        user_id = self.user_id
        shown = {
            "waiting": view.waiting,
            "mine": [row for row in view.claimed if row.claimed_by_id == user_id],
            "others": [row for row in view.claimed if row.claimed_by_id != user_id],
            "closed": view.closed,
        }
        for name, rows in shown.items():
            if self.get_value(name) != rows:  # what did not change is not sent again
                setattr(self, name, rows)

    @rx.event
    @allowed(Permission.HANDLE_ESCALATIONS)
    async def claim(self, actor: Actor, page: str, handoff_id: str):
        """Take an escalation and read it; the loser is told who has it."""
        try:
            await database.run(service.claim, actor, handoff_id)
        except DomainError as refusal:
            await tell(self, refusal.message, "error")
            await self._watch(actor)
            return None
        if page == handoff_id:
            await (await self.get_state(EscalationState))._show_detail(actor, handoff_id)
            return None
        return rx.redirect(f"/escalations/{handoff_id}")


def may_watch_inbox(_db: database.DbSession, actor: Actor, topic: str) -> bool:
    """Return whether the inbox of the topic is one that the actor may see."""
    is_own = topic == service.inbox_topic(actor.account_id)
    return is_own and may(actor, Permission.HANDLE_ESCALATIONS)


def read_inbox(db: database.DbSession, topic: str) -> InboxView:
    """Read an account's inbox once for all its tabs."""
    view = queries.account_inbox(db, UUID(topic.partition(":")[2]))
    lists = ([_known(row) for row in rows] for rows in (view.waiting, view.claimed, view.closed))
    return InboxView(view.open_count, *lists)
