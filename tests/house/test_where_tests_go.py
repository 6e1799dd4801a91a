"""A test is in the folder of its feature, in a file whose name says what kind it is."""

import ast
from pathlib import Path

from tests.support.server import ROOT

ROOMS = {path.parent.name for path in (ROOT / "rxapp").glob("*/__init__.py")}
OF_ALL = {"house", "security", "bench"}
"""Folders for tests of the whole app, its security and its numbers."""

KINDS = ("rules", "queries", "service", "state", "api", "pages", "faults", "fuzz")
ON_A_DESK = {"browser", "desk", "mail_desk"}
FILES = sorted((ROOT / "tests").rglob("test_*.py"))
SEAM = "reflex_seam"
"""Its tests are named after its files; a separate rule checks them."""


def _named(file: Path) -> str:
    return str(file.relative_to(ROOT / "tests"))


def test_each_stands_in_a_room_of_the_house():
    assert {_named(file).split("/")[0] for file in FILES} <= ROOMS | OF_ALL


def test_its_file_is_called_by_its_kind_or_as_what_it_tests():
    wrong = []
    for file in FILES:
        room, name = file.parent.name, file.stem.removeprefix("test_")
        modules = {path.stem for path in (ROOT / "rxapp" / room).rglob("*.py")}
        if room in ROOMS - {SEAM} and name not in modules and name.rpartition("_")[2] not in KINDS:
            wrong.append(_named(file))
    assert wrong == []


def test_what_drives_a_browser_is_called_pages():
    assert [_named(file) for file in FILES if _drives(file) and not _may_drive(file)] == []


def _drives(file: Path) -> bool:
    return any(
        argument.arg in ON_A_DESK
        for function in ast.parse(file.read_text()).body
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_")
        for argument in function.args.args
    )


def _may_drive(file: Path) -> bool:
    return file.stem.endswith(("_pages", "_faults")) or file.parent.name == "security"
