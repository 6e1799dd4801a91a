# mypy: ignore-errors
"""Sign-in and registration."""

from typing import Any

import reflex as rx

from rxapp.access.rules import EMAIL_LIMIT, NAME_LIMIT
from rxapp.gate.liveness import trouble_banner
from rxapp.sign_in.rules import PASSWORD_MAX, PASSWORD_MIN
from rxapp.sign_in.state import SignInState
from rxapp.web.screens import Screen
from rxapp.web.shell import notices, theme_button
from rxapp.web.widgets import AuthForm, WrongAddress

_EMAIL = {
    "name": "email",
    "label": "Email",
    "type": "email",
    "autocomplete": "username",
    "max": EMAIL_LIMIT,
}


_SIGN_IN_FIELDS = [
    _EMAIL,
    {
        "name": "password",
        "label": "Password",
        "type": "password",
        "autocomplete": "current-password",
        "max": PASSWORD_MAX,
    },
]


_NAME = {
    "name": "name",
    "label": "Your name",
    "type": "text",
    "autocomplete": "name",
    "max": NAME_LIMIT,
}


_NEW_PASSWORD = {
    "name": "password",
    "label": "Password",
    "type": "password",
    "autocomplete": "new-password",
    "min": PASSWORD_MIN,
    "max": PASSWORD_MAX,
    "hint": f"At least {PASSWORD_MIN} characters.",
}


_REGISTER_FIELDS = [
    {
        "name": "account_name",
        "label": "Company or team",
        "type": "text",
        "autocomplete": "organization",
        "max": NAME_LIMIT,
    },
    _NAME,
    _EMAIL,
    _NEW_PASSWORD,
    {"name": "time_zone", "type": "zone"},
]


def sign_in_page() -> rx.Component:
    """Return the sign-in page."""
    return _auth_page(
        "Sign in",
        "Guided troubleshooting that writes the ticket note.",
        AuthForm.create(
            action="/api/v1/auth/browser/login",
            fields=_SIGN_IN_FIELDS,
            submit="Sign in",
            demo=SignInState.demo_people,
            password=SignInState.demo_password,
        ),
        rx.el.div(
            rx.el.p("New here? ", rx.el.a("Create an account", href="/register")),
            rx.el.a("Forgot your password?", href="/forgot"),
            class_name="row-between muted small",
        ),
    )


def _to_sign_in() -> rx.Component:
    return rx.el.p("Back to ", rx.el.a("sign in", href="/sign-in"), class_name="muted small")


def _have_an_account() -> rx.Component:
    return rx.el.p(
        "Have an account? ", rx.el.a("Sign in", href="/sign-in"), class_name="muted small"
    )


def join_page() -> rx.Component:
    """Return the page that an invitation's link opens."""
    return _auth_page(
        "Join your team",
        "Choose the name that colleagues see, and a password.",
        AuthForm.create(
            action="/api/v1/auth/browser/register",
            fields=[_NAME, _NEW_PASSWORD],
            submit="Join",
            token_field="invitation",  # noqa: S106 - the name of a field
            preview="/api/v1/auth/browser/invitation",
        ),
        _have_an_account(),
    )


def forgot_page() -> rx.Component:
    """Return the page that has a link emailed."""
    return _auth_page(
        "Set a new password",
        rx.cond(
            SignInState.sends_no_mail,
            "This server sends no email.",
            "We email you a link that works once, for 30 minutes.",
        ),
        rx.cond(
            SignInState.sends_no_mail,
            rx.el.p(
                "Ask an admin of your account for a reset link: they can create one under Members."
                " If you are the only admin, ask whoever runs this server to set up email."
            ),
            AuthForm.create(
                action="/api/v1/auth/browser/forgot",
                fields=[_EMAIL],
                submit="Send the link",
                done="If somebody signs in with this address, an email is on its way. Check your"
                " inbox and your spam folder.",
                next="/sign-in",
            ),
        ),
        _to_sign_in(),
    )


def reset_page() -> rx.Component:
    """Return the page that an emailed reset link opens."""
    return _auth_page(
        "Choose a new password",
        "You will be signed out everywhere and sign in with the new one.",
        AuthForm.create(
            action="/api/v1/auth/browser/reset",
            fields=[{**_NEW_PASSWORD, "label": "New password"}],
            submit="Set the password",
            token_field="token",  # noqa: S106 - the name of a field
            done="Your new password is set.",
            next="/sign-in",
        ),
        _to_sign_in(),
    )


def confirm_email_page() -> rx.Component:
    """Return the page that the link to a new address opens."""
    return _auth_page(
        "Confirm your new address",
        "From then on, you sign in with it.",
        AuthForm.create(
            action="/api/v1/auth/browser/confirm-email",
            fields=[],
            submit="Confirm this address",
            token_field="token",  # noqa: S106 - the name of a field
            done="Your address is changed.",
            next="/",
        ),
        _to_sign_in(),
    )


def register_page() -> rx.Component:
    """Return the page that creates an account with its owner."""
    return _auth_page(
        "Create an account",
        "You become its owner. It starts with a set of ready troubleshooting trees.",
        AuthForm.create(
            action="/api/v1/auth/browser/register",
            fields=_REGISTER_FIELDS,
            submit="Create account",
        ),
        _have_an_account(),
    )


def _auth_page(title: str, words: Any, form: rx.Component, foot: rx.Component) -> rx.Component:
    return rx.el.main(
        trouble_banner(),
        rx.el.div(
            rx.el.div(
                rx.el.span(
                    rx.el.span(
                        rx.el.span(class_name="mark-dot"), class_name="mark", aria_hidden="true"
                    ),
                    "ResolutionFlow",
                    class_name="brand",
                ),
                theme_button(),
                class_name="row-between",
            ),
            rx.el.div(rx.el.h1(title), rx.el.p(words, class_name="muted"), class_name="auth-words"),
            rx.el.div(form, class_name="card"),
            foot,
            class_name="auth-card",
        ),
        notices(),
        WrongAddress.create(),
        class_name="auth",
        id="main",
    )


SCREENS = (
    Screen("/sign-in", "Sign in", sign_in_page, on_load=(SignInState.load,), is_framed=False),
    Screen("/register", "Create an account", register_page, is_framed=False),
    Screen("/join", "Join your team", join_page, is_framed=False),
    Screen(
        "/forgot", "Set a new password", forgot_page, on_load=(SignInState.load,), is_framed=False
    ),
    Screen("/reset", "Choose a new password", reset_page, is_framed=False),
    Screen("/confirm-email", "Confirm your address", confirm_email_page, is_framed=False),
)
