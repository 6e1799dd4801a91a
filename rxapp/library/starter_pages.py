# mypy: ignore-errors
"""A starter that this release improved: what differs, and whether to take it over."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.library.starter_state import StarterState
from rxapp.versions.reading_components import TreeDiff
from rxapp.web.parts import empty, icon, opening, page_header, page_link
from rxapp.web.screens import Screen
from rxapp.web.widgets import NamedPage

TITLE = "Starter update"


def _address(what: str) -> rx.Var[str]:
    return f"/trees/{StarterState.tree_id}/{what}"


def starter_page() -> rx.Component:
    """Return the page of the update that is offered to a tree."""
    missing = empty(
        "There is no update for this tree",
        "It was taken over or skipped already, or the tree is gone.",
        page_link("Back to the library", to="/", class_name="btn"),
    )
    return NamedPage.create(
        opening(TITLE),
        rx.cond(
            StarterState.missing, missing, rx.cond(StarterState.taken != "", _taken(), _offer())
        ),
        argument="tree_id",
        shown=[StarterState.tree_id],
    )


def _offer() -> rx.Component:
    skip = rx.el.button(
        "Skip this update",
        type="button",
        on_click=StarterState.skip(StarterState.tree_id),
        class_name="btn",
    )
    take = rx.el.button(
        "Take as the draft",
        type="button",
        on_click=StarterState.take(StarterState.tree_id),
        class_name="btn btn-primary",
    )
    return rx.el.div(
        page_header(TITLE, skip, take, subtitle=StarterState.title),
        rx.el.div(
            rx.el.p(
                "ResolutionFlow has improved the starter “",
                StarterState.starter_title,
                "” that this tree came from. Nothing changes for technicians until you publish."
                " The title, category and tags stay as they are.",
                class_name="muted",
            ),
            rx.cond(StarterState.is_own, _warning()),
            rx.el.section(
                rx.el.h2("From your tree to the update"),
                TreeDiff.create(
                    tree=StarterState.tree_id,
                    path="starter/diff",
                    revision=StarterState.revision,
                ),
                class_name="stack",
            ),
            class_name="stack",
        ),
    )


def _warning() -> rx.Component:
    return rx.el.div(
        rx.el.span(
            rx.cond(
                StarterState.has_changes,
                "Your account has changed this tree, and the draft has unpublished changes. Taking"
                " the update replaces all of it in the draft; you can undo that.",
                "Your account has changed this tree. Taking the update replaces these changes in"
                " the draft; you can undo that.",
            )
        ),
        class_name="banner banner-warn",
        role="status",
    )


def _taken() -> rx.Component:
    undo = rx.el.button(
        "Undo",
        type="button",
        on_click=StarterState.undo(StarterState.tree_id),
        class_name="btn",
    )
    return rx.el.div(
        page_header(
            TITLE,
            page_link(icon("pencil"), "Edit", to=_address("edit"), class_name="btn"),
            page_link("Review and publish", to=_address("publish"), class_name="btn btn-primary"),
            subtitle=StarterState.title,
        ),
        rx.el.div(
            rx.el.span("The update is the draft now."),
            undo,
            class_name="banner banner-ok",
            role="status",
        ),
    )


SCREENS = (
    Screen(
        "/trees/[tree_id]/starter",
        TITLE,
        starter_page,
        on_load=(StarterState.load,),
        permission=Permission.WRITE_TREES,
        refusal=("Trees are written by seniors", "Ask one, or go back to the library."),
    ),
)
