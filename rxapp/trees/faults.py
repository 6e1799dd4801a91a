"""What is wrong with the form of a document: which step, and what to change."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from rxapp.core.faults import SENTENCE, predicate

_ONE = {"nodes": "step", "options": "answer", "commands": "command"}
_SHOWN_BY = {"nodes": "key", "options": "label", "commands": "label"}
_SUBJECTS = {
    "key": "the key",
    "kind": "the kind",
    "title": "the title",
    "body": "the text (body)",
    "label": "the label",
    "text": "the text",
    "to": "the target (to)",
    "start": "the start",
    "nodes": "the list of steps (nodes)",
    "options": "the list of answers (options)",
    "commands": "the list of commands",
    "expected": "the expected result (expected)",
    "ending": "the ending",
}
_NAME_LENGTH = 64


def in_words(error: ValidationError, document: Any) -> ValidationError:
    """Return the same faults, in the same places, as sentences for people."""
    found = [_reworded(each, document) for each in error.errors(include_url=False)]
    return ValidationError.from_exception_data(error.title, found)


def _reworded(error: Mapping[str, Any], document: Any) -> InitErrorDetails:
    # As a value, so that braces in somebody's text are not taken for placeholders.
    words = PydanticCustomError(SENTENCE, "{words}", {"words": _sentence(error, document)})
    return InitErrorDetails(type=words, loc=error["loc"], input=error["input"])


def _sentence(error: Mapping[str, Any], document: Any) -> str:
    names, field = _place(error["loc"], document)
    place = ", ".join(names).replace("step", "Step", 1) or "This tree"
    kind = error["type"]
    if field is None:
        return f"{place}{':' if kind == 'value_error' else ''} {predicate(error)}."
    if kind in ("too_long", "too_short"):
        return f"{place}: {_number(error, field)}."
    if kind == "extra_forbidden":
        return f"{place}: there is no field {quoted(field)} here."
    if kind == "string_pattern_mismatch":
        return f"{place}: {_SUBJECTS[field]} may only have letters, digits, '.', '-' and '_'."
    return f"{place}: {_SUBJECTS.get(field, field)} {predicate(error)}."


def _number(error: Mapping[str, Any], field: str) -> str:
    """Return a sentence about too many or too few entries."""
    values, thing = error["ctx"], _ONE[field]
    if error["type"] == "too_short":
        return f"it needs at least {values['min_length']} {thing}"
    return f"at most {values['max_length']:,} {thing}s, this one has {values['actual_length']:,}"


def _place(location: tuple[Any, ...], document: Any) -> tuple[list[str], str | None]:
    """Return the names of the step and its part, and the field at fault."""
    names: list[str] = []
    inside, field = document, None
    for part in location:
        if isinstance(part, int):
            inside = inside[part] if isinstance(inside, list | tuple) else None
            names.append(_name(field, part, inside))
            field = None
        else:
            field = part
            inside = inside.get(part) if isinstance(inside, dict) else None
    return names, field


def _name(field: str | None, position: int, inside: Any) -> str:
    thing, shown_by = _ONE.get(field or "", "part"), _SHOWN_BY.get(field or "", "")
    name = inside.get(shown_by) if isinstance(inside, dict) else None
    if isinstance(name, str) and name.strip():
        return f"{thing} {quoted(name)}"
    return f"{thing} {position + 1}"


def quoted(text: str) -> str:
    """Return a name in quotes, shortened if it is long."""
    shown = text.strip()
    return f"'{shown if len(shown) <= _NAME_LENGTH else shown[:_NAME_LENGTH] + '…'}'"
