"""A limit is one constant: no number of a limit stands where it is used."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent / "rxapp"

BOUNDS = {"max_length", "min_length", "le", "lt"}
"""The arguments that limit what comes in or is stored."""

ANY_NUMBER = 1
"""Up to this, a bound says that something must not be empty or negative."""

OF_A_COMPUTER = {"settings.py"}
"""Its bounds are what ports and proxies can have at all."""

CUT_IN_THE_BROWSER = re.compile(r"(?:slice\(0, |limit=|maxLength=\{?\"?|maxlength=\"?)(\d+)")
"""A number of characters or rows in JavaScript; the browser gets its limits from the server."""

PARTS_OF_A_WORD = {"status.jsx", "draft_model.js"}
"""They cut initials and the digits of a UUID."""


def _numbers(parts: Iterable[ast.AST]) -> Iterator[int]:
    for each in parts:
        if isinstance(each, ast.Constant) and type(each.value) is int:
            yield each.value


def bare(path: Path) -> Iterator[str]:
    """Yield the bounds in the file that are written as numbers."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        for each in call.keywords:
            parts = list(ast.walk(each.value))
            is_named = any(isinstance(part, ast.Name) for part in parts)
            if each.arg in BOUNDS and not is_named and max(_numbers(parts), default=0) > ANY_NUMBER:
                yield f"{path.relative_to(ROOT)}:{each.value.lineno}: {each.arg}"


def test_limits_in_python_have_names():
    files = [path for path in ROOT.rglob("*.py") if path.name not in OF_A_COMPUTER]
    assert [each for path in sorted(files) for each in bare(path)] == []


def test_limits_in_the_browser_come_from_the_server():
    files = [each for ending in ("*.js", "*.jsx") for each in ROOT.rglob(ending)]
    found = [
        f"{path.relative_to(ROOT)}: {cut[0]}"
        for path in sorted(files)
        if path.name not in PARTS_OF_A_WORD
        for cut in CUT_IN_THE_BROWSER.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_no_limit_is_defined_twice():
    limit = re.compile(r"^_?(\w+_LIMIT|MAX_\w+|\w+_LENGTH) = ([\d_]+)$", re.MULTILINE)
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(ROOT.rglob("*.py")):
        for name_and_value in limit.findall(path.read_text("utf-8")):
            found.setdefault(name_and_value, []).append(str(path.relative_to(ROOT)))
    assert {name: files for name, files in found.items() if len(files) > 1} == {}
    assert len(found) > 30
