# mypy: ignore-errors
"""The account: its settings, its export and its deletion."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.access.rules import NAME_LIMIT
from rxapp.account.rules import DELETION_GRACE, LEASE_MINUTES, RETENTION_DAYS, UNSEEN_MINUTES
from rxapp.account.state import AccountState
from rxapp.sign_in.me_state import MeState
from rxapp.web.fields import section, select_field, submit, text_field
from rxapp.web.parts import icon, loading, page_header, page_link
from rxapp.web.screens import Place, Screen
from rxapp.web.widgets import Download, Ticker, ZoneSelect

EXPORT = "/api/v1/auth/browser/account-export"


_PRIORITIES = (("normal", "Normal"), ("urgent", "Urgent"))
_PUBLISHERS = (("anyone", "Anyone who writes trees"), ("second", "A second person publishes"))


def account_page() -> rx.Component:
    """Return the page of the account's settings."""
    return rx.el.div(
        page_header("Account", subtitle=MeState.account_name),
        rx.cond(
            AccountState.loaded,
            rx.el.div(_settings(), _mail(), _export(), _deletion(), class_name="settings"),
            loading(4),
        ),
    )


def _number(label: str, name: str, bounds: tuple[int, int], **props) -> rx.Component:
    low, high = bounds
    return text_field(label, name, type="number", min=low, max=high, step=1, **props)


def _settings() -> rx.Component:
    return section(
        "Settings",
        "The name that everybody sees, how escalations work here, and how long sessions are kept.",
        rx.el.form(
            text_field(
                "Name",
                "name",
                default_value=AccountState.name,
                required=True,
                limit=NAME_LIMIT,
            ),
            ZoneSelect.create(
                name="time_zone",
                label="Time zone",
                value=AccountState.time_zone,
                required=True,
                hint="Ticket notes and emails use it. People choose their own for the screen.",
            ),
            rx.el.div(
                select_field(
                    "Default priority of escalations",
                    "escalation_priority",
                    _PRIORITIES,
                    default_value=AccountState.escalation_priority,
                ),
                _number(
                    "A claim lasts, in minutes",
                    "lease_minutes",
                    LEASE_MINUTES,
                    default_value=AccountState.lease_minutes,
                    required=True,
                    hint="Without activity for that long, it goes back to the queue.",
                ),
                class_name="field-pair",
            ),
            rx.el.div(
                _number(
                    "Email after, in minutes",
                    "unseen_minutes",
                    UNSEEN_MINUTES,
                    default_value=AccountState.unseen_minutes,
                    required=True,
                    hint="If nobody opened the notice on their screen.",
                ),
                _number(
                    "Keep completed sessions, in days",
                    "retention_days",
                    RETENTION_DAYS,
                    default_value=AccountState.retention_days,
                    placeholder="Forever",
                    hint="Older ones are deleted for good. Empty: kept forever.",
                ),
                class_name="field-pair",
            ),
            select_field(
                "Who publishes a tree",
                "publishers",
                _PUBLISHERS,
                default_value=rx.cond(AccountState.second_person_publishes, "second", "anyone"),
                hint="A second person reads a draft before technicians get it.",
            ),
            rx.el.div(submit("Save"), class_name="form-foot"),
            on_submit=AccountState.save,
            class_name="stack",
        ),
    )


def _mail() -> rx.Component:
    return section(
        "Email",
        "Emails that went out, and those that did not.",
        rx.el.p(
            "The email log says whether the mail server works, which emails were given up and why."
            " You can send them again from there."
        ),
        rx.el.div(
            page_link("Open the email log", to="/emails", class_name="btn"), class_name="form-foot"
        ),
    )


def _export() -> rx.Component:
    return section(
        "Export",
        "Everything that the account owns: members, trees, sessions, escalations, the audit log.",
        rx.el.p("One ZIP with a JSON file for each kind."),
        rx.el.div(
            Download.create(icon("download"), "Download the export", href=EXPORT, class_name="btn"),
            class_name="form-foot",
        ),
    )


def _deletion() -> rx.Component:
    days = DELETION_GRACE.days
    return rx.cond(
        AccountState.is_owner,
        section(
            "Delete the account",
            f"Everything is deleted for good {days} days after an owner asks for it. Until then,"
            " work goes on, and an owner can cancel.",
            rx.cond(
                AccountState.delete_at,
                rx.el.div(
                    rx.el.p(
                        "The account will be deleted on ",
                        rx.el.strong(Ticker.create(at=AccountState.delete_at, mode="time")),
                        ".",
                    ),
                    rx.el.div(
                        rx.el.button(
                            "Keep the account",
                            type="button",
                            on_click=AccountState.cancel_deletion,
                            class_name="btn btn-primary",
                        ),
                        class_name="form-foot",
                    ),
                    class_name="stack",
                ),
                rx.el.form(
                    text_field(
                        "Type the account's name",
                        "name",
                        required=True,
                        auto_complete="off",
                        placeholder=AccountState.name,
                        limit=NAME_LIMIT,
                    ),
                    rx.el.div(
                        submit("Delete the account", class_name="btn btn-danger"),
                        class_name="form-foot",
                    ),
                    on_submit=AccountState.ask_deletion,
                    key=f"deletion-{AccountState.round}",
                    class_name="stack",
                ),
            ),
        ),
    )


def deletion_banner() -> rx.Component:
    """Return the banner on every page of an account that is going to be deleted."""
    return rx.cond(
        MeState.account_delete_at,
        rx.el.div(
            rx.el.span(
                "This account will be deleted on ",
                Ticker.create(at=MeState.account_delete_at, mode="time"),
                ".",
            ),
            class_name="banner banner-danger page-banner",
            role="status",
        ),
    )


SCREENS = (
    Screen(
        "/account",
        "Account",
        account_page,
        on_load=(AccountState.load,),
        place=Place("Account", "building-2"),
        permission=Permission.MANAGE_ACCOUNT,
        refusal=("The account is for admins", "Ask an admin of your account."),
    ),
)
