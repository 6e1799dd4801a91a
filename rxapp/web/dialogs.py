"""Dialogs: how they open and close in the browser, and the forms in them."""

from typing import Any

import reflex as rx

from rxapp.web.fields import submit
from rxapp.web.widgets import DialogFields

CLOSES = {"data-closes": ""}
"""Attributes of an element that closes the dialog that it is in."""

PUTS_AWAY = {"data-puts-away": ""}
"""Attributes of an element that hides a secret that is shown once."""


def opens(dialog: str, **given: Any) -> dict[str, Any]:
    """Return the attributes of an element that opens the dialog of that name, without the server.

    ``given`` are values that the dialog shows and sends; their names are lower-case words.
    """
    values = {f"data-given-{name}": value for name, value in given.items()}
    return {"data-opens": dialog, "aria-haspopup": "dialog", **values}


def dialog_form(
    *parts: rx.Component,
    on_submit: Any,
    keep: Any = "",
    keep_for: str = "",
    sends: tuple[str, ...] = (),
    **props: Any,
) -> rx.Component:
    """Return the form of a dialog, which closes once the handler has called ``took``.

    With ``keep``, the browser keeps the typed text under that name until then, separately for each
    value given as ``keep_for``. The given values whose names are in ``sends`` are sent like fields.
    """
    fields = DialogFields.create(keep=keep, keep_for=keep_for, sends=list(sends))
    return rx.el.form(fields, *parts, on_submit=on_submit, class_name="stack", **props)


def dialog_foot(
    label: str, *, kind: str = "btn-primary", cancel: str = "Cancel", **props: Any
) -> rx.Component:
    """Return the two buttons below a dialog's form."""
    return rx.el.div(
        rx.el.button(cancel, type="button", class_name="btn", custom_attrs=CLOSES),
        submit(label, class_name=f"btn {kind}", **props),
        class_name="modal-foot",
    )
