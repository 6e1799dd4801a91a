"""Sessions in the browser: the list, and starting one."""

from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.gate.forms import form_text
from rxapp.gate.guard import go, guarded, took
from rxapp.sessions import list_queries, service
from rxapp.sessions.rules import SessionStatus
from rxapp.sessions.views import SessionRow
from rxapp.trees.rules import TITLE_LIMIT


class SessionsState(rx.State):
    """The list of sessions, the resume strip, and the dialog that starts one."""

    loaded: bool = False
    open: list[SessionRow] = []
    rows: list[SessionRow] = []
    next_cursor: str = ""
    status: SessionStatus | None = None
    start_tree_id: UUID | None = None
    start_title: str = ""

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def load_open(self, actor: Actor):
        """Read the sessions that the technician can go on with."""
        self.start_tree_id = None
        self.open = await database.read(list_queries.open_sessions, actor)

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def load(self, actor: Actor):
        """Read the first page of the list."""
        await self._read(actor)
        self.loaded = True

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def pick(self, actor: Actor, status: SessionStatus):
        """Show one status; the same again shows all."""
        self.status = None if status == self.status else status
        await self._read(actor)

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def more(self, actor: Actor):
        """Show the next page too."""
        if self.next_cursor:
            page = await database.read(
                list_queries.session_rows,
                actor,
                status=self.status,
                cursor=self.next_cursor,
            )
            self.rows = [*self.rows, *page.items]
            self.next_cursor = page.next_cursor or ""

    async def _read(self, actor: Actor) -> None:
        page = await database.read(list_queries.session_rows, actor, status=self.status)
        self.rows = page.items
        self.next_cursor = page.next_cursor or ""

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def choose(self, actor: Actor, tree_id: UUID, title: str):
        """Ask for ticket and client before a session starts."""
        self.start_tree_id = tree_id
        self.start_title = title[:TITLE_LIMIT]

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def cancel(self, actor: Actor):
        """Close the dialog."""
        self.start_tree_id = None

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def start(self, actor: Actor, form: dict[str, Any]):
        """Start the session and go to it; pressed twice, it starts one."""
        if (tree_id := self.start_tree_id) is None:
            return
        session_id = await database.run(
            service.start,
            actor,
            tree_id,
            ticket_number=form_text(form, "ticket_number"),
            client_name=form_text(form, "client_name"),
        )
        self.start_tree_id = None
        await took(self, form)
        await go(self, f"/sessions/{session_id}")
