# mypy: ignore-errors
"""Links that an admin hands over: to join, or to set a new password. Each is shown once."""

import reflex as rx

from rxapp.members.state import MembersState
from rxapp.web.dialogs import CLOSES, PUTS_AWAY, dialog_foot, dialog_form
from rxapp.web.widgets import Answered, CopyButton, Given, Modal, Once, Ticker


def whose() -> rx.Component:
    """Return the name of the member that a dialog is about."""
    return rx.el.p(rx.el.strong(Given.create(name="name")), class_name="wrap-any")


def invitation_link() -> rx.Component:
    """Return the link of the invitation that was just made, until it is hidden."""
    shown = rx.el.div(
        rx.el.p(
            rx.cond(
                MembersState.sends_mail,
                rx.el.strong("We email this link. You can also hand it over yourself. "),
                rx.el.strong("Copy this link and hand it over: no email is sent. "),
            ),
            "Only ",
            rx.el.strong(MembersState.link_for),
            " can join with it. ",
            _once(MembersState.link_until),
        ),
        *_link(
            MembersState.link,
            rx.el.button("Done", type="button", class_name="btn", custom_attrs=PUTS_AWAY),
        ),
        class_name="banner-box stack-tight link-box",
        role="status",
    )
    return Once.create(
        shown, rx.fragment(), secret=MembersState.link, on_done=MembersState.forget_link
    )


def _once(until: rx.Var[str]) -> rx.Component:
    return rx.el.span(
        "It is shown once and works once, until ",
        Ticker.create(at=until, mode="time"),
        ".",
    )


def _link(link: rx.Var[str], done: rx.Component) -> tuple[rx.Component, rx.Component]:
    return (
        rx.el.code(link, class_name="secret wrap-any"),
        rx.el.div(
            CopyButton.create(text=link, label="Copy link", class_name="btn"),
            done,
            class_name="form-foot",
        ),
    )


def reset_dialog() -> rx.Component:
    """Return the dialog that creates a link for a member to set a new password."""
    done = rx.el.button("Done", type="button", class_name="btn btn-primary", custom_attrs=CLOSES)
    ask = dialog_form(
        rx.el.p(
            "Create a link with which they can set a new password, and hand it to them yourself."
            " Setting the password signs them out everywhere and revokes their API tokens."
        ),
        rx.el.p(
            "Two-factor authentication stays on. We tell them by email that you made the link.",
            class_name="muted",
        ),
        dialog_foot("Create a reset link"),
        on_submit=MembersState.make_reset_link,
        sends=("member",),
    )
    shown = rx.el.div(
        rx.el.p(
            "Whoever has this link can set the password. Hand it to nobody else. ",
            _once(MembersState.reset_until),
        ),
        *_link(MembersState.reset_link, done),
        class_name="stack-tight",
        role="status",
    )
    return Modal.create(
        rx.el.div(whose(), Answered.create(ask, shown), class_name="stack"),
        name="reset",
        title="Reset the password",
        answered=MembersState.reset_opening,
        on_forget=MembersState.forget_reset_link,
    )
