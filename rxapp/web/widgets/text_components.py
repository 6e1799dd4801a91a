# mypy: ignore-errors
"""Widgets for text that is typed, kept and saved."""

from typing import Any
from uuid import UUID

import reflex as rx

from rxapp.web.widgets import library


class AutosaveText(rx.Component):
    """A text of a session, saved while it is typed.

    ``doc_key`` names it, such as ``note:session:step`` or ``scratchpad:session``; ``value`` and
    ``revision`` are the ones that the page has.
    """

    library = library("typed_text")
    tag = "AutosaveText"

    doc_key: rx.Var[str]
    value: rx.Var[str]
    revision: rx.Var[int]
    label: rx.Var[str]
    hide_label: rx.Var[bool]
    placeholder: rx.Var[str]
    hotkey: rx.Var[str]
    rows: rx.Var[int]
    single_line: rx.Var[bool]
    limit: rx.Var[int]
    disabled: rx.Var[bool]


class FieldLimit(rx.Component):
    """In a field's label: says by how much a text is too long; the form cannot be sent with it."""

    library = library("field_limit")
    tag = "FieldLimit"

    limit: rx.Var[int]


class TextDesk(rx.Component):
    """In the shell: knows whose texts are typed here, and saves what closed tabs left behind."""

    library = library("typed_text")
    tag = "TextDesk"

    owner: rx.Var[UUID | None]
    taken: rx.Var[str]


class AuthForm(rx.Component):
    """A form that posts JSON to ``action`` and then leaves for ``next``, or says ``done``.

    With ``token_field`` it sends the token of an emailed link under that name; ``preview`` is the
    address that says which account an invitation is for.
    """

    library = library("auth_form")
    tag = "AuthForm"

    action: rx.Var[str]
    fields: rx.Var[list[dict[str, Any]]]
    submit: rx.Var[str]
    demo: rx.Var[list[dict[str, str]]]
    password: rx.Var[str]
    token_field: rx.Var[str]
    preview: rx.Var[str]
    done: rx.Var[str]
    next: rx.Var[str]
