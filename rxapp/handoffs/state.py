"""Handoffs in the browser: the panel beside a session, and the page of an escalation."""

from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.access.queries import escalation_priority
from rxapp.core import db as database
from rxapp.core.errors import DomainError, NotFound
from rxapp.gate.forms import form_text
from rxapp.gate.guard import LIVE, go, guarded, tell, took
from rxapp.handoffs import closing_service, queries, service
from rxapp.handoffs.rules import HandoffStatus
from rxapp.handoffs.views import (
    HandoffProgress,
    TimelineEntry,
)
from rxapp.live.hub import hub
from rxapp.notifications.rules import DeliveryStatus
from rxapp.notifications.views import DeliveryView
from rxapp.reflex_seam.router_data import page_path, route_id, tab_token
from rxapp.sessions.hold_service import topic as session_topic
from rxapp.sessions.queries import record
from rxapp.sessions.runner_state import RunnerState
from rxapp.sessions.views import NO_RECORD, SessionRecord

_HOPELESS = (DeliveryStatus.SKIPPED, DeliveryStatus.DEAD)


class HandoffState(rx.State):
    """How a handoff stands, and what can be done about it.

    ``page`` is the id in the address that it was read for: a session's page has the newest handoff,
    an escalation's page its own.
    """

    page: str = ""
    handoff_id: str = ""
    session_id: str = ""
    intent: str = ""
    status: str = ""
    priority: str = ""
    usual_priority: str = "normal"
    reason: str = ""
    claimed_by: str = ""
    escalated_by: str = ""
    on_behalf_of: str = ""
    held_until: str = ""
    queued_at: str = ""
    returned: int = 0
    timeline: list[TimelineEntry] = []
    deliveries: list[DeliveryView] = []
    planned: bool = True
    nobody_reachable: bool = False
    is_mine: bool = False
    i_hold: bool = False
    asking: bool = False
    releasing: bool = False
    package: SessionRecord = NO_RECORD
    _user_id: str = ""

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def load(self, actor: Actor):
        """Read how the handoff of the session on screen stands. The runner watches it already."""
        session_id = route_id(self, "session_id")
        if session_id != self.page:
            self.reset()
        await self._reload(actor, session_id)

    async def _reload(self, actor: Actor, session_id: str) -> None:
        """Read the newest handoff of the session, for the session's page."""
        try:
            progress = await database.read(queries.session_progress, actor, session_id)
        except NotFound:
            progress = None
        self.page = self.session_id = session_id
        self._user_id = str(actor.user_id)
        self._show(progress)

    async def _read_again(self, actor: Actor, page: str) -> None:
        """Show what an own act made of the page, whichever it was pressed on."""
        escalation = await self.get_state(EscalationState)
        if page == escalation.handoff_id:
            await escalation._show_detail(actor, page)
            return
        await self._reload(actor, page)
        await (await self.get_state(RunnerState))._reload(actor, page)

    @rx.event
    @guarded(LIVE)
    async def refresh(self):
        """Show what changed while somebody else acted."""
        token = tab_token(self)
        reading = hub.reading(token, "session", 1)
        is_escalation = page_path(self).startswith("/escalations/")
        if hub.refused(token, "session"):
            page = self.page
            self.reset()
            self.page = page
        elif reading is None or reading[0] != f"session:{self.session_id}":
            return None
        elif not is_escalation:
            self._show(reading[1])
        return EscalationState.read_again if is_escalation else None

    def _show(self, progress: HandoffProgress | None) -> None:
        if progress is None:
            self.handoff_id = self.intent = self.status = ""
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
    async def ask(self, actor: Actor, page: str):
        """Open the form, with the package as the senior will see it."""
        self.package = await database.read(record, actor, page)
        self.usual_priority = await database.read(escalation_priority, actor)
        self.asking = True

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def stop_asking(self, actor: Actor, page: str):
        """Close the form."""
        self.asking = False
        self.package = NO_RECORD

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def submit(self, actor: Actor, page: str, form: dict[str, Any]):
        """Escalate the session as the form says; pressed twice, it escalates once."""
        if not self.asking:
            return
        await database.run(
            service.hand_off,
            actor,
            page,
            intent="escalate",
            reason=form_text(form, "reason"),
            priority=form_text(form, "priority"),
        )
        self.asking = False
        self.package = NO_RECORD
        await took(self, form)
        await self._read_again(actor, page)

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def park(self, actor: Actor, page: str):
        """Put the session aside."""
        await database.run(
            service.hand_off, actor, page, intent="park", reason="", priority="normal"
        )
        await tell(self, "Parked. You find it under Library and Sessions.")
        await self._read_again(actor, page)

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def withdraw(self, actor: Actor, page: str, handoff_id: str):
        """Take back an escalation that nobody has, or resume a parked session."""
        try:
            await database.run(service.withdraw, actor, handoff_id)
        except DomainError as refusal:
            await tell(self, refusal.message, "error")
        await self._read_again(actor, page)

    @rx.event
    @guarded(Permission.HANDLE_ESCALATIONS)
    async def ask_hand_back(self, actor: Actor, page: str):
        """Ask why the claim is handed back."""
        self.releasing = True

    @rx.event
    @guarded(Permission.HANDLE_ESCALATIONS)
    async def stop_hand_back(self, actor: Actor, page: str):
        """Close the question."""
        self.releasing = False

    @rx.event
    @guarded(Permission.HANDLE_ESCALATIONS)
    async def hand_back(self, actor: Actor, page: str, handoff_id: str, form: dict[str, Any]):
        """Hand the claim back to the queue."""
        await database.run(service.hand_back, actor, handoff_id, reason=form_text(form, "reason"))
        self.releasing = False
        await took(self, form)
        await tell(self, "Handed back. The others are told.")
        await go(self, "/inbox")


class EscalationState(rx.State):
    """The package of one escalation: the whole case, before a senior continues.

    ``handoff_id`` is whose data this is, set with the data: the page shows it only under its own
    address.
    """

    handoff_id: str = ""
    missing: bool = False
    case: SessionRecord = NO_RECORD

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def load(self, actor: Actor):
        """Read the package, record that it was opened, and watch it."""
        handoff_id = route_id(self, "handoff_id")
        if handoff_id != self.handoff_id:
            self.reset()
        try:
            detail = await database.read(queries.escalation_detail, actor, handoff_id)
        except NotFound:
            await self._show_missing(handoff_id)
            return
        token = tab_token(self)
        hub.unwatch(token, "session")
        await hub.watch(token, actor, session_topic(UUID(detail.record.id)))
        await database.run_if_writable(closing_service.mark_opened, actor, handoff_id)
        await self._show_detail(actor, handoff_id)

    async def _show_detail(self, actor: Actor, handoff_id: str) -> None:
        detail = await database.read(queries.escalation_detail, actor, handoff_id)
        panel = await self.get_state(HandoffState)
        if handoff_id != panel.page:
            panel.reset()
        panel.page = self.handoff_id = handoff_id
        panel._user_id = str(actor.user_id)
        panel._show(detail.progress)
        self.case = detail.record
        self.missing = False

    async def _show_missing(self, handoff_id: str) -> None:
        """Show that there is nothing: it is not theirs to see, or not any more."""
        self.reset()
        panel = await self.get_state(HandoffState)
        panel.page = self.handoff_id = handoff_id
        self.missing = True

    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def read_again(self, actor: Actor):
        """Read the case again after somebody worked on it."""
        if not (handoff_id := self.handoff_id):
            return
        try:
            await self._show_detail(actor, handoff_id)
        except NotFound:
            await self._show_missing(handoff_id)


def read_progress(db: database.DbSession, topic: str) -> HandoffProgress | None:
    """Read how a session's newest handoff stands, once for all tabs that watch it."""
    return queries.progress_snapshot(db, UUID(topic.partition(":")[2]))
