# mypy: ignore-errors
"""Categories and tags, to rename and to merge."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.library.catalog_state import CatalogState
from rxapp.library.rules import Name
from rxapp.library.views import NameCount
from rxapp.trees.rules import CATEGORY_LIMIT, TAG_LIMIT
from rxapp.web.dialogs import dialog_foot, dialog_form, opens
from rxapp.web.fields import select_field, text_field
from rxapp.web.parts import empty, loading, page_header, page_link
from rxapp.web.screens import Screen
from rxapp.web.widgets import Given, Modal


def catalog_page() -> rx.Component:
    """Return the page of all categories and tags."""
    back = page_link("Back to the library", to="/", class_name="btn")
    return rx.el.div(
        page_header(
            "Categories and tags",
            back,
            subtitle="A new name applies at once to all trees, including drafts.",
        ),
        rx.cond(
            CatalogState.loaded,
            rx.el.div(
                _section("Categories", Name.CATEGORY, CatalogState.categories),
                _section("Tags", Name.TAG, CatalogState.tags),
                class_name="stack",
            ),
            loading(5),
        ),
        _rename_dialog(Name.CATEGORY, CATEGORY_LIMIT),
        _rename_dialog(Name.TAG, TAG_LIMIT),
        _merge_dialog(Name.CATEGORY, CatalogState.categories),
        _merge_dialog(Name.TAG, CatalogState.tags),
    )


def _section(title: str, kind: Name, items: rx.Var[list[NameCount]]) -> rx.Component:
    return rx.el.section(
        rx.el.div(rx.el.h2(title), class_name="section-head"),
        rx.cond(
            items.length() > 0,
            rx.el.ul(rx.foreach(items, lambda item: _row(kind, item)), class_name="rows"),
            empty(f"No {title.lower()} yet", "Trees get them in the editor."),
        ),
        aria_label=title,
    )


def _row(kind: Name, item: rx.Var[NameCount]) -> rx.Component:
    def button(label: str, act: str) -> rx.Component:
        return rx.el.button(
            label,
            type="button",
            aria_label=f"{label} {item.name}",
            custom_attrs=opens(f"{act}-{kind}", name=item.name, to=item.name, kind=kind.value),
            class_name="btn",
        )

    return rx.el.li(
        rx.el.div(item.name, class_name="row-title wrap-any"),
        rx.el.div(
            item.trees, rx.cond(item.trees == 1, " tree", " trees"), class_name="muted small num"
        ),
        rx.el.div(
            button("Rename", "rename"), button("Merge", "merge"), class_name="row row-actions"
        ),
        class_name="list-row name-row",
        custom_attrs={"data-name": item.name},
    )


def _rename_dialog(kind: Name, limit: int) -> rx.Component:
    return Modal.create(
        dialog_form(
            text_field("New name", "to", required=True, limit=limit, auto_complete="off"),
            dialog_foot("Rename"),
            on_submit=CatalogState.rename,
            sends=("name", "kind"),
        ),
        name=f"rename-{kind}",
        title=f"Rename a {kind}",
    )


def _merge_dialog(kind: Name, items: rx.Var[list[NameCount]]) -> rx.Component:
    return Modal.create(
        dialog_form(
            rx.el.p(
                "Every tree with ", rx.el.strong(Given.create(name="name")), " gets this instead:"
            ),
            select_field(
                "Merge into",
                "into",
                rx.foreach(items, lambda each: rx.el.option(each.name, value=each.name)),
                hint="This cannot be undone: it is not recorded which tree had which.",
            ),
            dialog_foot("Merge"),
            on_submit=CatalogState.merge,
            sends=("name", "kind"),
        ),
        name=f"merge-{kind}",
        title=f"Merge a {kind}",
    )


SCREENS = (
    Screen(
        "/categories",
        "Categories and tags",
        catalog_page,
        on_load=(CatalogState.load,),
        permission=Permission.WRITE_TREES,
        refusal=("Categories and tags are for seniors", "Ask one, or go back to the library."),
    ),
)
