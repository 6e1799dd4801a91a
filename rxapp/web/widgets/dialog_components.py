# mypy: ignore-errors
"""Widgets for dialogs and for secrets shown once; to be used through ``rxapp/web/dialogs.py``."""

import reflex as rx

from rxapp.web.widgets import library


def _opening(
    opening: rx.Var[str], given: rx.Var[dict[str, str]]
) -> tuple[rx.Var[str], rx.Var[dict[str, str]]]:
    return opening, given


class Modal(rx.Component):
    """A native modal dialog, which opens and closes in the browser, by its ``name``.

    ``on_open(opening, given)`` asks the server for what the dialog shows; the handler sets the
    ``opening`` together with the data, and ``answered`` is the opening that it was for. When the
    dialog closes, ``on_forget`` tells the server to forget its answer. Once the server has accepted
    the form of this dialog, the dialog that it ``leads_to`` opens.
    """

    library = library("modal")
    tag = "Modal"

    name: rx.Var[str]
    title: rx.Var[str]
    wide: rx.Var[bool]
    leads_to: rx.Var[str]
    answered: rx.Var[str]
    on_open: rx.EventHandler[_opening]
    on_forget: rx.EventHandler[rx.event.no_args_event_spec]


class Answered(rx.Component):
    """In a dialog, ``create(before, after)``: shows ``after`` once this opening is answered."""

    library = library("modal")
    tag = "Answered"


class Given(rx.Component):
    """In a dialog: the value that its opener gave under this ``name``."""

    library = library("modal")
    tag = "Given"

    name: rx.Var[str]


class DialogFields(rx.Component):
    """In a dialog's form: sends the opening's id and the given values, and keeps the typed text."""

    library = library("modal")
    tag = "DialogFields"

    keep: rx.Var[str]
    keep_for: rx.Var[str]
    sends: rx.Var[list[str]]


class Dialogs(rx.Component):
    """In the shell: opens and closes dialogs; ``taken`` is the opening last accepted."""

    library = library("modal")
    tag = "Dialogs"

    taken: rx.Var[str]


class Once(rx.Component):
    """``create(shown, after)``: shows a ``secret`` until it is hidden; ``on_done`` forgets it."""

    library = library("once")
    tag = "Once"

    secret: rx.Var[str]
    on_done: rx.EventHandler[rx.event.no_args_event_spec]
