"""Handoffs in the browser: the panel beside a session, and the page of an escalation."""

from datetime import datetime
from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.access.queries import escalation_priority
from rxapp.access.rules import Priority
from rxapp.core import db as database
from rxapp.core.errors import DomainError, NotFound
from rxapp.core.ids import parse_id
from rxapp.gate.forms import form_text
from rxapp.gate.guard import LIVE, go, guarded, tell, took
from rxapp.handoffs import closing_service, queries, service
from rxapp.handoffs.rules import HandoffStatus, Intent
from rxapp.handoffs.views import (
    HandoffProgress,
    TimelineEntry,
)
from rxapp.live.hub import hub
from rxapp.live.topics import Topic
from rxapp.notifications.rules import DeliveryStatus
from rxapp.notifications.views import DeliveryView
from rxapp.reflex_seam.router_data import page_path, route_id, tab_token
from rxapp.sessions.queries import record
from rxapp.sessions.runner_state import RunnerState
from rxapp.sessions.topics import SESSION
from rxapp.sessions.views import SessionRecord

_HOPELESS = (DeliveryStatus.SKIPPED, DeliveryStatus.DEAD)


class HandoffState(rx.State):
    """The status of a handoff, and the actions on it.

    ``page`` is the id in the address that it was read for: a session's page shows the newest
    handoff, an escalation's page its own.
    """

    page: str = ""
    handoff_id: UUID | None = None
    session_id: UUID | None = None
    intent: Intent | None = None
    status: HandoffStatus | None = None
    priority: Priority | None = None
    usual_priority: Priority = Priority.NORMAL
    reason: str = ""
    claimed_by: str = ""
    escalated_by: str = ""
    on_behalf_of: str = ""
    held_until: datetime | None = None
    queued_at: datetime | None = None
    returned: int = 0
    timeline: list[TimelineEntry] = []
    deliveries: list[DeliveryView] = []
    planned: bool = True
    nobody_reachable: bool = False
    is_mine: bool = False
    i_hold: bool = False
    package: SessionRecord | None = None
    package_opening: str = ""
    _user_id: UUID | None = None

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def load(self, actor: Actor):
        """Read the handoff of the session on screen. The runner already watches it."""
        session_id = route_id(self, "session_id")
        if session_id != self.page:
            self.reset()
        self.usual_priority = await database.read(escalation_priority, actor)
        await self._reload(actor, session_id)

    async def _reload(self, actor: Actor, page: str) -> None:
        """Read the newest handoff of the session, for the session's page."""
        progress = None
        self.page, self.session_id = page, None
        try:
            self.session_id = parse_id(page, "session")
            progress = await database.read(queries.session_progress, actor, self.session_id)
        except NotFound:
            pass
        self._user_id = actor.user_id
        self._show(progress)

    async def _read_again(self, actor: Actor, page: str) -> None:
        """Show the result of an action on the page where it was pressed."""
        escalation = await self.get_state(EscalationState)
        if page == escalation.handoff_id:
            await escalation._show_detail(actor, page, parse_id(page, "handoff"))
            return
        await self._reload(actor, page)
        runner = await self.get_state(RunnerState)
        await runner._reload(actor, page, parse_id(page, "session"))

    @rx.event
    @guarded(LIVE)
    async def refresh(self):
        """Show what somebody else has changed."""
        token = tab_token(self)
        reading = hub.reading(token, read_progress)
        is_escalation = page_path(self).startswith("/escalations/")
        if hub.refused(token, SESSION):
            page = self.page
            self.reset()
            self.page = page
        elif reading is None or reading[0].row_id != self.session_id:
            return None
        elif not is_escalation:
            self._show(reading[1])
        return EscalationState.read_again if is_escalation else None

    def _show(self, progress: HandoffProgress | None) -> None:
        if progress is None:
            self.handoff_id = self.intent = self.status = None
            self.is_mine = self.i_hold = False
            return
        row = progress.handoff
        self.handoff_id = row.id
        self.session_id = row.session_id
        self.intent = row.intent
        self.status = row.status
        self.priority = row.priority
        self.reason = row.reason
        self.claimed_by = row.claimed_by
        self.escalated_by = row.escalated_by
        self.on_behalf_of = row.on_behalf_of
        self.held_until = row.held_until
        self.queued_at = row.queued_at
        self.returned = row.returned
        self.timeline = progress.timeline
        self.deliveries = progress.deliveries
        self.planned = progress.planned
        self.is_mine = (row.on_behalf_of_id or row.escalated_by_id) == self._user_id
        is_claimed = row.status == HandoffStatus.CLAIMED
        self.i_hold = is_claimed and row.claimed_by_id == self._user_id
        states = {delivery.status for delivery in progress.deliveries}
        self.nobody_reachable = progress.planned and states <= set(_HOPELESS)

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def read_package(self, actor: Actor, page: str, opening: str):
        """Read the package as the seniors will see it, for this opening of the form."""
        session_id = parse_id(page, "session")
        self.package = await database.read(record, actor, session_id)
        self.package_opening = opening

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def submit(self, actor: Actor, page: str, form: dict[str, Any]):
        """Escalate the session with the values of the form."""
        await database.run(
            service.hand_off,
            actor,
            parse_id(page, "session"),
            intent=Intent.ESCALATE,
            reason=form_text(form, "reason"),
            priority=form_text(form, "priority"),
        )
        self.package, self.package_opening = None, ""
        await took(self, form)
        await self._read_again(actor, page)

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def park(self, actor: Actor, page: str):
        """Put the session aside."""
        session_id = parse_id(page, "session")
        values = {"intent": Intent.PARK, "reason": "", "priority": Priority.NORMAL}
        await database.run(service.hand_off, actor, session_id, **values)
        await tell(self, "Parked. You will find it under Library and Sessions.")
        await self._read_again(actor, page)

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def withdraw(self, actor: Actor, page: str, handoff_id: UUID):
        """Take back an escalation that nobody has, or resume a parked session."""
        try:
            await database.run(service.withdraw, actor, handoff_id)
        except DomainError as refusal:
            await tell(self, refusal.message, "error")
        await self._read_again(actor, page)

    @rx.event
    @guarded(Permission.HANDLE_ESCALATIONS)
    async def hand_back(self, actor: Actor, page: str, handoff_id: UUID, form: dict[str, Any]):
        """Hand the claim back to the queue."""
        await database.run(service.hand_back, actor, handoff_id, reason=form_text(form, "reason"))
        await took(self, form)
        await tell(self, "Handed back. The others have been told.")
        await go(self, "/inbox")


class EscalationState(rx.State):
    """The package of one escalation: the whole case, before a senior continues.

    ``handoff_id`` is the id whose data this is, spelled as in the address and set together with the
    data: the page only shows it under its own address.
    """

    handoff_id: str = ""
    missing: bool = False
    case: SessionRecord | None = None

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def load(self, actor: Actor):
        """Read the package, record that it was opened, and watch it."""
        page = route_id(self, "handoff_id")
        if page != self.handoff_id:
            self.reset()
        try:
            handoff_id = parse_id(page, "handoff")
            detail = await database.read(queries.escalation_detail, actor, handoff_id)
        except NotFound:
            await self._show_missing(page)
            return
        token = tab_token(self)
        hub.unwatch(token, SESSION)
        await hub.watch(token, actor, SESSION.of(detail.record.id))
        await database.run_if_writable(closing_service.mark_opened, actor, handoff_id)
        await self._show_detail(actor, page, handoff_id)

    async def _show_detail(self, actor: Actor, page: str, handoff_id: UUID) -> None:
        detail = await database.read(queries.escalation_detail, actor, handoff_id)
        panel = await self.get_state(HandoffState)
        if page != panel.page:
            panel.reset()
        panel.page = self.handoff_id = page
        panel._user_id = actor.user_id
        panel._show(detail.progress)
        self.case = detail.record
        self.missing = False

    async def _show_missing(self, page: str) -> None:
        """Show that there is nothing: they may not see it, or no longer."""
        self.reset()
        panel = await self.get_state(HandoffState)
        panel.page = self.handoff_id = page
        self.missing = True

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def read_again(self, actor: Actor):
        """Read the case again after somebody has worked on it."""
        if not (page := self.handoff_id):
            return
        try:
            await self._show_detail(actor, page, parse_id(page, "handoff"))
        except NotFound:
            await self._show_missing(page)


def read_progress(db: database.DbSession, topic: Topic) -> HandoffProgress | None:
    """Read a session's newest handoff, once for all tabs that watch it."""
    return queries.progress_snapshot(db, topic.row_id)
