# mypy: ignore-errors
"""The library: find a tree by the words of the complaint, and start it."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from rxapp.trees.state import LibraryState
from rxapp.trees.views import CategoryCount, TreeCard
from rxapp.web.parts import ago, badge, empty, icon, key_hint, loading, page_header


def library_page(
    *, resume: rx.Component, start: Callable[..., dict[str, Any]], start_dialog: rx.Component
) -> rx.Component:
    """Return the library; with the attributes ``start(tree_id, title)`` a tree begins a session."""
    return rx.el.div(
        page_header("Library", subtitle="Type two words of the complaint."),
        rx.el.div(_search_box(), _categories(), class_name="search-row"),
        rx.cond(
            LibraryState.loaded,
            rx.fragment(
                rx.cond(LibraryState.query == "", resume),
                rx.cond(
                    LibraryState.trees.length() > 0,
                    _results(start),
                    empty("No tree matches", "Try fewer or shorter words, or another category."),
                ),
            ),
            loading(4),
        ),
        start_dialog,
    )


def _search_box() -> rx.Component:
    return rx.el.label(
        rx.el.span("Search trees", class_name="sr-only"),
        icon("search"),
        rx.el.input(
            type="search",
            placeholder="outlook password, printer offline, no internet…",
            default_value=LibraryState.query,
            on_change=LibraryState.search.debounce(150),
            class_name="input",
            auto_focus=True,
            auto_complete="off",
            custom_attrs={"data-hotkey": "/"},
        ),
        key_hint("/"),
        class_name="search-box",
    )


def _categories() -> rx.Component:
    return rx.el.div(
        rx.foreach(LibraryState.categories, _category),
        class_name="chips",
        role="group",
        aria_label="Category",
    )


def _category(item: rx.Var[CategoryCount]) -> rx.Component:
    return rx.el.button(
        item.name,
        rx.el.span(item.count, class_name="num"),
        type="button",
        on_click=LibraryState.pick(item.name),
        aria_pressed=rx.cond(LibraryState.category == item.name, "true", "false"),
        class_name="chip",
    )


def _results(start: Callable[..., dict[str, Any]]) -> rx.Component:
    more = rx.el.button(
        "Show more", type="button", on_click=LibraryState.more, class_name="btn btn-wide"
    )
    return rx.el.div(
        rx.el.div(
            rx.foreach(LibraryState.trees, lambda tree: _tree_card(tree, start)),
            class_name="cards",
        ),
        rx.cond(LibraryState.next_cursor != "", more),
        class_name="stack",
    )


def _tree_card(tree: rx.Var[TreeCard], start: Callable[..., dict[str, Any]]) -> rx.Component:
    return rx.el.button(
        rx.el.div(rx.cond(tree.category != "", badge(tree.category, "accent")), class_name="row"),
        rx.el.h2(tree.title),
        rx.el.p(tree.description),
        rx.el.div(
            rx.foreach(tree.tags, lambda tag: rx.el.span(tag, class_name="tag")),
            class_name="tags",
        ),
        rx.el.div(
            rx.el.span(tree.steps, " steps", class_name="num"),
            rx.el.span("Version ", tree.version, class_name="num"),
            rx.el.span("Updated ", ago(tree.updated_at)),
            class_name="tree-card-foot",
        ),
        type="button",
        custom_attrs=start(tree.id, tree.title),
        class_name="tree-card",
    )
