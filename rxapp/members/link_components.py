# mypy: ignore-errors
"""Links that an admin hands over: to join, or to set a new password. Each is shown once."""

import reflex as rx

from rxapp.members.state import MembersState
from rxapp.web.widgets import CopyButton, Modal, Ticker


def invitation_link() -> rx.Component:
    """Return the link of the invitation that was just made."""
    return rx.el.div(
        rx.el.p(
            rx.cond(
                MembersState.sends_mail,
                rx.el.strong("We email this link. You can hand it over yourself, too. "),
                rx.el.strong("Copy this link and hand it over: no mail is sent. "),
            ),
            "Only ",
            rx.el.strong(MembersState.link_for),
            " can join with it. ",
            _once(MembersState.link_until),
        ),
        *_link(
            MembersState.link,
            rx.el.button("Done", type="button", on_click=MembersState.hide_link, class_name="btn"),
        ),
        class_name="banner-box stack-tight link-box",
        role="status",
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
    """Return the dialog that makes a member a link to a new password."""
    cancel = rx.el.button("Cancel", type="button", on_click=MembersState.close, class_name="btn")
    done = rx.el.button(
        "Done", type="button", on_click=MembersState.close, class_name="btn btn-primary"
    )
    ask = (
        rx.el.p(
            "Create a link with which they set a new password, and hand it to them yourself."
            " Setting the password signs them out everywhere and revokes their API tokens."
        ),
        rx.el.p(
            "Two-factor authentication stays on. They are told by email that you made the link.",
            class_name="muted",
        ),
        rx.el.div(
            cancel,
            rx.el.button(
                "Create a reset link",
                type="button",
                on_click=MembersState.make_reset_link,
                class_name="btn btn-primary",
            ),
            class_name="modal-foot",
        ),
    )
    shown = (
        rx.el.p(
            "Whoever has this link can set the password. Hand it to nobody else. ",
            _once(MembersState.reset_until),
        ),
        *_link(MembersState.reset_link, done),
    )
    return Modal.create(
        rx.el.div(
            rx.el.p(rx.el.strong(MembersState.chosen_name), class_name="wrap-any"),
            rx.cond(
                MembersState.reset_link == "",
                rx.el.div(*ask, class_name="stack-tight"),
                rx.el.div(*shown, class_name="stack-tight", role="status"),
            ),
            class_name="stack",
        ),
        title="Reset the password",
        open=MembersState.act == "reset",
        on_close=MembersState.close,
    )
