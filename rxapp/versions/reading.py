"""A document for readers: its steps in walking order, each with the targets of its options."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from rxapp.trees.document import Document, Node, Option
from rxapp.versions.views import CommandText, OptionText, StepName, StepText

PAGE_CHARACTERS = 400_000
"""A page of steps ends after about this many characters, even with few steps."""

T = TypeVar("T")


def fitting(items: Iterable[T], size: Callable[[T], int], limit: int) -> list[T]:
    """Return the first ``limit`` items, or fewer if they are large; at least one."""
    found: list[T] = []
    left = PAGE_CHARACTERS
    for item in islice(items, limit):
        found.append(item)
        left -= size(item)
        if left <= 0:
            break
    return found


def length(node: Node) -> int:
    """Return about how many characters a step has."""
    texts = (len(node.body), len(node.expected), *(len(each.text) for each in node.commands))
    return sum(texts) + 200 * (len(node.options) + 1)


def walking_order(document: Document) -> list[Node]:
    """Return every step: from the start along the options, then steps that no path reaches."""
    reached = list(_walk(document))
    keys = {node.key for node in reached}
    return [*reached, *(node for node in document.nodes if node.key not in keys)]


def _walk(document: Document) -> Iterator[Node]:
    seen: set[str] = set()
    waiting = [document.start]
    while waiting:
        key = waiting.pop()
        if key in seen or not document.has(key):
            continue
        seen.add(key)
        node = document.node(key)
        yield node
        waiting.extend(option.to for option in reversed(node.options))


def step_text(document: Document, node: Node) -> StepText:
    """Return a step of the document for readers."""
    return StepText(
        key=node.key,
        kind=node.kind,
        title=node.title,
        body=node.body,
        commands=[CommandText(each.label, each.text) for each in node.commands],
        expected=node.expected,
        options=[option_text(document, option) for option in node.options],
        ending=node.ending,
    )


def option_text(document: Document, option: Option) -> OptionText:
    """Return an option of the document for readers."""
    to_title = step_name(document, option.to).title
    return OptionText(option.key, option.label, option.to, to_title)


def step_name(document: Document, key: str) -> StepName:
    """Return the key and title of a step."""
    return StepName(key, document.node(key).title if document.has(key) else "")
