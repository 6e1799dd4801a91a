"""Checks titles, categories and tags from forms, with the rules for documents."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from rxapp.core.errors import Invalid
from rxapp.core.faults import sentence
from rxapp.trees.document import Category, Tag, Title
from rxapp.trees.rules import FEWEST_SYNONYMS, SYNONYMS_EACH
from rxapp.trees.synonyms import PHRASE_LIMIT, phrase_of

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


def clean_synonyms(words: list[str], *, field: str = "words") -> list[str]:
    """Return the expressions of a group, each once, without the spaces around them.

    Raises:
        Invalid: if there are fewer than two or too many, if one has no word or too many words, or
            as for a title.
    """
    cleaned = [_clean(_TAG, each, field) for each in words]
    found = {phrase_of(each): each for each in reversed(cleaned)}
    if () in found:
        raise Invalid(f"'{found[()]}' has no word.", field=field)
    for phrase, each in found.items():
        if len(phrase) > PHRASE_LIMIT:
            message = f"'{each}' is too long: an expression has at most {PHRASE_LIMIT} words."
            raise Invalid(message, field=field)
    if not FEWEST_SYNONYMS <= len(found) <= SYNONYMS_EACH:
        message = f"Write {FEWEST_SYNONYMS} to {SYNONYMS_EACH} expressions that mean the same."
        raise Invalid(message, field=field)
    return [found.pop(phrase) for each in cleaned if (phrase := phrase_of(each)) in found]


def _clean(adapter: TypeAdapter[Any], value: str, field: str) -> str:
    try:
        return str(adapter.validate_python(value))
    except ValidationError as error:
        words = sentence(error.errors()[0], field)
        raise Invalid(words[0].upper() + words[1:], field=field) from None
