# mypy: ignore-errors
"""Synonyms: what searches take for the same, written by authors and as shipped."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.library.synonyms_state import SynonymsState
from rxapp.library.views import SynonymGroup
from rxapp.trees.rules import SYNONYMS_EACH, TAG_LIMIT
from rxapp.trees.synonyms import shipped_groups
from rxapp.web.dialogs import dialog_foot, dialog_form, opens
from rxapp.web.fields import text_field
from rxapp.web.parts import empty, loading, page_header, page_link
from rxapp.web.screens import Screen
from rxapp.web.widgets import Given, Modal

_LIMIT = SYNONYMS_EACH * (TAG_LIMIT + 2)


def synonyms_page() -> rx.Component:
    """Return the page of all groups of synonyms."""
    add = rx.el.button(
        "Add synonyms",
        type="button",
        custom_attrs=opens("add-synonyms"),
        class_name="btn btn-primary",
    )
    back = page_link("Back to the library", to="/", class_name="btn")
    return rx.el.div(
        page_header(
            "Synonyms",
            rx.fragment(back, add),
            subtitle="A search for one of these words also finds trees that use the others.",
        ),
        rx.cond(SynonymsState.loaded, _own(), loading(3)),
        _shipped(),
        _words_dialog("add-synonyms", "Add synonyms", SynonymsState.add, ()),
        _words_dialog("change-synonyms", "Change synonyms", SynonymsState.change, ("group",)),
        _remove_dialog(),
    )


def _own() -> rx.Component:
    return rx.el.section(
        rx.el.div(rx.el.h2("Your own"), class_name="section-head"),
        rx.cond(
            SynonymsState.groups.length() > 0,
            rx.el.ul(rx.foreach(SynonymsState.groups, _row), class_name="rows"),
            empty("No synonyms of your own yet", "Add the names that your clients use for things."),
        ),
        aria_label="Your own",
    )


def _row(group: rx.Var[SynonymGroup]) -> rx.Component:
    words = group.expressions.join(", ")

    def button(label: str, act: str) -> rx.Component:
        return rx.el.button(
            label,
            type="button",
            aria_label=f"{label} {words}",
            custom_attrs=opens(f"{act}-synonyms", group=group.id, words=words),
            class_name="btn",
        )

    return rx.el.li(
        rx.el.div(words, class_name="row-title wrap-any"),
        rx.el.div(button("Change", "change"), button("Remove", "remove"), class_name="row"),
        class_name="list-row synonyms-row",
    )


def _shipped() -> rx.Component:
    groups = shipped_groups()
    return rx.el.details(
        rx.el.summary(f"{len(groups)} groups that every account has"),
        rx.el.ul(
            *(rx.el.li(", ".join(group), class_name="wrap-any") for group in groups),
            class_name="synonyms-shipped",
        ),
        class_name="synonyms-more",
    )


def _words_dialog(name: str, title: str, on_submit, sends: tuple[str, ...]) -> rx.Component:
    return Modal.create(
        dialog_form(
            text_field(
                "Words that mean the same, separated by commas",
                "words",
                required=True,
                limit=_LIMIT,
                auto_complete="off",
                hint="For example: till, cash register, point of sale",
            ),
            dialog_foot("Save"),
            on_submit=on_submit,
            sends=sends,
        ),
        name=name,
        title=title,
    )


def _remove_dialog() -> rx.Component:
    return Modal.create(
        dialog_form(
            rx.el.p(
                "Searches will no longer take these for the same: ",
                rx.el.strong(Given.create(name="words")),
            ),
            dialog_foot("Remove"),
            on_submit=SynonymsState.remove,
            sends=("group",),
        ),
        name="remove-synonyms",
        title="Remove synonyms",
    )


SCREENS = (
    Screen(
        "/synonyms",
        "Synonyms",
        synonyms_page,
        on_load=(SynonymsState.load,),
        permission=Permission.WRITE_TREES,
        refusal=("Synonyms are for seniors", "Ask one, or go back to the library."),
    ),
)
