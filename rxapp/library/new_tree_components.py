# mypy: ignore-errors
"""How a tree begins: empty, from a starter, or as a copy."""

from typing import Any

import reflex as rx

from rxapp.library.state import NewTreeState
from rxapp.trees.rules import CATEGORY_LIMIT, TITLE_LIMIT
from rxapp.trees.state import LibraryState
from rxapp.trees.views import StarterView
from rxapp.web.dialogs import dialog_foot, dialog_form, opens
from rxapp.web.fields import select_field, text_field
from rxapp.web.parts import icon, loading
from rxapp.web.widgets import Answered, Modal

_WAYS = {
    "new-tree": "Nothing",
    "new-from-starter": "A starter",
    "new-from-copy": "A copy of a tree",
}
"""The dialogs by name, each with what the tree begins with. Each links to the others."""


def new_tree_button() -> rx.Component:
    """Return the button that opens the first of the dialogs."""
    return rx.el.button(
        icon("plus"),
        "New tree",
        type="button",
        custom_attrs=opens("new-tree"),
        class_name="btn btn-primary",
    )


def new_tree_dialogs() -> tuple[rx.Component, ...]:
    """Return the dialogs that begin a tree."""
    return _from_nothing(), _from_starter(), _from_copy()


def _ways(here: str) -> rx.Component:
    chips = [
        rx.el.button(
            label,
            type="button",
            aria_pressed="true" if name == here else "false",
            custom_attrs={} if name == here else opens(name),
            class_name="chip",
        )
        for name, label in _WAYS.items()
    ]
    return rx.el.div(
        rx.el.span("Begin with", class_name="field-label"),
        rx.el.div(*chips, class_name="chips", role="group", aria_label="Begin with"),
        class_name="field",
    )


def _title(**props: Any) -> rx.Component:
    return text_field("Title", "title", limit=TITLE_LIMIT, auto_complete="off", **props)


def _from_nothing() -> rx.Component:
    name = "new-tree"
    known = rx.el.datalist(
        rx.foreach(LibraryState.categories, lambda each: rx.el.option(value=each.name)),
        id="known-categories",
    )
    return Modal.create(
        dialog_form(
            _ways(name),
            _title(required=True),
            text_field(
                "Category",
                "category",
                optional=True,
                limit=CATEGORY_LIMIT,
                auto_complete="off",
                list="known-categories",
            ),
            known,
            dialog_foot("Create"),
            on_submit=NewTreeState.create,
            keep=name,
        ),
        name=name,
        title="New tree",
    )


def _from_starter() -> rx.Component:
    name = "new-from-starter"

    def choice(each: rx.Var[StarterView]) -> rx.Component:
        words = rx.cond(each.is_in_library, f"{each.title} (in your library)", each.title)
        return rx.el.option(words, value=each.key)

    return Modal.create(
        dialog_form(
            _ways(name),
            Answered.create(
                loading(1),
                select_field("Starter", "starter", rx.foreach(NewTreeState.starters, choice)),
            ),
            _title(optional=True, hint="Leave it empty for the starter's own title."),
            dialog_foot("Create"),
            on_submit=NewTreeState.create_from_starter,
        ),
        name=name,
        title="New tree",
        answered=NewTreeState.starters_opening,
        on_open=lambda opening, _: NewTreeState.read_starters(opening),
    )


def _from_copy() -> rx.Component:
    name = "new-from-copy"
    known = rx.el.datalist(
        rx.foreach(NewTreeState.titles, lambda each: rx.el.option(value=each)), id="known-titles"
    )
    return Modal.create(
        dialog_form(
            _ways(name),
            text_field(
                "Tree",
                "source",
                required=True,
                limit=TITLE_LIMIT,
                auto_complete="off",
                list="known-titles",
                hint="The copy has what its draft says.",
            ),
            known,
            _title(optional=True, hint="Leave it empty to call it “Copy of …”."),
            dialog_foot("Create"),
            on_submit=NewTreeState.create_copy,
        ),
        name=name,
        title="New tree",
        answered=NewTreeState.titles_opening,
        on_open=lambda opening, _: NewTreeState.read_titles(opening),
    )
