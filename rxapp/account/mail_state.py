"""The email log in the browser."""

from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.account import mail_queries, mail_service
from rxapp.account.views import EmailView, MailServerView
from rxapp.core import db as database
from rxapp.core.errors import Invalid
from rxapp.gate.guard import guarded, tell
from rxapp.notifications.registry import label_of
from rxapp.sign_in.me_state import MeState

_UNKNOWN = MailServerView(True, False, "", "", None, None, 0, 0)


class MailState(rx.State):
    """The account's emails, and whether the mail server works."""

    loaded: bool = False
    server: MailServerView = _UNKNOWN
    show: str = "undelivered"
    rows: list[EmailView] = []
    next_cursor: str = ""

    @rx.event
    @guarded(Permission.MANAGE_ACCOUNT)
    async def load(self, actor: Actor):
        """Read the newest emails."""
        await self._read(actor)
        self.loaded = True

    async def _read(self, actor: Actor) -> None:
        self.server = await database.read(mail_queries.mail_server, actor)
        page = await database.read(mail_queries.mails, actor, label_of=label_of, show=self.show)
        self.rows, self.next_cursor = page.items, page.next_cursor or ""

    @rx.event
    @guarded(Permission.MANAGE_ACCOUNT)
    async def pick(self, actor: Actor, show: str):
        """Show the undelivered emails, or all."""
        before = self.show
        self.show = show
        try:
            await self._read(actor)
        except Invalid:
            self.show = before
            raise

    @rx.event
    @guarded(Permission.MANAGE_ACCOUNT)
    async def more(self, actor: Actor):
        """Show the next page too."""
        if self.next_cursor:
            page = await database.read(
                mail_queries.mails,
                actor,
                label_of=label_of,
                show=self.show,
                cursor=self.next_cursor,
            )
            self.rows = [*self.rows, *page.items]
            self.next_cursor = page.next_cursor or ""

    @rx.event
    @guarded(Permission.MANAGE_ACCOUNT)
    async def resend(self, actor: Actor, email_id: UUID):
        """Send a dead email again."""
        await database.run(mail_service.resend, actor, email_id)
        await self._read(actor)
        await tell(self, "The email is being sent again.")
        return MeState.load

    @rx.event
    @guarded(Permission.MANAGE_ACCOUNT)
    async def resend_all(self, actor: Actor):
        """Send every dead email again."""
        mails = await database.run(mail_service.resend_all, actor)
        await self._read(actor)
        await tell(
            self,
            "One email is being sent again."
            if mails == 1
            else f"{mails} emails are being sent again.",
        )
        return MeState.load
