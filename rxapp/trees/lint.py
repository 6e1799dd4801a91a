"""Lint of a document: what would strand a technician, found before it is published."""

import unicodedata
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from rxapp.core.texts import shows
from rxapp.trees.document import Document, Node, NodeKind

COMPARISONS = 2_000
"""How many keys may be compared for hints: each costs up to half a millisecond, and one document
can have thousands of options that lead nowhere and as many keys that they may have meant."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the node it is at (None: the document), a stable code, and a sentence."""

    node: str | None
    code: str
    message: str


def lint(document: Document) -> list[Finding]:
    """Return every fault of the document; an empty list means that it may be published."""
    hints = _Hints(document)
    faults = [*_dangling(document, hints), *_labels(document)]
    if not document.has(document.start):
        message = _missing(document.start, "start", hints)
        return [*faults, Finding(None, "no-start", message)]
    return [
        *faults,
        *_dead_ends(document),
        *_unreachable(document),
        *_endless(document),
    ]


class _Hints:
    """Guesses which node was meant, as long as the comparisons last."""

    def __init__(self, document: Document) -> None:
        self._keys = [node.key for node in document.nodes]
        self._left = COMPARISONS

    def of(self, key: str) -> str:
        """Return a sentence with the key that is most like this one, or nothing."""
        self._left -= len(self._keys)
        if self._left < 0:
            return ""
        close = get_close_matches(key, self._keys, n=1)
        return f" Did you mean '{close[0]}'?" if close else ""


def _missing(key: str, where: str, hints: _Hints) -> str:
    return f"The {where} points to '{key}', which does not exist.{hints.of(key)}"


def _dangling(document: Document, hints: _Hints) -> Iterable[Finding]:
    for node in document.nodes:
        for option in node.options:
            if not document.has(option.to):
                where = f"option '{option.label}'"
                yield Finding(node.key, "dangling", _missing(option.to, where, hints))


def _labels(document: Document) -> Iterable[Finding]:
    """Find texts that nobody can see, or that look the same side by side."""
    for node in document.nodes:
        if not _seen(node.title):
            yield Finding(node.key, "invisible", f"Step '{node.key}': the title cannot be seen.")
        yield from _alike(node, "option", [each.label for each in node.options])
        if len(node.commands) > 1:
            yield from _alike(node, "command", [each.label for each in node.commands])


def _alike(node: Node, thing: str, labels: list[str]) -> Iterable[Finding]:
    shown = [_seen(label) for label in labels]
    for number, label in enumerate(shown, start=1):
        if not label:
            message = f"'{node.title}': the label of {thing} {number} cannot be seen."
            yield Finding(node.key, "invisible", message)
    for label, count in Counter(filter(None, shown)).items():
        if count > 1:
            first = labels[shown.index(label)]
            message = f"'{node.title}' has {count} {thing}s with the label '{first}'."
            yield Finding(node.key, "same-label", message)


def _seen(text: str) -> str:
    """Return the text as a reader tells it from another: no case, nothing invisible."""
    kept = (each for each in unicodedata.normalize("NFC", text) if each.isspace() or shows(each))
    return " ".join("".join(kept).casefold().split())


def _dead_ends(document: Document) -> Iterable[Finding]:
    for node in document.nodes:
        if node.kind is not NodeKind.SOLUTION and not node.options:
            message = f"'{node.title}' has no options, so nobody can continue from it."
            yield Finding(node.key, "dead-end", message)


def _unreachable(document: Document) -> Iterable[Finding]:
    reached = _spread([document.start], _forward(document))
    for node in document.nodes:
        if node.key not in reached:
            message = f"No path from the start leads to '{node.title}'."
            yield Finding(node.key, "unreachable", message)


def _endless(document: Document) -> Iterable[Finding]:
    ends = [node.key for node in document.nodes if node.kind is NodeKind.SOLUTION]
    backward: dict[str, list[str]] = {}
    for key, targets in _forward(document).items():
        for target in targets:
            backward.setdefault(target, []).append(key)
    ending = _spread(ends, backward)
    for node in document.nodes:
        if node.key not in ending and node.options:
            message = f"No path leads from '{node.title}' to a solution."
            yield Finding(node.key, "endless", message)


def _forward(document: Document) -> dict[str, list[str]]:
    return {node.key: [option.to for option in node.options] for node in document.nodes}


def _spread(start: Iterable[str], edges: dict[str, list[str]]) -> set[str]:
    """Return every key that can be reached from ``start``."""
    seen = set(start)
    queue = deque(seen)
    while queue:
        for target in edges.get(queue.popleft(), ()):
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return seen
