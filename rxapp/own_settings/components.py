# mypy: ignore-errors
"""Parts of the settings page: password field, sign-ins, API tokens."""

import reflex as rx

from rxapp.access.rules import NAME_LIMIT
from rxapp.own_settings.state import SettingsState
from rxapp.own_settings.views import ApiTokenView, LoginView
from rxapp.sign_in.rules import PASSWORD_MAX, PASSWORD_MIN
from rxapp.web.dialogs import PUTS_AWAY
from rxapp.web.fields import section, select_field, submit, text_field
from rxapp.web.parts import ago, badge, icon
from rxapp.web.widgets import CopyButton, Once

_SCOPES = (("read", "Read only"), ("write", "Read and write"))


def password_field(label: str, name: str = "password", *, new: bool = False) -> rx.Component:
    """Return a field for a password, the current one or a new one."""
    return text_field(
        label,
        name,
        type="password",
        required=True,
        auto_complete="new-password" if new else "current-password",
        min_length=PASSWORD_MIN if new else 1,
        limit=PASSWORD_MAX,
        hint=f"At least {PASSWORD_MIN} characters." if new else None,
    )


def logins_section() -> rx.Component:
    """Return the section about the person's sign-ins."""
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


def tokens_section() -> rx.Component:
    """Return the section about API tokens."""
    return section(
        "API tokens",
        "For scripts and other systems. A token may do what you may, but it cannot change sign-ins"
        " or manage members.",
        _new_token(),
        rx.cond(
            SettingsState.tokens.length() > 0,
            rx.el.ul(rx.foreach(SettingsState.tokens, _token), class_name="plain-list"),
            rx.el.p("You have none.", class_name="muted"),
        ),
        rx.el.form(
            rx.el.div(
                text_field(
                    "Name", "name", required=True, limit=NAME_LIMIT, placeholder="Ticket sync"
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
    shown = rx.el.div(
        rx.el.p(rx.el.strong("Copy the token now. "), "It is not shown again."),
        rx.el.code(SettingsState.new_token, class_name="secret wrap-any"),
        rx.el.div(
            CopyButton.create(text=SettingsState.new_token, label="Copy"),
            rx.el.button("Done", type="button", class_name="btn", custom_attrs=PUTS_AWAY),
            class_name="form-foot",
        ),
        class_name="banner-box stack-tight",
        role="status",
    )
    return Once.create(
        shown, rx.fragment(), secret=SettingsState.new_token, on_done=SettingsState.forget_token
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
                    token.used_at,
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
