"""Handoffs in the browser: the panel beside a session, the inbox, the escalation's page."""

from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.accounts.settings_queries import escalation_priority
from rxapp.core import db as database
from rxapp.core.errors import DomainError, NotFound
from rxapp.handoffs import closing_service, queries, service
from rxapp.handoffs.rules import HandoffStatus
from rxapp.handoffs.views import (
    HandoffProgress,
    TimelineEntry,
)
from rxapp.live.hub import hub
from rxapp.notifications.rules import DeliveryStatus
from rxapp.notifications.views import DeliveryView
from rxapp.sessions.hold_service import topic as session_topic
from rxapp.sessions.queries import record
from rxapp.sessions.runner_state import RunnerState
from rxapp.sessions.views import NO_RECORD, SessionRecord
from rxapp.web.forms import form_text
from rxapp.web.guard import allowed, live, page_path, route_id, tab_token, tell

_HOPELESS = (DeliveryStatus.SKIPPED, DeliveryStatus.DEAD)


class HandoffState(rx.State):
    """How the session's newest handoff stands, and what can be done about it."""

    handoff_id: str = ""
    session_id: str = ""
    intent: str = ""
    status: str = ""
    priority: str = ""
    usual_priority: str = "normal"
    reason: str = ""
    claimed_by: str = ""
    escalated_by: str = ""
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
    @allowed(Permission.RUN_SESSIONS)
    async def load(self, actor: Actor):
        """Read how the handoff of the session on screen stands. The runner watches it already."""
        self.reset()
        self._user_id = str(actor.user_id)
        self.session_id = route_id(self, "session_id")
        await self._reload(actor)

    @rx.event
    @allowed(Permission.RUN_SESSIONS)
    async def clear(self, actor: Actor):
        """Forget the handoff of the page before."""
        self.reset()
        self._user_id = str(actor.user_id)

    async def _reload(self, actor: Actor) -> None:
        try:
            self._show(await database.read(queries.session_progress, actor, self.session_id))
        except NotFound:
            self._show(None)

    @rx.event
    @live
    async def refresh(self):
        """Show what changed while somebody else acted."""
        token = tab_token(self)
        reading = hub.reading(token, "session", 1)
        if hub.refused(token, "session"):
            self.reset()
        elif reading is None or reading[0] != f"session:{self.session_id}":
            return None
        else:
            self._show(reading[1])
        if page_path(self).startswith("/escalations/"):
            return EscalationState.read_again
        return None

    def _show(self, progress: HandoffProgress | None) -> None:
        if progress is None:
            self.handoff_id = ""
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
        self.held_until = row.held_until
        self.queued_at = row.queued_at
        self.returned = row.returned
        self.timeline = progress.timeline
        self.deliveries = progress.deliveries
        self.planned = progress.planned
        self.is_mine = row.escalated_by_id == self._user_id
        is_claimed = row.status == HandoffStatus.CLAIMED
        self.i_hold = is_claimed and row.claimed_by_id == self._user_id
        states = {delivery.status for delivery in progress.deliveries}
        self.nobody_reachable = progress.planned and states <= set(_HOPELESS)

    @rx.event
    @allowed(Permission.RUN_SESSIONS)
    async def ask(self, actor: Actor):
        """Open the form, with the package as the senior will see it."""
        self.package = await database.read(record, actor, self.session_id)
        self.usual_priority = await database.read(escalation_priority, actor)
        self.asking = True

    @rx.event
    @allowed(Permission.RUN_SESSIONS)
    async def stop_asking(self, actor: Actor):
        """Close the form."""
        self.asking = False
        self.package = NO_RECORD

    @rx.event
    @allowed(Permission.RUN_SESSIONS)
    async def submit(self, actor: Actor, form: dict[str, Any]):
        """Escalate the session as the form says; pressed twice, it escalates once."""
        if not self.asking:
            return None
        await database.run(
            service.hand_off,
            actor,
            self.session_id,
            intent="escalate",
            reason=form_text(form, "reason"),
            priority=form_text(form, "priority"),
        )
        self.asking = False
        self.package = NO_RECORD
        return [HandoffState.read_again, RunnerState.load]

    @rx.event
    @allowed(Permission.RUN_SESSIONS)
    async def read_again(self, actor: Actor):
        """Read how the handoff stands after an own act."""
        await self._reload(actor)

    @rx.event
    @allowed(Permission.RUN_SESSIONS)
    async def park(self, actor: Actor):
        """Put the session aside."""
        await database.run(
            service.hand_off, actor, self.session_id, intent="park", reason="", priority="normal"
        )
        await tell(self, "Parked. You find it under Library and Sessions.")
        return [HandoffState.read_again, RunnerState.load]

    @rx.event
    @allowed(Permission.RUN_SESSIONS)
    async def withdraw(self, actor: Actor):
        """Take back an escalation that nobody has, or resume a parked session."""
        try:
            await database.run(service.withdraw, actor, self.handoff_id)
        except DomainError as refusal:
            await tell(self, refusal.message, "error")
        return [HandoffState.read_again, RunnerState.load]

    @rx.event
    @allowed(Permission.HANDLE_ESCALATIONS)
    async def ask_release(self, actor: Actor):
        """Ask why the claim is handed back."""
        self.releasing = True

    @rx.event
    @allowed(Permission.HANDLE_ESCALATIONS)
    async def stop_release(self, actor: Actor):
        """Close the question."""
        self.releasing = False

    @rx.event
    @allowed(Permission.HANDLE_ESCALATIONS)
    async def release(self, actor: Actor, form: dict[str, Any]):
        """Hand the claim back to the queue."""
        await database.run(
            service.release, actor, self.handoff_id, reason=form_text(form, "reason")
        )
        self.releasing = False
        await tell(self, "Handed back. The others are told.")
        return rx.redirect("/inbox")


class EscalationState(rx.State):
    """The package of one escalation: the whole case, before a senior continues."""

    loaded: bool = False
    missing: bool = False
    case: SessionRecord = NO_RECORD

    @rx.event
    @allowed(Permission.RUN_SESSIONS)
    async def load(self, actor: Actor):
        """Read the package, record that it was opened, and watch it."""
        try:
            await self._read(actor)
        except NotFound:
            self.missing = True
        self.loaded = True

    async def _read(self, actor: Actor) -> None:
        handoff_id = route_id(self, "handoff_id")
        panel = await self.get_state(HandoffState)
        detail = await database.read(queries.escalation_detail, actor, handoff_id)
        token = tab_token(self)
        hub.unwatch(token, "session")
        await hub.watch(token, actor, session_topic(UUID(detail.record.id)))
        await database.run(closing_service.mark_opened, actor, handoff_id)
        detail = await database.read(queries.escalation_detail, actor, handoff_id)
        panel._show(detail.progress)
        self.case = detail.record
        self.missing = False

    @rx.event
    @allowed(Permission.RUN_SESSIONS)
    async def read_again(self, actor: Actor):
        """Read the case again after somebody worked on it."""
        try:
            detail = await database.read(
                queries.escalation_detail, actor, route_id(self, "handoff_id")
            )
        except NotFound:
            self.missing = True
            self.case = NO_RECORD
            return
        self.case = detail.record


def read_progress(db: database.DbSession, topic: str) -> HandoffProgress | None:
    """Read how a session's newest handoff stands, once for all tabs that watch it."""
    return queries.progress_snapshot(db, UUID(topic.partition(":")[2]))
