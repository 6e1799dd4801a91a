"""Own settings."""

import reflex as rx

from rxapp.accounts.rules import NAME_LIMIT, PASSWORD_MAX, PASSWORD_MIN
from rxapp.accounts.settings_state import SecondFactorState, SettingsState
from rxapp.accounts.state import MeState
from rxapp.accounts.views import ApiTokenView, LoginView
from rxapp.web.fields import section, select_field, submit, switch, text_field
from rxapp.web.parts import ago, badge, icon, loading, page_header
from rxapp.web.widgets import CopyButton, ZoneSelect

_THEMES = (("system", "As this device"), ("light", "Light"), ("dark", "Dark"))
_SCOPES = (("read", "Read only"), ("write", "Read and write"))


def settings_page() -> rx.Component:
    """Return the page of one's own settings."""
    return rx.el.div(
        page_header("Settings", subtitle=SettingsState.email),
        rx.cond(
            SettingsState.loaded,
            rx.el.div(
                _profile(),
                rx.cond(MeState.is_senior, _notices()),
                _password(),
                _second_factor(),
                _email(),
                _logins(),
                _tokens(),
                class_name="settings",
            ),
            loading(5),
        ),
    )


def _password_field(label: str, name: str = "password", *, new: bool = False) -> rx.Component:
    return text_field(
        label,
        name,
        type="password",
        required=True,
        auto_complete="new-password" if new else "current-password",
        min_length=PASSWORD_MIN if new else 1,
        max_length=PASSWORD_MAX,
        hint=f"At least {PASSWORD_MIN} characters." if new else None,
    )


def _profile() -> rx.Component:
    return section(
        "Profile",
        "The name that colleagues see, and how this app looks to you.",
        rx.el.form(
            text_field(
                "Name",
                "name",
                default_value=SettingsState.name,
                required=True,
                max_length=NAME_LIMIT,
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
        "What happens while a page is open shows there at once. Mails reach you when none is.",
        switch(
            "Escalations",
            "A mail when an escalation waits and you are not here.",
            on=SettingsState.email_on_escalation,
            on_click=SettingsState.set_email_on_escalation(~SettingsState.email_on_escalation),
        ),
        switch(
            "Handed back",
            "A mail when an escalation comes back to the queue.",
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
            _password_field("Old password", "old_password"),
            rx.el.div(
                _password_field("New password", "new_password", new=True),
                _password_field("New password again", "again", new=True),
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
        "You sign in with it, and mails go there. It changes once you follow the link that we"
        " mail to the new one.",
        rx.el.form(
            rx.el.div(
                text_field("New address", "email", type="email", required=True, max_length=254),
                _password_field("Your password"),
                class_name="field-pair",
            ),
            rx.el.div(submit("Send the link"), class_name="form-foot"),
            on_submit=SettingsState.ask_new_email,
            key=f"email-{SettingsState.round}",
            class_name="stack",
        ),
        anchor="email",
    )


def _second_factor() -> rx.Component:
    return section(
        "Second factor",
        "A code of an authenticator app besides the password, so that a stolen password opens"
        " nothing.",
        rx.cond(
            SecondFactorState.codes.length() > 0,
            _recovery_codes(),
            rx.cond(
                SecondFactorState.is_on,
                _factor_is_on(),
                rx.cond(SecondFactorState.secret != "", _factor_setup(), _factor_is_off()),
            ),
        ),
        anchor="second-factor",
    )


def _factor_is_off() -> rx.Component:
    return rx.el.form(
        rx.el.p(badge("Off", "warn"), " Sign-in asks for your password alone."),
        _password_field("Your password"),
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
                    max_length=10,
                    auto_focus=True,
                ),
                class_name="stack",
            ),
            class_name="qr-row",
        ),
        rx.el.div(
            rx.el.button(
                "Cancel", type="button", on_click=SecondFactorState.cancel, class_name="btn"
            ),
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
                on_click=SecondFactorState.cancel,
                class_name="btn btn-primary",
            ),
            class_name="form-foot",
        ),
        class_name="stack",
    )


def _factor_is_on() -> rx.Component:
    return rx.el.div(
        rx.el.p(badge("On", "ok"), " ", SecondFactorState.codes_left, " recovery codes are left."),
        rx.el.form(
            rx.el.p("Codes lost or used up? Fresh ones replace those before."),
            _password_field("Your password"),
            rx.el.div(
                submit("Fresh recovery codes", class_name="btn"),
                class_name="form-foot",
            ),
            on_submit=SecondFactorState.renew_codes,
            class_name="stack form-after",
        ),
        rx.el.form(
            rx.el.p("Without it, your password alone signs you in."),
            _password_field("Your password"),
            rx.el.div(submit("Turn off", class_name="btn btn-danger"), class_name="form-foot"),
            on_submit=SecondFactorState.turn_off,
            class_name="stack form-after",
        ),
        class_name="stack",
    )


def _logins() -> rx.Component:
    return section(
        "Signed in",
        "Every browser and program that is signed in as you.",
        rx.el.ul(rx.foreach(SettingsState.logins, _login), class_name="plain-list"),
        rx.cond(
            SettingsState.logins.length() > 1,
            rx.el.div(
                rx.el.button(
                    "End all others",
                    type="button",
                    on_click=SettingsState.end_other_logins,
                    class_name="btn",
                ),
                class_name="form-foot",
            ),
        ),
        anchor="signed-in",
    )


def _login(login: rx.Var[LoginView]) -> rx.Component:
    return rx.el.li(
        icon("monitor"),
        rx.el.div(
            rx.el.div(
                login.agent,
                class_name="clip",
                title=login.agent,
            ),
            rx.el.div(
                rx.cond(login.kind == "api", "API, ", ""),
                login.address,
                " · used ",
                ago(login.seen_at),
                class_name="muted small",
            ),
            class_name="list-words",
        ),
        rx.cond(
            login.is_current,
            badge("This one", "accent"),
            rx.el.button(
                "End",
                type="button",
                on_click=SettingsState.end_login(login.id),
                class_name="btn",
            ),
        ),
        class_name="plain-row",
    )


def _tokens() -> rx.Component:
    return section(
        "API tokens",
        "For scripts and other systems. A token may do what you may, but it changes no sign-in and"
        " manages no members.",
        rx.cond(SettingsState.new_token != "", _new_token()),
        rx.cond(
            SettingsState.tokens.length() > 0,
            rx.el.ul(rx.foreach(SettingsState.tokens, _token), class_name="plain-list"),
            rx.el.p("You have none.", class_name="muted"),
        ),
        rx.el.form(
            rx.el.div(
                text_field(
                    "Name", "name", required=True, max_length=NAME_LIMIT, placeholder="Ticket sync"
                ),
                select_field("It may", "scope", _SCOPES, default_value="read"),
                class_name="field-pair",
            ),
            rx.el.div(submit("Make a token", class_name="btn"), class_name="form-foot"),
            on_submit=SettingsState.make_token,
            key=f"token-{SettingsState.round}",
            class_name="stack",
        ),
        anchor="api-tokens",
    )


def _new_token() -> rx.Component:
    return rx.el.div(
        rx.el.p(rx.el.strong("Copy the token now. "), "It is not shown again."),
        rx.el.code(SettingsState.new_token, class_name="secret wrap-any"),
        rx.el.div(
            CopyButton.create(text=SettingsState.new_token, label="Copy"),
            rx.el.button(
                "Done", type="button", on_click=SettingsState.hide_token, class_name="btn"
            ),
            class_name="form-foot",
        ),
        class_name="banner-box stack-tight",
        role="status",
    )


def _token(token: rx.Var[ApiTokenView]) -> rx.Component:
    return rx.el.li(
        icon("key-round"),
        rx.el.div(
            rx.el.div(token.name, class_name="clip"),
            rx.el.div(
                rx.el.span(token.hint, "…", class_name="mono"),
                rx.cond(token.scope == "write", " · read and write", " · read only"),
                rx.cond(
                    token.used_at != "",
                    rx.fragment(" · used ", ago(token.used_at)),
                    " · never used",
                ),
                class_name="muted small",
            ),
            class_name="list-words",
        ),
        rx.el.button(
            "Revoke",
            type="button",
            on_click=SettingsState.revoke_token(token.id),
            class_name="btn",
        ),
        class_name="plain-row",
    )
