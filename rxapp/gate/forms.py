"""Reading what a form sent: the type of each value is checked before anything uses it."""

from datetime import date
from typing import Any
from uuid import UUID

from rxapp.core.errors import Invalid
from rxapp.core.ids import parse_id


def form_text(form: dict[str, Any], name: str) -> str:
    """Return the text of a form's field, or an empty string if the field is missing.

    Raises:
        Invalid: if the form holds something else under the name.
    """
    value = form.get(name) or ""
    if not isinstance(value, str):
        raise Invalid("That could not be understood.", field=name)
    return value


def form_number(form: dict[str, Any], name: str) -> int | None:
    """Return the whole number in a form's field, or None for an empty field.

    Raises:
        Invalid: if the form holds something else under the name.
    """
    text = form_text(form, name).strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise Invalid("Give a whole number.", field=name)
    return int(text)


def form_date(form: dict[str, Any], name: str) -> date | None:
    """Return a form's day, or None for an empty field.

    Raises:
        Invalid: if the form holds something else under the name.
    """
    text = form_text(form, name).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("Give a date.", field=name) from None


def form_id(form: dict[str, Any], name: str, thing: str) -> UUID | None:
    """Return the id of a ``thing`` in a form's field, or None for an empty field.

    Raises:
        Invalid: if the form holds something else under the name.
        NotFound: if the text is not an id.
    """
    text = form_text(form, name)
    return parse_id(text, thing) if text else None
