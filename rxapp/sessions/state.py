"""Sessions in the browser: the list, and starting one."""

from typing import Any

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.core.ids import parse_id
from rxapp.gate.forms import form_text
from rxapp.gate.guard import go, guarded, took
from rxapp.sessions import list_queries, service
from rxapp.sessions.rules import SessionStatus
from rxapp.sessions.views import SessionRow


class SessionsState(rx.State):
    """The list of sessions, the resume strip, and starting one."""

    loaded: bool = False
    open: list[SessionRow] = []
    rows: list[SessionRow] = []
    next_cursor: str = ""
    status: SessionStatus | None = None

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def load_open(self, actor: Actor):
        """Read the sessions that the technician can continue."""
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
        """Show one status; choosing it again shows all."""
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
    async def start(self, actor: Actor, form: dict[str, Any]):
        """Start the session and go to it."""
        session_id = await database.run(
            service.start,
            actor,
            parse_id(form_text(form, "tree"), "tree"),
            ticket_number=form_text(form, "ticket_number"),
            client_name=form_text(form, "client_name"),
        )
        await took(self, form)
        await go(self, f"/sessions/{session_id}")
