"""Where the words of a search stand in a text: which of its words to mark, and in which step."""

from collections.abc import Iterable, Iterator
from typing import Any

from rxapp.trees.asked import Asked, Concept
from rxapp.trees.synonyms import says_little
from rxapp.trees.words import forms, joined, words_in

EXCERPT = 160
"""About how many characters of a step are shown around a word that was found."""

_BEFORE = 50


class Marks:
    """What a search looked for, to be recognised in a text."""

    def __init__(self, search: Asked) -> None:
        self._concepts = [_Sought(each) for each in search.concepts]

    def words(self, text: str) -> Iterator[str]:
        """Return the words of the text that were found, as they are written there."""
        for start, end, found in self._found(text):
            if found:
                yield text[start:end]

    def count(self, text: str) -> int:
        """Return how many words of the search the text has."""
        return len(set().union(*(found for _, _, found in self._found(text))))

    @property
    def total(self) -> int:
        """How many words the search has."""
        return len(self._concepts)

    def excerpt(self, text: str) -> str:
        """Return the text around the first word that was found, in one line; empty without one."""
        plain = " ".join(text.replace("*", "").replace("`", "").split())
        first = next((start for start, _, found in self._found(plain) if found), None)
        if first is None:
            return ""
        start = max(first - _BEFORE, 0)
        if start:
            start = plain.find(" ", start, first) + 1 or first
        end = start + EXCERPT
        if end < len(plain):
            end = max(plain.rfind(" ", first, end), first + 1)
        return ("…" if start else "") + plain[start:end] + ("…" if end < len(plain) else "")

    def _found(self, text: str) -> Iterator[tuple[int, int, set[int]]]:
        before = None
        for word in words_in(text):
            own = forms(word.parts, word.whole)
            found = set() if says_little(word.whole) else self._which(own)
            if before is not None and (both := joined(before.whole, word.whole)):
                pair = self._which([both], whole_only=True)
                if pair:
                    yield before.start, word.end, pair
            yield word.start, word.end, found
            before = word

    def _which(self, own: Iterable[str], *, whole_only: bool = False) -> set[int]:
        each = list(own)
        return {
            number
            for number, sought in enumerate(self._concepts)
            if any(sought.has(word, whole_only=whole_only) for word in each)
        }


class _Sought:
    """The words of one concept."""

    def __init__(self, concept: Concept) -> None:
        terms = [term for way in concept.every_way for term in way]
        self._whole = {term.word for term in terms}
        self._starts = tuple(term.word for term in terms if term.is_start and len(term.word) > 1)

    def has(self, word: str, *, whole_only: bool) -> bool:
        return word in self._whole or (not whole_only and word.startswith(self._starts))


def best_step(document: dict[str, Any], marks: Marks) -> tuple[str, str, str] | None:
    """Return the step of a stored document that has most words: its key, title and an excerpt."""
    best, found = 0, None
    for node in document.get("nodes", ()):
        title, texts = str(node.get("title", "")), _texts_of(node)
        both = marks.count("\n".join([title, *texts]))
        count = 2 * both + (marks.count(title) > 0)
        if both and count > best:
            best, found = count, (str(node.get("key", "")), title, _excerpt(marks, texts))
            if both == marks.total and marks.count(title):
                break
    return found


def _excerpt(marks: Marks, texts: list[str]) -> str:
    return next((found for each in texts if (found := marks.excerpt(each))), "")


def _texts_of(node: dict[str, Any]) -> list[str]:
    parts = [node.get("body", ""), node.get("expected", "")]
    parts += [part for each in node.get("commands") or () for part in each.values()]
    parts += [option.get("label", "") for option in node.get("options") or ()]
    return [str(part) for part in parts if part]
