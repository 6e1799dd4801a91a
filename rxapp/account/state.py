"""The account's settings in the browser."""

from datetime import datetime
from typing import Any

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, may
from rxapp.access.rules import Priority
from rxapp.account import queries, service
from rxapp.core import db as database
from rxapp.gate.forms import form_number, form_text
from rxapp.gate.guard import guarded, tell
from rxapp.sign_in.me_state import MeState

_PUBLISHERS = {"anyone": False, "second": True}


class AccountState(rx.State):
    """The account page."""

    loaded: bool = False
    name: str = ""
    escalation_priority: Priority = Priority.NORMAL
    time_zone: str = ""
    lease_minutes: int = 0
    unseen_minutes: int = 0
    retention_days: str = ""
    second_person_publishes: bool = False
    delete_at: datetime | None = None
    is_owner: bool = False
    round: int = 0

    @rx.event
    @guarded(Permission.MANAGE_ACCOUNT)
    async def load(self, actor: Actor):
        """Read the settings."""
        await self._read(actor)
        self.loaded = True

    async def _read(self, actor: Actor) -> None:
        account = await database.read(queries.account, actor)
        self.name = account.name
        self.escalation_priority = account.escalation_priority
        self.time_zone = account.time_zone
        self.lease_minutes = account.lease_minutes
        self.unseen_minutes = account.unseen_minutes
        self.retention_days = str(account.retention_days or "")
        self.second_person_publishes = account.second_person_publishes
        self.delete_at = account.delete_at
        self.is_owner = may(actor, Permission.DELETE_ACCOUNT)

    @rx.event
    @guarded(Permission.MANAGE_ACCOUNT)
    async def save(self, actor: Actor, form: dict[str, Any]):
        """Save the settings."""
        await database.run(
            service.change_account,
            actor,
            name=form_text(form, "name"),
            escalation_priority=form_text(form, "escalation_priority") or None,
            time_zone=form_text(form, "time_zone") or None,
            lease_minutes=form_number(form, "lease_minutes"),
            unseen_minutes=form_number(form, "unseen_minutes"),
            retention_days=form_number(form, "retention_days"),
            second_person_publishes=_PUBLISHERS.get(form_text(form, "publishers")),
        )
        await self._read(actor)
        await tell(self, "Saved.")
        return MeState.load

    @rx.event
    @guarded(Permission.DELETE_ACCOUNT)
    async def ask_deletion(self, actor: Actor, form: dict[str, Any]):
        """Have the account deleted after the grace period."""
        await database.run(service.ask_deletion, actor, name=form_text(form, "name"))
        self.round += 1
        await self._read(actor)
        return MeState.load

    @rx.event
    @guarded(Permission.DELETE_ACCOUNT)
    async def cancel_deletion(self, actor: Actor):
        """Cancel the deletion of the account."""
        await database.run(service.cancel_deletion, actor)
        await self._read(actor)
        await tell(self, "The account will not be deleted.")
        return MeState.load
