"""Lint of a document: what would strand a technician, found before it is published."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from rxapp.trees.document import Document, NodeKind


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the node it is at (None: the document), a stable code, and a sentence."""

    node: str | None
    code: str
    message: str


def lint(document: Document) -> list[Finding]:
    """Return every fault of the document; an empty list means that it may be published."""
    dangling = list(_dangling(document))
    if not document.has(document.start):
        return [*dangling, Finding(None, "no-start", _missing(document, document.start, "start"))]
    return [
        *dangling,
        *_dead_ends(document),
        *_unreachable(document),
        *_endless(document),
    ]


def _missing(document: Document, key: str, where: str) -> str:
    close = get_close_matches(key, [node.key for node in document.nodes], n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"The {where} points to {key!r}, which does not exist.{hint}"


def _dangling(document: Document) -> Iterable[Finding]:
    for node in document.nodes:
        for option in node.options:
            if not document.has(option.to):
                where = f"option {option.label!r}"
                yield Finding(node.key, "dangling", _missing(document, option.to, where))


def _dead_ends(document: Document) -> Iterable[Finding]:
    for node in document.nodes:
        if node.kind is not NodeKind.SOLUTION and not node.options:
            yield Finding(node.key, "dead-end", f"{node.title!r} has no option: nobody gets on.")


def _unreachable(document: Document) -> Iterable[Finding]:
    reached = _spread([document.start], _forward(document))
    for node in document.nodes:
        if node.key not in reached:
            message = f"No path from the start leads to {node.title!r}."
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
            message = f"From {node.title!r} no path leads to a solution."
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
