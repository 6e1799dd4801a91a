# mypy: ignore-errors
"""All screens in the order of the navigation, and the frame around them."""

from collections.abc import Callable
from functools import wraps

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.account import mail_pages
from rxapp.account import pages as account
from rxapp.account.mail_pages import mail_banner
from rxapp.account.pages import deletion_banner
from rxapp.audit import pages as audit
from rxapp.editor import pages as editor_pages
from rxapp.editor import trial_pages
from rxapp.editor.components import KeptDrafts
from rxapp.gate.guard import GuardState
from rxapp.gate.liveness import trouble_banner
from rxapp.handoffs import pages as handoffs
from rxapp.handoffs import runner_pages
from rxapp.handoffs.inbox_components import inbox_bell
from rxapp.handoffs.inbox_state import InboxState
from rxapp.library import catalog_pages, starter_pages, synonyms_pages
from rxapp.library import pages as library_pages
from rxapp.members import pages as members
from rxapp.own_settings import pages as own_settings
from rxapp.sessions import pages as sessions
from rxapp.sessions.components import kept_answers
from rxapp.sign_in import pages as sign_in
from rxapp.sign_in.me_state import MeState
from rxapp.versions import pages as versions_pages
from rxapp.versions import publish_pages
from rxapp.web.parts import empty
from rxapp.web.screens import Screen
from rxapp.web.shell import NavItem, Shell
from rxapp.web.widgets import TextDesk, Viewer

SCREENS: tuple[Screen, ...] = (
    *sign_in.SCREENS,
    *library_pages.SCREENS,
    *catalog_pages.SCREENS,
    *synonyms_pages.SCREENS,
    *sessions.SCREENS,
    *runner_pages.SCREENS,
    *versions_pages.SCREENS,
    *publish_pages.SCREENS,
    *starter_pages.SCREENS,
    *handoffs.SCREENS,
    *editor_pages.SCREENS,
    *trial_pages.SCREENS,
    *members.SCREENS,
    *account.SCREENS,
    *mail_pages.SCREENS,
    *audit.SCREENS,
    *own_settings.SCREENS,
)

FRAME_EVENTS = (MeState.load, InboxState.load_count)
"""What every page for signed-in people loads for its frame, before the page itself."""


def _may(permission: Permission) -> rx.Var[bool]:
    return MeState.rights.contains(permission.name)


def _nav_items() -> tuple[NavItem, ...]:
    return tuple(
        NavItem(
            screen.place.label,
            screen.route,
            screen.place.icon,
            badge=screen.place.badge,
            shown=_may(screen.permission) if screen.permission else None,
        )
        for screen in SCREENS
        if screen.place
    )


def _allowed_page(screen: Screen) -> rx.Component:
    if screen.permission is None:
        return screen.page()
    # Until it is known who is signed in, nobody is refused: the page shows that it is loading.
    is_let_in = _may(screen.permission) | MeState.user_id.is_none()
    return rx.cond(is_let_in, screen.page(), empty(*screen.refusal))


def add_screens(app: rx.App) -> None:
    """Add every screen to the app, those for signed-in people in their frame."""
    shell = Shell(
        nav=_nav_items(),
        user_name=MeState.name,
        role_label=MeState.role_label,
        account_name=MeState.account_name,
        extra=(
            TextDesk.create(owner=MeState.user_id, taken=GuardState.taken),
            inbox_bell(),
            kept_answers(MeState.user_id),
            Viewer.create(zone=MeState.time_zone, theme=MeState.theme),
        ),
        above=(
            trouble_banner(),
            deletion_banner(),
            mail_banner(),
            KeptDrafts.create(person=MeState.user_id),
        ),
    )
    for screen in SCREENS:
        events = [*FRAME_EVENTS, *screen.on_load] if screen.is_framed else [*screen.on_load]
        page = _framed(shell, screen) if screen.is_framed else screen.page
        app.add_page(page, route=screen.route, title=screen.title, on_load=events)


def _framed(shell: Shell, screen: Screen) -> Callable[[], rx.Component]:
    # Reflex puts a page's parts into one script for each Python module. Without the wrapper they
    # would all be of this module, and every page would load the parts of all others.
    @wraps(screen.page)
    def page() -> rx.Component:
        return shell(_allowed_page(screen), wide=screen.is_wide)

    return page  # computed when the pages are built, not at every start
