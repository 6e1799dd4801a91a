"""Checks titles, categories and tags from forms, with the rules for documents."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from rxapp.core.errors import Invalid
from rxapp.core.faults import sentence
from rxapp.trees.document import Category, Tag, Title

_TITLE, _CATEGORY, _TAG = TypeAdapter(Title), TypeAdapter(Category), TypeAdapter(Tag)


def clean_title(value: str) -> str:
    """Return a title without the spaces around it.

    Raises:
        Invalid: if it is empty, too long, or has a character that cannot be stored.
    """
    return _clean(_TITLE, value, "title")


def clean_category(value: str, *, field: str = "category") -> str:
    """Return a category without the spaces around it; it may be empty. Raises like a title."""
    return _clean(_CATEGORY, value, field)


def clean_tag(value: str, *, field: str = "tag") -> str:
    """Return a tag without the spaces around it. Raises as for a title."""
    return _clean(_TAG, value, field)


def _clean(adapter: TypeAdapter[Any], value: str, field: str) -> str:
    try:
        return str(adapter.validate_python(value))
    except ValidationError as error:
        words = sentence(error.errors()[0], field)
        raise Invalid(words[0].upper() + words[1:], field=field) from None
