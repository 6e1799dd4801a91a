"""Words that mean the same in IT support: the shipped list, together with an account's own."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from rxapp.trees.words import key, stem, words_in

PHRASE_LIMIT = 3
"""How many words one expression of a list may have, to be recognised in a search."""

Phrase = tuple[str, ...]


def phrase_of(text: str) -> Phrase:
    """Return the words of an expression, without capitals and accents."""
    return tuple(word.whole for word in words_in(text))


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """Which expressions mean the same as which. ``known`` has each by the stems of its words."""

    known: dict[Phrase, list[tuple[Phrase, ...]]] = field(default_factory=dict)

    def add(self, group: Iterable[str]) -> None:
        """Add expressions that all mean the same."""
        phrases = tuple(phrase for each in group if (phrase := phrase_of(each)))
        for phrase in phrases:
            keys = {tuple(map(stem, phrase)), (stem("".join(phrase)),)}
            for each in keys:
                self.known.setdefault(each, []).append(phrases)

    def same_as(self, stems: Phrase) -> list[Phrase]:
        """Return every expression that means the same, itself included; none if it is unknown."""
        groups = self.known.get(stems, ())
        return list(dict.fromkeys(phrase for group in groups for phrase in group))

    def with_own(self, groups: list[list[str]]) -> "Thesaurus":
        """Return these and an account's own."""
        if not groups:
            return self
        both = Thesaurus({each: list(known) for each, known in self.known.items()})
        for group in groups:
            both.add(group)
        return both


@cache
def shipped_groups() -> list[list[str]]:
    """Return the shipped groups of expressions, as they are written."""
    text = (files("rxapp.trees") / "synonyms.toml").read_text(encoding="utf-8")
    return [[each.strip() for each in group.split(",")] for group in tomllib.loads(text)["groups"]]


@cache
def shipped() -> Thesaurus:
    """Return the shipped list, read once."""
    thesaurus = Thesaurus()
    for group in shipped_groups():
        thesaurus.add(group)
    return thesaurus


@cache
def written_apart() -> frozenset[str]:
    """Return the expressions of the shipped list that people also write as one word, as keys."""
    phrases = (phrase_of(each) for group in shipped_groups() for each in group)
    return frozenset(key("".join(each)) for each in phrases)


@cache
def last_words() -> frozenset[str]:
    """Return the last words of the shipped expressions of several words."""
    phrases = (phrase_of(each) for group in shipped_groups() for each in group)
    parts = [phrase for phrase in phrases if len(phrase) > 1]
    hyphened = [
        part for group in shipped_groups() for each in group for part in each.split("-")[1:]
    ]
    return frozenset([*(phrase[-1] for phrase in parts), *hyphened])


@cache
def _words_of(name: str) -> frozenset[str]:
    text = (files("rxapp.trees") / "synonyms.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)[name].split())


def says_little(word: str) -> bool:
    """Return whether a word such as ``the`` or ``please`` does not narrow down a search."""
    return word in _words_of("little_words")
