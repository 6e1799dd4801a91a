# mypy: ignore-errors
"""What the trial of a draft does in the browser, as a Reflex component."""

from uuid import UUID

import reflex as rx

from rxapp.editor.browser import TRIAL


class EditorLink(rx.Component):
    """A link to a step in the editor; shows it in the tab that the trial was opened from."""

    library = TRIAL
    tag = "EditorLink"

    to: rx.Var[str]


class Trial(rx.Component):
    """Remembers which steps and answers a person has seen, and says what is not saved yet.

    ``step`` and ``answer`` are those on screen. When ``newest`` is above the ``revision`` that is
    shown, ``on_old(page)`` asks for it again.
    """

    library = TRIAL
    tag = "Trial"

    tree: rx.Var[str]
    person: rx.Var[UUID | None]
    step: rx.Var[str]
    answer: rx.Var[str]
    revision: rx.Var[int]
    newest: rx.Var[int]
    on_old: rx.EventHandler[lambda page: [page]]
