# mypy: ignore-errors
"""What the library has for authors: new trees, and what can be done with each."""

import reflex as rx

from rxapp.authoring.library_state import NewTreeState
from rxapp.trees.rules import CATEGORY_LIMIT, TITLE_LIMIT, TreeStatus
from rxapp.trees.views import TreeCard
from rxapp.web.dialogs import dialog_foot, dialog_form, opens
from rxapp.web.fields import text_field
from rxapp.web.parts import icon, menu_item
from rxapp.web.widgets import Menu, Modal


def actions() -> rx.Component:
    """Return the buttons beside the heading of the library."""
    return rx.el.button(
        icon("plus"),
        "New tree",
        type="button",
        custom_attrs=opens("new-tree"),
        class_name="btn btn-primary",
    )


def tree_menu(tree: rx.Var[TreeCard]) -> rx.Component:
    """Return the menu of a tree."""
    in_use = (tree.status == TreeStatus.DRAFT.value) | (tree.status == TreeStatus.PUBLISHED.value)
    return Menu.create(
        rx.cond(in_use, menu_item("Edit", to=f"/trees/{tree.id}/edit")),
        menu_item("Versions", to=f"/trees/{tree.id}/versions"),
        label=f"Actions for {tree.title}",
    )


def dialogs() -> rx.Component:
    """Return every dialog that the buttons and menus open."""
    return rx.fragment(_new_dialog())


def _new_dialog() -> rx.Component:
    return Modal.create(
        dialog_form(
            text_field("Title", "title", required=True, limit=TITLE_LIMIT, auto_complete="off"),
            text_field(
                "Category", "category", optional=True, limit=CATEGORY_LIMIT, auto_complete="off"
            ),
            dialog_foot("Create"),
            on_submit=NewTreeState.create,
            keep="new-tree",
        ),
        name="new-tree",
        title="New tree",
    )
