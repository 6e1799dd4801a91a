"""Who is signed in, for every page."""

import time
from datetime import datetime
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import ALLOWED, RECEIVERS, Permission, may
from rxapp.access.service import touch
from rxapp.core import db as database
from rxapp.gate.guard import SIGNED_IN, guarded
from rxapp.notifications import queries as mail_queries
from rxapp.sign_in import queries

SEEN_EVERY_SECONDS = 300.0


class MeState(rx.State):
    """The signed-in user, as the shell shows them."""

    user_id: UUID | None = None
    name: str = ""
    role_label: str = ""
    account_name: str = ""
    is_senior: bool = False
    rights: list[str] = []
    time_zone: str = ""
    theme: str = ""
    account_delete_at: datetime | None = None
    mail_trouble: str = ""
    _kept_at: float = 0.0

    @rx.event
    @guarded(SIGNED_IN)
    async def load(self, actor: Actor):
        """Read who is signed in, and record from time to time that this browser is in use."""
        profile = await database.read(queries.profile, actor)
        if (now := time.monotonic()) - self._kept_at > SEEN_EVERY_SECONDS or not self._kept_at:
            self._kept_at = now
            await database.run_if_writable(touch, actor.login_id, actor.address)
        self.user_id = profile.id
        self.name = profile.name
        self.role_label = profile.role_label
        self.account_name = profile.account_name
        self.is_senior = profile.role in RECEIVERS
        self.rights = sorted(right.name for right in ALLOWED[actor.role])
        self.time_zone = profile.time_zone
        self.theme = profile.theme
        self.account_delete_at = profile.account_delete_at
        self.mail_trouble = (
            await database.read(mail_queries.alarm, actor)
            if may(actor, Permission.MANAGE_ACCOUNT)
            else ""
        )
