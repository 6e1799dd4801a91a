# mypy: ignore-errors
"""The library, with everything that authors can do there."""

import reflex as rx

from rxapp.library.components import dialogs, tree_menu
from rxapp.library.new_tree_components import new_tree_button
from rxapp.sessions.components import resume_strip
from rxapp.sessions.dialog_components import start_dialog, starts
from rxapp.sessions.state import SessionsState
from rxapp.trees.pages import library_page
from rxapp.trees.state import LibraryState
from rxapp.web.parts import page_link
from rxapp.web.screens import Place, Screen


def _catalog_link() -> rx.Component:
    return page_link("Categories and tags", to="/categories", class_name="btn btn-quiet")


def _synonyms_link() -> rx.Component:
    return page_link("Synonyms", to="/synonyms", class_name="btn btn-quiet")


def _library() -> rx.Component:
    return library_page(
        resume=resume_strip(),
        start=starts,
        actions=rx.fragment(_catalog_link(), _synonyms_link(), new_tree_button()),
        menu=tree_menu,
        dialogs=rx.fragment(start_dialog(), rx.cond(LibraryState.may_write, dialogs())),
    )


SCREENS = (
    Screen(
        "/",
        "Library",
        _library,
        on_load=(SessionsState.load_open, LibraryState.load),
        place=Place("Library", "library"),
    ),
)
