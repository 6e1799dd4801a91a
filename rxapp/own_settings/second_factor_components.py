# mypy: ignore-errors
"""The second factor on the settings page: off, in set-up, its recovery codes, on."""

import reflex as rx

from rxapp.own_settings.components import password_field
from rxapp.own_settings.state import SecondFactorState
from rxapp.web.dialogs import PUTS_AWAY
from rxapp.web.fields import section, submit, text_field
from rxapp.web.parts import badge
from rxapp.web.widgets import CopyButton, Once


def second_factor_section() -> rx.Component:
    """Return the section about the second factor."""
    return section(
        "Second factor",
        "A code from an authenticator app in addition to the password, so that a stolen password"
        " is not enough.",
        _once(
            _recovery_codes(),
            rx.cond(
                SecondFactorState.is_on,
                _factor_is_on(),
                _once(_factor_setup(), _factor_is_off(), SecondFactorState.secret),
            ),
            SecondFactorState.codes.join("\n"),
        ),
        anchor="second-factor",
    )


def _once(shown: rx.Component, after: rx.Component, secret: rx.Var[str]) -> rx.Component:
    return Once.create(shown, after, secret=secret, on_done=SecondFactorState.forget_secrets)


def _factor_is_off() -> rx.Component:
    return rx.el.form(
        rx.el.p(badge("Off", "warn"), " Signing in only asks for your password."),
        password_field("Your password"),
        rx.el.div(submit("Set it up"), class_name="form-foot"),
        on_submit=SecondFactorState.set_up,
        class_name="stack",
    )


def _factor_setup() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            rx.el.img(
                src=SecondFactorState.picture,
                alt="QR code for your authenticator app",
                class_name="qr",
            ),
            rx.el.div(
                rx.el.p("Scan this with your authenticator app, or type the key into it:"),
                rx.el.p(SecondFactorState.secret, class_name="mono wrap-any"),
                text_field(
                    "The code that the app shows now",
                    "code",
                    required=True,
                    input_mode="numeric",
                    auto_complete="one-time-code",
                    limit=10,
                    auto_focus=True,
                ),
                class_name="stack",
            ),
            class_name="qr-row",
        ),
        rx.el.div(
            rx.el.button("Cancel", type="button", class_name="btn", custom_attrs=PUTS_AWAY),
            submit("Turn on"),
            class_name="form-foot",
        ),
        on_submit=SecondFactorState.turn_on,
        class_name="stack",
    )


def _recovery_codes() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.strong("Keep these recovery codes in a safe place. "),
            "Each signs you in once if the phone is lost. They are not shown again.",
        ),
        rx.el.ul(
            rx.foreach(SecondFactorState.codes, lambda code: rx.el.li(code, class_name="mono")),
            class_name="codes",
        ),
        rx.el.div(
            CopyButton.create(text=SecondFactorState.codes.join("\n"), label="Copy all"),
            rx.el.button(
                "I have kept them",
                type="button",
                class_name="btn btn-primary",
                custom_attrs=PUTS_AWAY,
            ),
            class_name="form-foot",
        ),
        class_name="stack",
    )


def _factor_is_on() -> rx.Component:
    return rx.el.div(
        rx.el.p(badge("On", "ok"), " ", SecondFactorState.codes_left, " recovery codes are left."),
        rx.el.form(
            rx.el.p("Codes lost or used up? New ones replace them."),
            password_field("Your password"),
            rx.el.div(
                submit("New recovery codes", class_name="btn"),
                class_name="form-foot",
            ),
            on_submit=SecondFactorState.renew_codes,
            class_name="stack form-after",
        ),
        rx.el.form(
            rx.el.p("Without it, your password is enough to sign in."),
            password_field("Your password"),
            rx.el.div(submit("Turn off", class_name="btn btn-danger"), class_name="form-foot"),
            on_submit=SecondFactorState.turn_off,
            class_name="stack form-after",
        ),
        class_name="stack",
    )
