# mypy: ignore-errors
"""The library: find a tree by the words of the complaint, and start a session."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from rxapp.trees.components import tree_card
from rxapp.trees.rules import Show
from rxapp.trees.state import LibraryState
from rxapp.trees.views import CategoryCount, TreeCard
from rxapp.web.parts import empty, icon, key_hint, loading, page_header, page_link
from rxapp.web.widgets import MarkedWords, SearchBox

Menu = Callable[[rx.Var[TreeCard]], rx.Component]


def library_page(
    *,
    resume: rx.Component,
    start: Callable[..., dict[str, Any]],
    actions: rx.Component,
    menu: Menu,
    dialogs: rx.Component,
) -> rx.Component:
    """Return the library; with the attributes ``start(tree_id, title)`` a tree begins a session.

    ``actions`` and the ``menu`` of each tree are for those who write trees.
    """
    is_plain = (LibraryState.query == "") & (LibraryState.show == Show.PUBLISHED.value)
    return rx.el.div(
        page_header(
            "Library",
            rx.cond(LibraryState.may_write, actions),
            subtitle="Describe the problem.",
        ),
        rx.el.div(
            _search_box(),
            rx.cond(LibraryState.may_write, _shows()),
            _categories(),
            class_name="search-row",
        ),
        rx.el.p(LibraryState.said, role="status", class_name="search-said muted small num"),
        rx.cond(
            LibraryState.loaded,
            rx.fragment(
                rx.cond(is_plain, resume),
                rx.cond(LibraryState.trees.length() > 0, _results(start, menu), _nothing()),
            ),
            loading(4),
        ),
        dialogs,
    )


def _search_box() -> rx.Component:
    return rx.el.label(
        rx.el.span("Search trees", class_name="sr-only"),
        icon("search"),
        SearchBox.create(
            query=LibraryState.query,
            reads=LibraryState.reads,
            placeholder="outlook password, printer offline, no internet…",
            on_search=LibraryState.search,
        ),
        key_hint("/"),
        class_name="search-box",
    )


_SHOWS = {
    Show.PUBLISHED: "Published",
    Show.DRAFTS: "Drafts",
    Show.ARCHIVED: "Archived",
    Show.DUE: "Due for review",
    Show.MINE: "Mine",
    Show.DELETED: "Deleted",
}


def _shows() -> rx.Component:
    *for_authors, deleted = [_show(show, label) for show, label in _SHOWS.items()]
    return rx.el.nav(
        *for_authors,
        rx.cond(LibraryState.may_delete, deleted),
        class_name="chips",
        aria_label="Which trees",
    )


def _show(show: Show, label: str) -> rx.Component:
    return page_link(
        label,
        to="/" if show is Show.PUBLISHED else f"/?show={show}",
        aria_current=rx.cond(LibraryState.show == show.value, "page", "false"),
        class_name="chip",
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


def _results(start: Callable[..., dict[str, Any]], menu: Menu) -> rx.Component:
    more = rx.el.button(
        "Show more", type="button", on_click=LibraryState.more, class_name="btn btn-wide"
    )
    return rx.el.div(
        rx.el.div(
            MarkedWords.create(
                rx.foreach(LibraryState.trees, lambda tree: tree_card(tree, start, menu)),
                words=LibraryState.words,
            ),
            class_name="cards",
            custom_attrs={"data-hits": ""},
        ),
        rx.cond(LibraryState.next_cursor != "", more),
        class_name="stack",
    )


def _nothing() -> rx.Component:
    narrowed = empty(
        "No tree matches", "Describe the problem in other words, or choose another category."
    )
    return rx.cond(
        (LibraryState.query != "") | (LibraryState.category != ""),
        narrowed,
        rx.match(
            LibraryState.show,
            (Show.DRAFTS.value, empty("No drafts", "Everything that was written is published.")),
            (Show.ARCHIVED.value, empty("Nothing is archived", "Archived trees can be restored.")),
            (Show.DUE.value, empty("Nothing is due", "No review date has come.")),
            (Show.MINE.value, empty("You own no tree", "A tree belongs to whoever made it.")),
            (Show.DELETED.value, empty("Nothing was deleted", "Deleted trees can be restored.")),
            empty("No trees yet", "Seniors write and publish them."),
        ),
    )
