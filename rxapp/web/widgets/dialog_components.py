# mypy: ignore-errors
"""Widgets of dialogs, and of what is shown once. How to use them is in ``rxapp/web/dialogs.py``."""

import reflex as rx

from rxapp.web.widgets import library


def _opening(
    opening: rx.Var[str], given: rx.Var[dict[str, str]]
) -> tuple[rx.Var[str], rx.Var[dict[str, str]]]:
    return opening, given


class Modal(rx.Component):
    """A native modal dialog, which opens and closes in the browser, by its ``name``.

    ``on_open(opening, given)`` asks the server for what the dialog shows; the handler sets the
    ``opening`` with the data, and ``answered`` says which one that was. ``on_forget`` tells the
    server, when the dialog closes, to forget what it had answered. Once the server took the form of
    this dialog, the one that it ``leads_to`` opens.
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
    """In a dialog, ``create(before, after)``: what shows once the server answered this opening."""

    library = library("modal")
    tag = "Answered"


class Given(rx.Component):
    """In a dialog: the value that its opener has given under this ``name``."""

    library = library("modal")
    tag = "Given"

    name: rx.Var[str]


class DialogFields(rx.Component):
    """In a dialog's form: names the opening, sends given values, and keeps what is typed."""

    library = library("modal")
    tag = "DialogFields"

    keep: rx.Var[str]
    keep_for: rx.Var[str]
    sends: rx.Var[list[str]]


class Dialogs(rx.Component):
    """In the shell: opens and closes dialogs; the form of the opening ``taken`` was taken last."""

    library = library("modal")
    tag = "Dialogs"

    taken: rx.Var[str]


class Once(rx.Component):
    """``create(shown, after)``: a ``secret`` until it is put away; ``on_done`` forgets it."""

    library = library("once")
    tag = "Once"

    secret: rx.Var[str]
    on_done: rx.EventHandler[rx.event.no_args_event_spec]
