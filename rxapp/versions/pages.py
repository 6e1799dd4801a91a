# mypy: ignore-errors
"""The history of a tree: who published what and when, differences, and going back."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.versions.reading_components import VersionsBoard
from rxapp.versions.state import VersionsState
from rxapp.versions.views import VersionView
from rxapp.web.dialogs import dialog_foot, dialog_form, opens
from rxapp.web.parts import badge, empty, icon, opening, page_header, page_link
from rxapp.web.screens import Screen
from rxapp.web.widgets import Given, Modal, NamedPage, Ticker

TITLE = "Versions"


def _address(what: str) -> rx.Var[str]:
    return f"/trees/{VersionsState.tree_id}/{what}"


def versions_page() -> rx.Component:
    """Return the history of a tree."""
    missing = empty(
        "There is no such tree",
        "It may have been deleted.",
        page_link("Back to the library", to="/", class_name="btn"),
    )
    return NamedPage.create(
        opening(TITLE),
        rx.cond(VersionsState.missing, missing, _page()),
        argument="tree_id",
        shown=[VersionsState.tree_id],
    )


def _page() -> rx.Component:
    return rx.el.div(
        page_header(
            TITLE,
            page_link(icon("pencil"), "Edit", to=_address("edit"), class_name="btn"),
            rx.cond(
                VersionsState.is_changed,
                page_link(
                    "Review and publish", to=_address("publish"), class_name="btn btn-primary"
                ),
            ),
            subtitle=VersionsState.title,
        ),
        rx.el.div(
            _undo_banner(),
            VersionsBoard.create(_list(), tree=VersionsState.tree_id, newest=VersionsState.newest),
            class_name="stack",
        ),
        _take_dialog(),
        _discard_dialog(),
    )


def _undo_banner() -> rx.Component:
    return rx.cond(
        VersionsState.undoes != "",
        rx.el.div(
            rx.el.span(VersionsState.undo_words),
            rx.el.button(
                "Undo",
                type="button",
                on_click=VersionsState.undo(VersionsState.tree_id),
                class_name="btn",
            ),
            class_name="banner banner-ok",
            role="status",
        ),
    )


def _list() -> rx.Component:
    more = rx.el.button(
        "Show more",
        type="button",
        on_click=VersionsState.more(VersionsState.tree_id),
        class_name="btn btn-wide",
    )
    return rx.el.div(
        rx.cond(
            VersionsState.is_changed | (VersionsState.rows.length() > 0),
            rx.el.ul(
                rx.cond(VersionsState.is_changed, _draft_row()),
                rx.foreach(VersionsState.rows, _row),
                class_name="rows",
            ),
        ),
        rx.cond(VersionsState.next_cursor != "", more),
        class_name="stack",
    )


def _draft_row() -> rx.Component:
    is_published = VersionsState.newest > 0
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.span("The draft", class_name="row-title"),
                badge("Not published", "warn"),
                class_name="row",
            ),
            rx.cond(
                is_published,
                rx.el.div("Technicians do not see it yet.", class_name="muted small"),
                rx.el.div(
                    "This tree was never published. Technicians do not see it yet.",
                    class_name="muted small",
                ),
            ),
        ),
        rx.cond(
            is_published,
            rx.el.div(
                _compare(f"{_address('versions')}?old={VersionsState.newest}", "the draft"),
                rx.el.button(
                    "Discard the draft",
                    type="button",
                    class_name="btn btn-danger",
                    custom_attrs=opens("discard"),
                ),
                class_name="row row-actions",
            ),
        ),
        class_name="list-row version-row",
        custom_attrs={"data-version": "draft"},
    )


def _compare(address, what) -> rx.Component:
    return page_link(
        "What changed",
        rx.el.span(" in ", what, class_name="sr-only"),
        to=address,
        class_name="btn",
    )


def _row(row: rx.Var[VersionView]) -> rx.Component:
    name = rx.fragment("version ", row.number)
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.span("Version ", row.number, class_name="row-title"),
                rx.cond(row.number == VersionsState.newest, badge("Published", "ok")),
                class_name="row",
            ),
            rx.el.div(
                rx.cond(row.published_by != "", row.published_by, "ResolutionFlow"),
                ", ",
                Ticker.create(at=row.published_at, mode="time"),
                ", ",
                row.steps,
                rx.cond(row.steps == 1, " step", " steps"),
                class_name="muted small wrap-any",
            ),
            rx.cond(
                row.title != VersionsState.title,
                rx.el.div("As “", row.title, "”", class_name="small wrap-any"),
            ),
            rx.cond(row.note != "", rx.el.p(row.note, class_name="version-note small")),
        ),
        rx.el.div(
            rx.cond(
                row.number > 1,
                _compare(f"{_address('versions')}?old={row.number - 1}&new={row.number}", name),
            ),
            page_link(
                "Open",
                rx.el.span(" ", name, class_name="sr-only"),
                to=f"{_address('versions')}?version={row.number}",
                class_name="btn",
            ),
            rx.el.button(
                "Take as the draft",
                rx.el.span(": ", name, class_name="sr-only"),
                type="button",
                class_name="btn",
                custom_attrs=opens("take", version=row.number),
            ),
            class_name="row row-actions",
        ),
        class_name="list-row version-row",
        custom_attrs={"data-version": row.number},
    )


def _take_dialog() -> rx.Component:
    return Modal.create(
        dialog_form(
            rx.el.p("The draft gets the steps of version ", Given.create(name="version"), "."),
            rx.cond(
                VersionsState.is_changed,
                rx.el.p(
                    "The draft has changes that were never published. They are replaced, for"
                    " everybody who writes this tree. You can undo it.",
                    class_name="banner banner-warn",
                ),
            ),
            dialog_foot("Take it as the draft"),
            on_submit=lambda form: VersionsState.take(VersionsState.tree_id, form),
            sends=("version",),
        ),
        name="take",
        title="Take as the draft",
    )


def _discard_dialog() -> rx.Component:
    return Modal.create(
        dialog_form(
            rx.el.p(
                "The draft goes back to version ",
                VersionsState.newest,
                ", for everybody who writes this tree. You can undo it.",
            ),
            dialog_foot("Discard the draft", kind="btn-danger"),
            on_submit=lambda form: VersionsState.discard(VersionsState.tree_id, form),
        ),
        name="discard",
        title="Discard the draft",
    )


SCREENS = (
    Screen(
        "/trees/[tree_id]/versions",
        TITLE,
        versions_page,
        on_load=(VersionsState.load,),
        permission=Permission.WRITE_TREES,
        refusal=("The history of trees is for seniors", "Ask a senior of your account."),
        is_wide=True,
    ),
)
