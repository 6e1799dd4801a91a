"""Members and invitations in the browser."""

from datetime import datetime
from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, may
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.core.ids import parse_id
from rxapp.core.limits import limiter
from rxapp.gate.forms import form_id, form_text
from rxapp.gate.guard import guarded, tell, took
from rxapp.handoffs.held_views import Held
from rxapp.members import invitation_service, queries, service
from rxapp.members.views import InvitationView, Member, NewInvitation
from rxapp.settings import settings
from rxapp.sign_in import limits


class MembersState(rx.State):
    """The members page: who is in the account, who is invited, and what a member holds."""

    loaded: bool = False
    rows: list[Member] = []
    next_cursor: str = ""
    invitations: list[InvitationView] = []
    user_id: UUID | None = None
    may_owners: bool = False
    held_words: str = ""
    held_opening: str = ""
    sends_mail: bool = True
    link: str = ""
    link_for: str = ""
    link_until: datetime | None = None
    reset_link: str = ""
    reset_until: datetime | None = None
    reset_opening: str = ""
    colleagues: list[Member] = []

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def load(self, actor: Actor):
        """Read members and invitations."""
        self.user_id = actor.user_id
        self.may_owners = may(actor, Permission.MANAGE_OWNERS)
        self.sends_mail = settings().sends_mail
        self._forget_link()
        self._forget_reset_link()
        await self._read(actor)
        self.loaded = True

    async def _read(self, actor: Actor) -> None:
        page = await database.read(queries.members, actor, limit=max(50, len(self.rows)))
        self.rows, self.next_cursor = page.items, page.next_cursor or ""
        self.invitations = await database.read(queries.invitations, actor)

    def _forget_link(self) -> None:
        self.link, self.link_for, self.link_until = "", "", None

    def _forget_reset_link(self) -> None:
        self.reset_link, self.reset_until, self.reset_opening = "", None, ""

    def _show(self, made: NewInvitation) -> None:
        self.link, self.link_for, self.link_until = made.link, made.email, made.expires_at

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def more(self, actor: Actor):
        """Show the next page too."""
        if self.next_cursor:
            page = await database.read(queries.members, actor, cursor=self.next_cursor)
            self.rows = [*self.rows, *page.items]
            self.next_cursor = page.next_cursor or ""

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def invite(self, actor: Actor, form: dict[str, Any]):
        """Invite an address."""
        await limiter().hit(limits.invite_by_account(), str(actor.account_id))

        def work(db: DbSession) -> NewInvitation:
            invited = invitation_service.invite(
                db, actor, email=form_text(form, "email"), role=form_text(form, "role")
            )
            return invitation_service.with_link(db, actor, invited)

        made = await database.run(work)
        self._show(made)
        await took(self, form)
        await self._read(actor)
        await tell(self, f"Invited {made.email}.")

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def send_again(self, actor: Actor, invitation_id: UUID):
        """Send an invitation again."""
        await limiter().hit(limits.invite_by_account(), str(actor.account_id))

        def work(db: DbSession) -> NewInvitation:
            again = invitation_service.send_again(db, actor, invitation_id)
            return invitation_service.with_link(db, actor, again)

        made = await database.run(work)
        self._show(made)
        await self._read(actor)
        done = f"Sent again to {made.email}" if self.sends_mail else "A new link was made"
        await tell(self, f"{done}. The previous link no longer works.")

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def forget_link(self, actor: Actor):
        """Forget the invitation's link, which was hidden."""
        self._forget_link()

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def withdraw(self, actor: Actor, invitation_id: UUID):
        """Withdraw an invitation."""
        await database.run(invitation_service.withdraw, actor, invitation_id)
        self._forget_link()
        await self._read(actor)
        await tell(self, "The invitation is withdrawn.")

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def read_held(self, actor: Actor, opening: str, member_id: UUID):
        """Read what a member holds and who could continue it, for this opening of a dialog."""
        held = await database.read(service.held, actor, member_id)
        self.held_words = _held_words(held)
        self.colleagues = await database.read(queries.colleagues, actor, without=member_id)
        self.held_opening = opening

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def change_role(self, actor: Actor, form: dict[str, Any]):
        """Give the chosen member another role."""
        moved = await database.run(
            service.change_role, actor, _member_of(form), role=form_text(form, "role")
        )
        await self._done(actor, form, "has another role", moved)

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def make_reset_link(self, actor: Actor, form: dict[str, Any]):
        """Show a link with which the chosen member can set a new password."""
        await limiter().hit(limits.invite_by_account(), str(actor.account_id))
        made = await database.run(service.make_reset_link, actor, _member_of(form))
        self.reset_link, self.reset_until = made.link, made.expires_at
        self.reset_opening = form_text(form, "opening")

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def forget_reset_link(self, actor: Actor):
        """Forget the reset link; its dialog was closed."""
        self._forget_reset_link()

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def deactivate(self, actor: Actor, form: dict[str, Any]):
        """Deactivate the chosen member."""
        moved = await database.run(
            service.deactivate,
            actor,
            _member_of(form),
            reassign_to=form_id(form, "reassign_to", "member"),
        )
        await self._done(actor, form, "is deactivated", moved)

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def remove(self, actor: Actor, form: dict[str, Any]):
        """Remove the chosen member from the account."""
        moved = await database.run(
            service.remove,
            actor,
            _member_of(form),
            reassign_to=form_id(form, "reassign_to", "member"),
        )
        await self._done(actor, form, "is removed", moved)

    async def _done(self, actor: Actor, form: dict[str, Any], what: str, moved: Held) -> None:
        member_id = _member_of(form)
        name = next((row.name for row in self.rows if row.id == member_id), "The member")
        await took(self, form)
        await self._read(actor)
        where = f" Handed over: {_held_words(moved)}." if moved.total else ""
        await tell(self, f"{name} {what}.{where}")

    @rx.event
    @guarded(Permission.MANAGE_MEMBERS)
    async def reactivate(self, actor: Actor, member_id: UUID):
        """Reactivate a member."""
        await database.run(service.reactivate, actor, member_id)
        await self._read(actor)
        await tell(self, "Active again.")


def _member_of(form: dict[str, Any]) -> UUID:
    """Return the id of the member that a dialog was opened for."""
    return parse_id(form_text(form, "member"), "member")


def _held_words(held: Held) -> str:
    """Return what somebody holds, such as ``2 claims, 1 parked session``; empty for nothing."""
    kinds = (
        (held.claims, "claim"),
        (held.active, "session in progress", "sessions in progress"),
        (held.parked, "parked session"),
        (held.trees, "tree"),
    )
    said = []
    for count, one, *many in kinds:
        if count:
            said.append(f"{count} {one if count == 1 else (many or [one + 's'])[0]}")
    return ", ".join(said)
