"""The page shell: the frame of every page for signed-in people."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from rxapp.gate.guard import GuardState
from rxapp.web.dialogs import opens
from rxapp.web.parts import icon, key_hint, page_link
from rxapp.web.widgets import (
    Connection,
    Dialogs,
    Go,
    Hotkeys,
    Modal,
    Notice,
    SignOut,
    WrongAddress,
)

SIGN_OUT_ACTION = "/api/v1/auth/browser/logout"


@dataclass(frozen=True)
class NavItem:
    """An entry in the navigation. ``badge`` counts what is waiting there; ``shown`` can hide it."""

    label: str
    href: str
    icon: str
    badge: Any = None
    shown: Any = None


@dataclass(frozen=True)
class Shell:
    """The frame of every page; built once, with the app."""

    nav: tuple[NavItem, ...]
    user_name: Any
    role_label: Any
    account_name: Any
    extra: tuple[rx.Component, ...] = ()
    above: tuple[rx.Component, ...] = ()

    def __call__(self, *content: rx.Component, wide: bool = False) -> rx.Component:
        """Return a page with ``content`` in its main part."""
        return rx.el.div(
            _skip_link(),
            Hotkeys.create(),
            Dialogs.create(taken=GuardState.closed),
            rx.el.aside(self._brand(), self._navigation(), self._me(), class_name="side"),
            rx.el.main(
                *self.above,
                *content,
                id="main",
                class_name="main main-wide" if wide else "main",
                tab_index=-1,
            ),
            notices(),
            Go.create(to=GuardState.go_to, come_from=GuardState.go_from, go_id=GuardState.go_id),
            WrongAddress.create(),
            *self.extra,
            class_name="shell",
        )

    def _brand(self) -> rx.Component:
        return page_link(
            rx.el.span(rx.el.span(class_name="mark-dot"), class_name="mark", aria_hidden="true"),
            rx.el.span("ResolutionFlow"),
            to="/",
            class_name="brand",
        )

    def _navigation(self) -> rx.Component:
        return rx.el.nav(*[_nav_link(item) for item in self.nav], aria_label="Main")

    def _me(self) -> rx.Component:
        return rx.el.div(
            rx.el.div(
                rx.el.span(self.user_name, class_name="me-name"),
                rx.el.span(self.role_label, " · ", self.account_name, class_name="me-role"),
                class_name="me-words",
            ),
            rx.el.div(
                *keys_dialog(),
                page_link(
                    icon("settings"),
                    to="/settings",
                    class_name="btn btn-quiet btn-icon",
                    aria_label="Settings",
                    title="Settings",
                ),
                theme_button(),
                SignOut.create(
                    icon("log-out"), action=SIGN_OUT_ACTION, class_name="btn btn-quiet btn-icon"
                ),
                class_name="row me-actions",
            ),
            class_name="me",
        )


def _skip_link() -> rx.Component:
    # A plain link: the router's would drop what stands after the question mark in the address.
    return rx.el.A.create("Skip to content", href="#main", class_name="skip")


def _nav_link(item: NavItem) -> rx.Component:
    path = rx.State.router.url.path
    is_here = path == item.href if item.href == "/" else path.startswith(item.href)
    parts = [icon(item.icon), rx.el.span(item.label)]
    if item.badge is not None:
        count = rx.el.span(item.badge, class_name="count", aria_label="waiting")
        parts.append(rx.cond(item.badge > 0, count))
    current = rx.cond(is_here, "page", "false")
    link = page_link(*parts, to=item.href, class_name="nav-link", aria_current=current)
    return link if item.shown is None else rx.cond(item.shown, link)


def theme_button() -> rx.Component:
    """Return the button that switches between light and dark."""
    return rx.el.button(
        rx.color_mode_cond(light=icon("moon"), dark=icon("sun")),
        type="button",
        on_click=rx.toggle_color_mode,
        class_name="btn btn-quiet btn-icon",
        aria_label="Switch between light and dark",
        title="Light or dark",
    )


def notices() -> rx.Component:
    """Return the region where short notices appear."""
    return Notice.create(
        text=GuardState.notice, kind=GuardState.notice_kind, notice_id=GuardState.notice_id
    )


def connection(*_: object) -> rx.Component:
    """Return what every page shows while the server cannot be reached."""
    return rx.fragment(Connection.create(confirmed=GuardState.act))


KEYS = (
    ("1 – 9", "Choose an answer"),
    ("B", "Back one step"),
    ("N", "Write a note"),
    ("E", "Escalate"),
    ("/", "Search, or the scratchpad in a session"),
    ("?", "This list"),
    ("Esc", "Leave a field, close a dialog"),
)


def keys_dialog() -> tuple[rx.Component, rx.Component]:
    """Return the button that opens the list of keys, as ``?`` does, and the list."""
    rows = [
        rx.el.div(rx.el.dt(key_hint(key)), rx.el.dd(what), class_name="key-row")
        for key, what in KEYS
    ]
    opener = rx.el.button(
        "Keys",
        type="button",
        class_name="btn btn-quiet keys-opener",
        custom_attrs={"data-hotkey": "?", **opens("keys")},
    )
    return opener, Modal.create(rx.el.dl(*rows, class_name="keys"), name="keys", title="Keys")
