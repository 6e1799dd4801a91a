"""Every error of pydantic is reported in our own words."""

from datetime import datetime
from typing import get_args
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticKnownError, core_schema

from rxapp.core.faults import predicate, sentence
from tests.support.words import in_plain_words


@pytest.mark.parametrize("kind", get_args(core_schema.ErrorType))
def test_every_kind_of_error_has_words_of_ours(kind):
    said = predicate(_error(kind))
    assert said[0].islower()
    assert in_plain_words(said)
    assert "{" not in said


def _error(kind: str) -> dict:
    """An error of this kind, with as much context as it asks for."""
    context: dict = {}
    while True:
        try:
            PydanticKnownError(kind, context or None)
        except TypeError as refusal:
            name = str(refusal).split("'")[1]
            assert context.get(name) != 3, refusal
            context[name] = 3 if name in context else "x"
        else:
            return {"type": kind, "loc": ("field",), "input": "xxxx", "ctx": context}


class Asked(BaseModel):
    """One field of each type that bodies and queries have."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("n", min_length=1, max_length=5)
    count: int = Field(1, ge=1, le=9)
    on: bool = True
    at: datetime = datetime(2026, 1, 1)
    who: UUID = UUID(int=1)
    tags: list[str] = Field([], max_length=2)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"name": "abcdef"}, "name may have at most 5 characters, this has 6."),
        ({"name": "abc   "}, "name may have at most 5 characters, this has 6."),
        ({"name": ""}, "name is empty."),
        ({"name": 7}, "name must be text."),
        ({"count": 10}, "count must be at most 9."),
        ({"count": 0}, "count must be at least 1."),
        ({"count": "many"}, "count must be a whole number."),
        ({"count": 1.5}, "count must be a whole number."),
        ({"on": "perhaps"}, "on must be true or false."),
        ({"at": "soon"}, "at must be a date and time, like 2026-03-01T08:00:00Z."),
        ({"who": "x"}, "who must be an id."),
        ({"tags": "a"}, "tags must be a list."),
        ({"tags": ["a", "b", "c"]}, "tags may have at most 2 entries, this has 3."),
        ({"colour": 1}, "colour is not known here."),
        (7, "body must be a group of named fields."),
    ],
)
def test_what_a_person_reads(body, words):
    with pytest.raises(ValidationError) as refusal:
        Asked.model_validate(body)
    [fault] = refusal.value.errors()
    assert sentence(fault, ".".join(map(str, fault["loc"])) or "body") == words
