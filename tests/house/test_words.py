"""Screens and messages name a thing as the glossary does."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent / "rxapp"

INSTEAD = {
    r"options?": "answer",
    r"nodes?": "step",
    r"points? to": "leads to",
    r"e-?mail messages?": "email",
}
"""Words that people do not read, and what they read instead."""

OTHERWISE_MEANT = {
    "the list of steps (nodes)",
    "the list of answers (options)",
    "A tree is a YAML mapping with title, start and nodes.",
    "The option's key",
    "unknown option ",
    "options removed",
    "card node",
}
"""Names in files and in the API, and texts that no screen shows."""

TEXT_OF_JSX = re.compile(
    r">\s*([A-Z][^<>{}]* [^<>{}]*)<|\"([A-Z][^\"\n]* [^\"\n]*)\"|`([A-Z][^`]* [^`]*)`"
)


def texts_of_python(path: Path) -> Iterator[str]:
    """Yield every string that is no docstring and has more than one word."""
    tree = ast.parse(path.read_text("utf-8"))
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in notes and " " in node.value:
            yield node.value


def texts_of_jsx(path: Path) -> Iterator[str]:
    """Yield what looks like a sentence, without the expressions in it."""
    for found in TEXT_OF_JSX.finditer(path.read_text("utf-8")):
        yield re.sub(r"\$\{[^}]*\}", "", next(filter(None, found.groups()))).strip()


def texts() -> Iterator[tuple[str, str]]:
    for path in ROOT.rglob("*.py"):
        yield from ((str(path.relative_to(ROOT)), text) for text in texts_of_python(path))
    for path in (*ROOT.rglob("*.jsx"), *ROOT.rglob("*.js")):
        yield from ((str(path.relative_to(ROOT)), text) for text in texts_of_jsx(path))


def test_one_thing_has_one_name_on_screen():
    wrong = [
        f"{file}: {text!r} says {word}; screens say {instead}"
        for file, text in texts()
        for word, instead in INSTEAD.items()
        if re.search(rf"\b{word}\b", text, re.IGNORECASE) and text not in OTHERWISE_MEANT
    ]
    assert sorted(wrong) == []


def test_texts_are_found_in_both_languages():
    assert {text for _, text in texts()} >= {"Nothing to publish", "Drop my change"}
