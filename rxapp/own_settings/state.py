"""Own settings in the browser: profile, password, second factor, sign-ins, API tokens."""

from typing import Any
from uuid import UUID

import reflex as rx
import segno

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission
from rxapp.core import db as database
from rxapp.core.errors import Invalid
from rxapp.core.limits import limiter
from rxapp.gate.forms import form_text
from rxapp.gate.guard import guarded, tell
from rxapp.own_settings import queries, service
from rxapp.own_settings.password import change_password
from rxapp.own_settings.views import ApiTokenView, LoginView
from rxapp.settings import settings
from rxapp.sign_in import limits, link_service, login_service, second_factor_service
from rxapp.sign_in import queries as people
from rxapp.sign_in.attempt import check_own_password, check_sends_mail
from rxapp.sign_in.me_state import MeState
from rxapp.sign_in.views import SecondFactorSetup


class SettingsState(rx.State):
    """The settings page. ``round`` counts accepted forms, so that each starts empty again."""

    loaded: bool = False
    round: int = 0
    name: str = ""
    email: str = ""
    time_zone: str = ""
    theme: str = "system"
    email_on_escalation: bool = True
    email_on_return: bool = True
    is_senior: bool = False
    logins: list[LoginView] = []
    tokens: list[ApiTokenView] = []
    sends_mail: bool = True
    new_token: str = ""

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def load(self, actor: Actor):
        """Read everything that the page shows."""
        self.new_token = ""
        self.sends_mail = settings().sends_mail
        await self._read(actor)
        self.loaded = True

    async def _read(self, actor: Actor) -> None:
        profile = await database.read(people.profile, actor)
        self.name, self.email = profile.name, profile.email
        self.time_zone, self.theme = profile.time_zone, profile.theme
        self.email_on_escalation = profile.email_on_escalation
        self.email_on_return = profile.email_on_return
        self.logins = await database.read(queries.logins, actor)
        self.tokens = await database.read(queries.api_tokens, actor)

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def save_profile(self, actor: Actor, form: dict[str, Any]):
        """Save name, time zone and theme."""

        def work(db: database.DbSession) -> None:
            service.rename(db, actor, name=form_text(form, "name"))
            service.set_preferences(
                db,
                actor,
                time_zone=form_text(form, "time_zone"),
                theme=form_text(form, "theme") or None,
            )

        await database.run(work)
        await self._read(actor)
        await tell(self, "Saved.")
        return MeState.load

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def set_email_on_escalation(self, actor: Actor, on: bool):
        """Switch emails about waiting escalations on or off."""
        await database.run(service.set_preferences, actor, email_on_escalation=on)
        self.email_on_escalation = on

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def set_email_on_return(self, actor: Actor, on: bool):
        """Switch emails about escalations that came back on or off."""
        await database.run(service.set_preferences, actor, email_on_return=on)
        self.email_on_return = on

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def ask_new_email(self, actor: Actor, form: dict[str, Any]):
        """Have a link sent to the new address."""
        check_sends_mail("Your address stays as it is.")
        await limiter().hit(limits.new_email_by_user(), str(actor.user_id))
        await check_own_password(actor, form_text(form, "password"))
        email = form_text(form, "email")
        await database.run(link_service.ask_new_email, actor, email=email)
        self.round += 1
        await tell(self, "An email is on its way to the new address. Follow its link.")

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def change_password(self, actor: Actor, form: dict[str, Any]):
        """Change the password; every other sign-in ends."""
        new = form_text(form, "new_password")
        if new != form_text(form, "again"):
            raise Invalid("The two new passwords differ.", field="again")
        await change_password(actor, form_text(form, "old_password"), new, keep_login=True)
        self.round += 1
        await self._read(actor)
        await tell(self, "Your password is changed. You are signed out everywhere else.")

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def end_login(self, actor: Actor, login_id: UUID):
        """End one sign-in."""
        await database.run(login_service.end_one, actor, login_id)
        await self._read(actor)
        await tell(self, "Signed out there.")

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def end_other_logins(self, actor: Actor):
        """End every sign-in but this one."""
        await database.run(login_service.end_all, actor, but=actor.login_id)
        await self._read(actor)
        await tell(self, "Signed out everywhere else.")

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def make_token(self, actor: Actor, form: dict[str, Any]):
        """Create an API token and show it once."""
        made = await database.run(
            service.make_api_token,
            actor,
            name=form_text(form, "name"),
            scope=form_text(form, "scope"),
        )
        self.round += 1
        await self._read(actor)
        self.new_token = made.token

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def forget_token(self, actor: Actor):
        """Forget the new token, which was hidden."""
        self.new_token = ""

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def revoke_token(self, actor: Actor, token_id: UUID):
        """Revoke an API token."""
        await database.run(service.revoke_api_token, actor, token_id)
        await self._read(actor)
        await tell(self, "Revoked. Whatever used it can no longer sign in.")


class SecondFactorState(rx.State):
    """The second factor: setting it up, its recovery codes, turning it off."""

    is_on: bool = False
    codes_left: int = 0
    secret: str = ""
    picture: str = ""
    codes: list[str] = []

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def load(self, actor: Actor):
        """Read whether it is on."""
        self.secret, self.picture, self.codes = "", "", []
        await self._read(actor)

    async def _read(self, actor: Actor) -> None:
        profile = await database.read(people.profile, actor)
        self.is_on = profile.has_second_factor
        self.codes_left = profile.recovery_codes_left

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def set_up(self, actor: Actor, form: dict[str, Any]):
        """Show the key for an authenticator app, after checking the password."""
        await check_own_password(actor, form_text(form, "password"))
        made: SecondFactorSetup = await database.run(second_factor_service.set_up, actor)
        self.secret = " ".join(made.secret[at : at + 4] for at in range(0, len(made.secret), 4))
        self.picture = segno.make(made.uri, error="m").svg_data_uri(scale=4, border=2)

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def turn_on(self, actor: Actor, form: dict[str, Any]):
        """Turn it on with the first code, and show the recovery codes."""
        self.codes = await database.run(
            second_factor_service.turn_on, actor, code=form_text(form, "code")
        )
        self.secret, self.picture = "", ""
        await self._read(actor)

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def forget_secrets(self, actor: Actor):
        """Forget the key or the recovery codes that were hidden."""
        self.secret, self.picture, self.codes = "", "", []

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def renew_codes(self, actor: Actor, form: dict[str, Any]):
        """Show new recovery codes; the previous ones stop working."""
        await check_own_password(actor, form_text(form, "password"))
        self.codes = await database.run(second_factor_service.renew_codes, actor)
        await self._read(actor)

    @rx.event
    @guarded(Permission.OWN_SETTINGS)
    async def turn_off(self, actor: Actor, form: dict[str, Any]):
        """Turn it off."""
        await check_own_password(actor, form_text(form, "password"))
        await database.run(second_factor_service.turn_off, actor)
        self.codes = []
        await self._read(actor)
        await tell(self, "The second factor is off.")
