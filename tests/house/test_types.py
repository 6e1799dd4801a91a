"""Ids, moments and enums keep their types in tables and views; ids are parsed on arrival."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "rxapp"

TEXTS = {
    "AuditEntry.subject_id": "the id of anything, also of what is gone; empty for nothing",
    "AuditLine.subject_id": "as in the table",
    "KeptAnswer.id": "a hash of the key and of who sent it",
    "Delivery.message_id": "the Message-ID of a mail, as RFC 5322 has it",
    "Message.message_id": "as in the table",
    "OutboxEvent.kind": "the name under which a feature registers its notice",
    "MailServerView.trouble": "the trouble in words, for people",
}
"""Fields that are text on purpose, and why."""

DOORS = ("state", "api", "forms", "ids")
"""The last word of the names of files that may parse ids."""


class Field(NamedTuple):
    file: str
    line: int
    owner: str
    name: str
    type: str

    @property
    def is_text(self) -> bool:
        return self.type.replace(" | None", "") == "str"

    @property
    def called(self) -> str:
        return f"{self.owner}.{self.name}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.called}: {self.type}"


def fields_of(file: str, source: str) -> Iterator[Field]:
    for owner in ast.walk(ast.parse(source)):
        if isinstance(owner, ast.ClassDef):
            for each in owner.body:
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                    kind = ast.unparse(each.annotation)
                    yield Field(file, each.lineno, owner.name, each.target.id, kind)


@cache
def _sources() -> dict[str, str]:
    files = sorted(PACKAGE.rglob("*.py"))
    return {str(each.relative_to(ROOT)): each.read_text(encoding="utf-8") for each in files}


@cache
def _enums() -> frozenset[str]:
    classes = (
        node
        for source in _sources().values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    )
    return frozenset(
        each.name for each in classes if any("StrEnum" in ast.unparse(base) for base in each.bases)
    )


def _holds_fields(file: str, source: str) -> bool:
    return Path(file).stem.endswith(("models", "views")) or "table=True" in source


@cache
def _fields() -> list[Field]:
    return [
        field
        for file, source in _sources().items()
        if _holds_fields(file, source)
        for field in fields_of(file, source)
    ]


def _names_an_id_or_a_moment(name: str) -> bool:
    return name in ("id", "at", "since", "until") or name.endswith(("_id", "_at", "_until"))


def faults_of(fields: list[Field], enums: frozenset[str]) -> list[Field]:
    """Text fields that should be an id, a moment or an enum."""
    of_enums = {each.name for each in fields if each.type.replace(" | None", "") in enums}
    return [
        each
        for each in fields
        if each.is_text and (_names_an_id_or_a_moment(each.name) or each.name in of_enums)
    ]


def test_ids_moments_and_enums_are_no_texts():
    found = [str(each) for each in faults_of(_fields(), _enums()) if each.called not in TEXTS]
    assert found == [], "give it its type, or name it in TEXTS and say why"


def test_every_text_that_is_meant_is_there():
    assert {each.called for each in faults_of(_fields(), _enums())} == TEXTS.keys()


@pytest.mark.parametrize(
    "line", ["id: str", "user_id: str | None", "sent_at: str = ''", "until: str", "light: str"]
)
def test_a_text_in_place_of_a_type_is_found(line):
    source = f"class Crossing:\n    light: Light\nclass Planted:\n    {line}\n    name: str\n"
    found = faults_of(list(fields_of("planted.py", source)), frozenset({"Light"}))
    assert [each.owner for each in found] == ["Planted"]


def test_ids_are_read_at_the_doors():
    found = [
        f"{file}:{node.lineno}"
        for file, source in _sources().items()
        if not Path(file).stem.endswith(DOORS)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name) and node.id == "parse_id"
    ]
    assert found == [], "take a UUID: the handler or the route has read it"


def test_nobody_unpacks_a_member_of_an_enum():
    found = [
        f"{file}:{node.lineno} {ast.unparse(node)}"
        for file, source in _sources().items()
        if not Path(file).stem.endswith(("pages", "components"))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and node.attr == "value"
        and isinstance(node.value, ast.Attribute)
        and isinstance(node.value.value, ast.Name)
        and node.value.value.id in _enums()
    ]
    assert found == [], "a member is its text already, and columns take members"
