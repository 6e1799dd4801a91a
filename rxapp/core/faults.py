"""What is wrong with an input, in our own words: nobody has to read a validator's phrases."""

from collections.abc import Mapping
from typing import Any

SENTENCE = "sentence"
"""The type of an error whose message is already a whole sentence."""

_MISSING = "is missing"
_UNKNOWN = "is not known here"
_TEXT = "must be text"
_WHOLE_NUMBER = "must be a whole number"
_NUMBER = "must be a number"
_LIST = "must be a list"
_FIELDS = "must be a group of named fields"
_MOMENT = "must be a date and time, like 2026-03-01T08:00:00Z"
_DATE = "must be a date, like 2026-03-01"
_UNREADABLE = "cannot be read"

_WORDS = {
    "missing": _MISSING,
    "extra_forbidden": _UNKNOWN,
    "string_type": _TEXT,
    "string_unicode": "has a character that cannot be stored",
    "string_pattern_mismatch": "has a character that is not allowed here",
    "string_too_long": "may have at most {max_length:,} characters",
    "too_long": "may have at most {max_length:,} entries",
    "too_short": "needs at least {min_length:,} {entries}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "int_parsing_size": "is too large a number",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "dict_type": _FIELDS,
    "mapping_type": _FIELDS,
    "model_type": _FIELDS,
    "model_attributes_type": _FIELDS,
    "dataclass_type": _FIELDS,
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "union_tag_invalid": "must be one of {expected_tags}",
    "union_tag_not_found": _MISSING,
    "timezone_aware": f"needs a time zone and {_MOMENT}",
}


def predicate(error: Mapping[str, Any]) -> str:
    """Return what is wrong as the predicate of a sentence whose subject is the field.

    ``error`` is one of ``ValidationError.errors()``.
    """
    kind, values = str(error["type"]), error.get("ctx", {})
    if error.get("input") is None and kind.endswith("_type"):
        return "is empty"
    if kind == "value_error":
        return str(values["error"])
    if kind == "string_too_short":
        least = values["min_length"]
        return "is empty" if least == 1 else f"needs at least {least} characters"
    if kind.startswith(("datetime_", "timezone_")) and kind not in _WORDS:
        return _MOMENT
    if kind.startswith("uuid_"):
        return "must be an id"
    if kind.startswith("date_"):
        return _DATE
    entries = "entry" if values.get("min_length") == 1 else "entries"
    return _WORDS.get(kind, _UNREADABLE).format(**values, entries=entries) + _counted(kind, error)


def _counted(kind: str, error: Mapping[str, Any]) -> str:
    if kind == "string_too_long":
        typed, limit = error["input"], error["ctx"]["max_length"]
        spaces_count = len(typed.strip()) <= limit
        return f", this has {len(typed if spaces_count else typed.strip()):,}"
    if kind == "too_long" and error["ctx"].get("actual_length"):
        return f", this has {error['ctx']['actual_length']:,}"
    return ""


def sentence(error: Mapping[str, Any], place: str) -> str:
    """Return what is wrong as a sentence about the field ``place``."""
    if error["type"] == SENTENCE:
        return str(error["msg"])
    return f"{place} {predicate(error)}."
