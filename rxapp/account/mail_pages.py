# mypy: ignore-errors
"""The email log: whether emails go out, and those that did not."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.account.mail_state import MailState
from rxapp.account.views import EmailView
from rxapp.sign_in.me_state import MeState
from rxapp.web.parts import ago, badge, empty, loading, page_header, page_link
from rxapp.web.screens import Screen
from rxapp.web.widgets import Ticker

_SHOWN = (("undelivered", "Not delivered"), ("all", "All emails"))


def mail_page() -> rx.Component:
    """Return the page of the account's emails."""
    resend_all = rx.cond(
        MailState.server.is_set_up & (MailState.server.dead > 0),
        rx.el.button(
            "Send all again",
            type="button",
            on_click=MailState.resend_all,
            class_name="btn btn-primary",
        ),
    )
    return rx.el.div(
        page_header("Email log", resend_all, subtitle="The account's emails, newest first."),
        rx.cond(
            MailState.loaded,
            rx.el.div(_standing(), _chips(), _mails(), class_name="stack"),
            loading(5),
        ),
    )


def _standing() -> rx.Component:
    """Return the banner or line that says whether the mail server works."""
    server = MailState.server
    no_server = rx.el.div(
        "No mail server is set up, so no emails are sent. Whoever runs this server sets SMTP_URL.",
        class_name="banner banner-warn",
    )
    trouble = rx.el.div(
        rx.el.div(
            rx.el.div(rx.el.strong(server.trouble), " Emails wait and go out once it works."),
            rx.el.div(
                "Since ",
                Ticker.create(at=server.since, mode="time"),
                ". It said: ",
                server.detail,
                class_name="small wrap-any",
            ),
        ),
        class_name="banner banner-danger mail-standing",
        role="status",
    )
    works = rx.el.p(
        rx.cond(
            server.last_sent_at,
            rx.fragment("Emails go out. The last one was sent ", ago(server.last_sent_at), "."),
            "No email has been sent yet.",
        ),
        rx.cond(server.waiting > 0, f" Waiting: {server.waiting}.", ""),
        class_name="muted",
    )
    return rx.cond(~server.is_set_up, no_server, rx.cond(server.trouble != "", trouble, works))


def _chips() -> rx.Component:
    return rx.el.div(
        *[
            rx.el.button(
                words,
                type="button",
                on_click=MailState.pick(name),
                aria_pressed=rx.cond(MailState.show == name, "true", "false"),
                class_name="chip",
            )
            for name, words in _SHOWN
        ],
        class_name="chips",
        role="group",
        aria_label="Show",
    )


def _mails() -> rx.Component:
    more = rx.el.button(
        "Show more", type="button", on_click=MailState.more, class_name="btn btn-wide"
    )
    return rx.cond(
        MailState.rows.length() > 0,
        rx.el.div(
            rx.el.ul(rx.foreach(MailState.rows, _mail), class_name="rows"),
            rx.cond(MailState.next_cursor != "", more),
            class_name="stack",
        ),
        rx.cond(
            MailState.show == "all",
            empty("No emails yet", "Invitations, escalations and security notices show up here."),
            empty("Every email went out", "Emails that failed or were given up show up here."),
        ),
    )


def _mail(mail: rx.Var[EmailView]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.cond(mail.recipient != "", mail.recipient, mail.address),
                class_name="row-title wrap-any",
            ),
            rx.cond(
                mail.recipient != "", rx.el.div(mail.address, class_name="muted small wrap-any")
            ),
        ),
        rx.el.div(
            rx.el.div(mail.about),
            rx.el.div(Ticker.create(at=mail.created_at, mode="time"), class_name="muted small"),
        ),
        rx.el.div(
            rx.el.div(_status(mail.status)),
            rx.el.div(
                mail.detail,
                rx.cond(
                    mail.status == "failed",
                    rx.fragment(". Next try ", Ticker.create(at=mail.next_attempt_at, mode="time")),
                ),
                class_name="muted small wrap-any",
            ),
        ),
        rx.el.div(
            rx.cond(
                (mail.status == "dead") & MailState.server.is_set_up,
                rx.el.button(
                    "Send again",
                    type="button",
                    on_click=MailState.resend(mail.id),
                    aria_label="Send again to " + mail.address,
                    class_name="btn",
                ),
            ),
            class_name="row row-actions",
        ),
        class_name="list-row mail-row",
        custom_attrs={"data-mail": mail.address},
        key=mail.id,
    )


def _status(status: rx.Var[str]) -> rx.Component:
    return rx.match(
        status,
        ("dead", badge("Given up", "danger")),
        ("failed", badge("Waiting", "warn")),
        ("sent", badge("Sent", "ok")),
        ("seen", badge("Seen", "ok")),
        ("skipped", badge("Not needed")),
        badge("On its way", "accent"),
    )


def mail_banner() -> rx.Component:
    """Return the banner that admins see on every page while the mail server needs attention."""
    return rx.cond(
        MeState.mail_trouble != "",
        rx.el.div(
            rx.el.span(
                MeState.mail_trouble,
                " Emails are not going out. ",
                page_link("Open the email log", to="/emails"),
            ),
            class_name="banner banner-danger page-banner mail-alarm",
            role="status",
        ),
    )


SCREENS = (
    Screen(
        "/emails",
        "Mail log",
        mail_page,
        on_load=(MailState.load,),
        permission=Permission.MANAGE_ACCOUNT,
        refusal=("The email log is for admins", "Ask an admin of your account."),
    ),
)
