"""The sign-in pages' state."""

import reflex as rx

from rxapp.gate.guard import ANYONE, guarded
from rxapp.settings import settings
from rxapp.sign_in import demo


class SignInState(rx.State):
    """What pages know about the server before anybody signs in; demo people only in demo mode."""

    sends_no_mail: bool = False
    demo_people: list[dict[str, str]] = []
    demo_password: str = ""

    @rx.event
    @guarded(ANYONE)
    async def load(self):
        """Set whether emails are sent, and the demo people if there are any."""
        self.sends_no_mail = not settings().sends_mail
        if settings().rf_demo:
            self.demo_people = demo.people()
            self.demo_password = demo.PASSWORD
