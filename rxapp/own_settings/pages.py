# mypy: ignore-errors
"""Own settings."""

import reflex as rx

from rxapp.access.rules import EMAIL_LIMIT, NAME_LIMIT
from rxapp.own_settings.components import logins_section, password_field, tokens_section
from rxapp.own_settings.second_factor_components import second_factor_section
from rxapp.own_settings.state import SecondFactorState, SettingsState
from rxapp.sign_in.me_state import MeState
from rxapp.web.fields import section, select_field, submit, switch, text_field
from rxapp.web.parts import loading, page_header
from rxapp.web.screens import Screen
from rxapp.web.widgets import ZoneSelect

_THEMES = (("system", "Same as this device"), ("light", "Light"), ("dark", "Dark"))


def settings_page() -> rx.Component:
    """Return the page of a person's own settings."""
    return rx.el.div(
        page_header("Settings", subtitle=SettingsState.email),
        rx.cond(
            SettingsState.loaded,
            rx.el.div(
                _profile(),
                rx.cond(MeState.is_senior, _notices()),
                _password(),
                second_factor_section(),
                _email(),
                logins_section(),
                tokens_section(),
                class_name="settings",
            ),
            loading(5),
        ),
    )


def _profile() -> rx.Component:
    return section(
        "Profile",
        "The name that colleagues see, and how this app looks for you.",
        rx.el.form(
            text_field(
                "Name",
                "name",
                default_value=SettingsState.name,
                required=True,
                limit=NAME_LIMIT,
                auto_complete="name",
            ),
            rx.el.div(
                ZoneSelect.create(
                    name="time_zone", label="Time zone", value=SettingsState.time_zone
                ),
                select_field(
                    "Light or dark",
                    "theme",
                    _THEMES,
                    default_value=SettingsState.theme,
                    key=SettingsState.theme,
                ),
                class_name="field-pair",
            ),
            rx.el.div(submit("Save"), class_name="form-foot"),
            on_submit=SettingsState.save_profile,
            class_name="stack",
        ),
        anchor="profile",
    )


def _notices() -> rx.Component:
    return section(
        "Notices",
        "While a page is open, you see at once what happens. When none is, we email you.",
        switch(
            "Escalations",
            "An email when an escalation is waiting and you are not here.",
            on=SettingsState.email_on_escalation,
            on_click=SettingsState.set_email_on_escalation(~SettingsState.email_on_escalation),
        ),
        switch(
            "Handed back",
            "An email when an escalation comes back to the queue.",
            on=SettingsState.email_on_return,
            on_click=SettingsState.set_email_on_return(~SettingsState.email_on_return),
        ),
        anchor="notices",
    )


def _password() -> rx.Component:
    return section(
        "Password",
        "Changing it signs you out everywhere else.",
        rx.el.form(
            password_field("Old password", "old_password"),
            rx.el.div(
                password_field("New password", "new_password", new=True),
                password_field("New password again", "again", new=True),
                class_name="field-pair",
            ),
            rx.el.div(submit("Change password"), class_name="form-foot"),
            on_submit=SettingsState.change_password,
            key=f"password-{SettingsState.round}",
            class_name="stack",
        ),
        anchor="password",
    )


def _email() -> rx.Component:
    return section(
        "Email address",
        "You sign in with it, and emails go there. It changes once you follow the link that we"
        " email to the new one.",
        rx.cond(
            SettingsState.sends_mail,
            _new_email_form(),
            rx.el.p(
                "No mail server is set up here, so a new address cannot be confirmed. Your address"
                " stays as it is."
            ),
        ),
        anchor="email",
    )


def _new_email_form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            text_field("New address", "email", type="email", required=True, limit=EMAIL_LIMIT),
            password_field("Your password"),
            class_name="field-pair",
        ),
        rx.el.div(submit("Send the link"), class_name="form-foot"),
        on_submit=SettingsState.ask_new_email,
        key=f"email-{SettingsState.round}",
        class_name="stack",
    )


SCREENS = (
    Screen(
        "/settings",
        "Settings",
        settings_page,
        on_load=(SettingsState.load, SecondFactorState.load),
    ),
)
