"""Who is signed in, for every page; and what the sign-in page offers."""

import reflex as rx

from rxapp.access.actor import Actor, Role
from rxapp.access.policy import RECEIVERS
from rxapp.accounts import demo, queries
from rxapp.core import db as database
from rxapp.settings import settings
from rxapp.web.guard import allowed, anyone


class MeState(rx.State):
    """The signed-in user, as the shell shows them."""

    user_id: str = ""
    name: str = ""
    role_label: str = ""
    account_name: str = ""
    is_senior: bool = False

    @rx.event
    @allowed()
    async def load(self, actor: Actor):
        """Read who is signed in."""
        profile = await database.read(queries.profile, actor)
        self.user_id = profile.id
        self.name = profile.name
        self.role_label = profile.role_label
        self.account_name = profile.account_name
        self.is_senior = Role(profile.role) in RECEIVERS


class SignInState(rx.State):
    """Demo people on the sign-in page, in demo mode only."""

    demo_people: list[dict[str, str]] = []
    demo_password: str = ""

    @rx.event
    @anyone
    async def load(self):
        """Offer the demo people if there are any."""
        if settings().rf_demo:
            self.demo_people = demo.people()
            self.demo_password = demo.PASSWORD
