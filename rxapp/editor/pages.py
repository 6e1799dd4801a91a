# mypy: ignore-errors
"""The page where a tree is written."""

import reflex as rx

from rxapp.access.policy import Permission
from rxapp.editor.components import TreeEditor
from rxapp.editor.state import EditorState
from rxapp.trees import document, rules
from rxapp.web.parts import empty, opening, page_link
from rxapp.web.screens import Screen
from rxapp.web.widgets import NamedPage

LIMITS = {
    "title": rules.TITLE_LIMIT,
    "body": rules.BODY_LIMIT,
    "expected": rules.EXPECTED_LIMIT,
    "command": rules.COMMAND_LIMIT,
    "label": rules.LABEL_LIMIT,
    "description": rules.DESCRIPTION_LIMIT,
    "category": rules.CATEGORY_LIMIT,
    "tag": rules.TAG_LIMIT,
    "tags": rules.TAGS_EACH,
    "options": document.MAX_OPTIONS,
    "commands": document.MAX_COMMANDS,
    "steps": document.MAX_NODES,
}
"""What the browser checks before the server does."""


def editor_page() -> rx.Component:
    """Return the editor of one tree."""
    missing = empty(
        "There is no such tree",
        "It may be deleted, or belong to another account.",
        page_link("Back to the library", to="/", class_name="btn"),
    )
    editor = TreeEditor.create(
        tree=EditorState.tree_id,
        person=EditorState.user_id,
        revision=EditorState.revision,
        authors=EditorState.authors,
        limits=LIMITS,
        on_look=EditorState.look,
    )
    return NamedPage.create(
        opening("Opening the tree…"),
        rx.cond(EditorState.missing, missing, rx.fragment(_review(), editor)),
        argument="tree_id",
        shown=[EditorState.tree_id],
    )


def _review() -> rx.Component:
    return rx.cond(
        EditorState.review_by != "",
        rx.el.div(
            rx.el.span("Waiting for a review that ", EditorState.review_by, " asked for."),
            page_link("Review and publish", to=f"/trees/{EditorState.tree_id}/publish"),
            class_name="banner banner-accent page-banner",
            role="status",
        ),
    )


SCREENS = (
    Screen(
        "/trees/[tree_id]/edit",
        "Edit tree",
        editor_page,
        on_load=(EditorState.load,),
        permission=Permission.WRITE_TREES,
        refusal=("Editing trees is for seniors", "Ask an admin of your account for the role."),
        is_wide=True,
    ),
)
