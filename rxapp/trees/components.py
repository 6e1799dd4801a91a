# mypy: ignore-errors
"""The card of a tree in the library."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from rxapp.trees.rules import TreeStatus
from rxapp.trees.state import LibraryState
from rxapp.trees.views import TreeCard
from rxapp.web.parts import ago, badge, page_link
from rxapp.web.widgets import Marked


def tree_card(
    tree: rx.Var[TreeCard],
    start: Callable[..., dict[str, Any]],
    menu: Callable[[rx.Var[TreeCard]], rx.Component],
) -> rx.Component:
    """Return a tree: pressing a published one starts it, pressing a draft opens it for editing."""
    return rx.el.div(
        rx.match(
            tree.status,
            (
                TreeStatus.PUBLISHED.value,
                rx.el.button(
                    *_words(tree),
                    type="button",
                    custom_attrs=start(tree.id, tree.title),
                    class_name="tree-card",
                ),
            ),
            (
                TreeStatus.DRAFT.value,
                page_link(*_words(tree), to=f"/trees/{tree.id}/edit", class_name="tree-card"),
            ),
            rx.el.div(*_words(tree), class_name="tree-card tree-card-still"),
        ),
        rx.cond(LibraryState.may_write, menu(tree)),
        class_name="tree-shell",
        custom_attrs={"data-tree": tree.title},
    )


def _words(tree: rx.Var[TreeCard]) -> tuple[rx.Component, ...]:
    return (
        rx.el.div(
            rx.cond(tree.category != "", badge(tree.category, "accent")),
            rx.cond(LibraryState.may_write, rx.fragment(*_badges(tree))),
            class_name="row tree-card-head",
        ),
        rx.el.h2(Marked.create(text=tree.title)),
        rx.el.p(Marked.create(text=tree.description)),
        _found_step(tree),
        rx.el.div(
            rx.foreach(
                tree.tags, lambda tag: rx.el.span(Marked.create(text=tag), class_name="tag")
            ),
            class_name="tags",
        ),
        rx.el.div(
            rx.el.span(tree.steps, rx.cond(tree.steps == 1, " step", " steps"), class_name="num"),
            rx.cond(tree.version > 0, rx.el.span("Version ", tree.version, class_name="num")),
            rx.el.span("Updated ", ago(tree.updated_at)),
            rx.cond(
                LibraryState.may_write & (tree.owner != ""),
                rx.el.span("Owner: ", tree.owner, class_name="clip"),
            ),
            class_name="tree-card-foot",
        ),
    )


def _found_step(tree: rx.Var[TreeCard]) -> rx.Component:
    """Return the step in which the search's words are, if the rest of the card has not all."""
    step = LibraryState.steps[tree.id.to(str)]
    return rx.cond(
        LibraryState.steps.contains(tree.id.to(str)),
        rx.el.div(
            rx.el.span("Step: ", Marked.create(text=step.title), class_name="found-step-title"),
            rx.cond(step.text != "", rx.el.span(Marked.create(text=step.text))),
            class_name="found-step wrap-any",
        ),
    )


def _badges(tree: rx.Var[TreeCard]) -> tuple[rx.Component, ...]:
    """Return what people who write trees see about one."""
    is_published = tree.status == TreeStatus.PUBLISHED.value
    is_in_use = is_published | (tree.status == TreeStatus.DRAFT.value)
    return (
        rx.match(
            tree.status,
            (TreeStatus.DRAFT.value, badge("Draft", "warn")),
            (TreeStatus.ARCHIVED.value, badge("Archived")),
            (TreeStatus.DELETED.value, badge("Deleted", "danger")),
            rx.fragment(),
        ),
        rx.cond(is_published & tree.has_changes, badge("Unpublished changes", "warn")),
        rx.cond(is_in_use & tree.has_update, badge("Update available", "accent")),
        rx.cond(is_published & tree.is_due, badge("Review due", "warn")),
    )
