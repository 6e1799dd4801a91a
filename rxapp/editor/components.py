# mypy: ignore-errors
"""The editor in the browser, as a Reflex component."""

from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.editor.browser import KEPT_DRAFTS, TREE_EDITOR
from rxapp.trees.browser import PACKAGES


class TreeEditor(rx.NoSSRComponent):
    """The editor of one draft.

    It reads and saves the draft itself; ``revision`` says how far the draft is by now, ``authors``
    who has it open.
    ``on_look(page, client, step)`` says that this tab has.
    """

    library = TREE_EDITOR
    tag = "TreeEditor"
    is_default = False
    lib_dependencies: list[str] = PACKAGES

    tree: rx.Var[str]
    person: rx.Var[UUID | None]
    revision: rx.Var[int]
    authors: rx.Var[list[Any]]
    limits: rx.Var[dict[str, int]]
    on_look: rx.EventHandler[lambda page, client, step: [page, client, step]]


class KeptDrafts(rx.Component):
    """Names the drafts with changes that are not saved yet, on every page but their editor.

    It also sends what the person's closed tabs have left in the browser.
    """

    library = KEPT_DRAFTS
    tag = "KeptDrafts"
    is_default = False

    person: rx.Var[UUID | None]
