"""The one normal form of words: trees are indexed with it and searches are read with it.

So both databases find the same. A word has no capitals, accents or invisible characters. An umlaut
is the same as its two letters and as the plain vowel: ``ü``, ``ue`` and ``u``. A hyphenated word is
also one word, and text of scripts without spaces is cut into pairs of characters.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from threading import Lock

import Stemmer

WORD_LIMIT = 64
"""How many characters of a word count."""

REMEMBERED = 32_768
"""For how many words as they are written the normal form is kept in memory."""

_LAST_MARK = 0x1EFFF


def _ranges(characters: list[int]) -> str:
    """Return the characters as the inside of a regular expression's brackets."""
    found: list[list[int]] = []
    for each in characters:
        if found and each == found[-1][1] + 1:
            found[-1][1] = each
        else:
            found.append([each, each])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in found)


_SELECTORS = "\ufe00-\ufe0f\u034f\u115f\u1160\u3164\uffa0"
_INSIDE = _SELECTORS + _ranges(
    [
        each
        for each in range(0xAD, min(_LAST_MARK, sys.maxunicode))
        if unicodedata.category(chr(each)) in ("Mn", "Mc", "Cf")
    ]
)
_INVISIBLE = re.compile(
    f"[{_SELECTORS}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_ACCENT = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
)
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_UMLAUT = re.compile("(a|o|(?<!q)u)e")

_PART = f"(?:[^\\W_]|[{_INSIDE}])+"
_HYPHEN = "[-_.'’‐‑]"
_WORD = re.compile(
    rf"(?P<dot>(?<![\w.])\.(?=[A-Za-z]))?(?P<parts>{_PART}(?:{_HYPHEN}{_PART})*)"
    r"(?P<sign>[+＋]{2}|[#＃♯])?"
)
_SPLIT = re.compile(_HYPHEN)
_SIGNS = {"++": "plusplus", "#": "sharp", "♯": "sharp"}

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""Text of scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, Kana, Han."""

_stemmer = Stemmer.Stemmer("english")
_stemming = Lock()


class Place(StrEnum):
    """Where a word of the index stands. The head is title, tags and description."""

    TITLE = "t"
    TAG = "g"
    DESCRIPTION = "d"
    HEAD = "h"
    STEP = "s"
    BODY = "b"
    ACCOUNT = "x"
    TREE = "y"


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written, from ``start`` to ``end`` of its text.

    ``parts`` are what hyphens and dots separate. ``whole`` is all of it as one word; a sign such as
    in ``C++`` is part of that alone. Both are without accents but still with every vowel.
    """

    start: int
    end: int
    parts: tuple[str, ...]
    whole: str
    has_sign: bool


def words_in(text: str) -> Iterator[Word]:
    """Return every word of a text, in order."""
    for found in _WORD.finditer(text):
        parts, whole, has_sign = _written(found["parts"], found["dot"] or "", found["sign"] or "")
        if whole:
            yield Word(found.start(), found.end(), parts, whole, has_sign)


def written_in(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Return parts and whole of every word, as :class:`Word` has them: faster for a long text."""
    for found in _WORD.finditer(text):
        dot, parts, sign = found.groups("")
        each, whole, _ = _written(parts, dot, sign)
        if whole:
            yield each, whole


@lru_cache(REMEMBERED)
def _written(text: str, dot: str, sign: str) -> tuple[tuple[str, ...], str, bool]:
    parts = tuple(part for each in _SPLIT.split(text) if (part := _plain(each)))
    sign = _SIGNS.get(unicodedata.normalize("NFKC", sign), "")
    dot = "dot" if dot else ""
    return parts, f"{dot}{''.join(parts)}{sign}"[:WORD_LIMIT], bool(dot or sign)


def _plain(text: str) -> str:
    """Return the text without capitals, accents and invisible characters."""
    if text.isascii():
        return text.lower()[:WORD_LIMIT]
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    text = _ACCENT.sub("", unicodedata.normalize("NFD", text)).translate(_LETTERS)
    text = unicodedata.normalize("NFKC", text.replace("æ", "ae").replace("œ", "oe"))
    return "".join(each for each in text if each.isalnum() or _is_mark(each))[:WORD_LIMIT]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc")


def key(word: str) -> str:
    """Return the form in which words are compared: umlauts are plain vowels."""
    return _UMLAUT.sub(r"\1", word)


@lru_cache(REMEMBERED)
def stem(word: str) -> str:
    """Return what is left of an English word without its ending, as a key."""
    if not word.isascii() or not word.isalpha():
        return key(word)
    with _stemming:
        return key(_stemmer.stemWord(word))


def pairs(word: str) -> list[str]:
    """Return a run of characters without spaces as pairs, and its last character."""
    return [*(word[place : place + 2] for place in range(len(word) - 1)), word[-1:]]


def runs(word: str) -> Iterator[tuple[str, bool]]:
    """Return the pieces of a word: each with whether its script puts no spaces between words."""
    if word.isascii():
        yield word, False
        return
    place = 0
    for found in _UNSPACED.finditer(word):
        if found.start() > place:
            yield word[place : found.start()], False
        yield found[0], True
        place = found.end()
    if place < len(word):
        yield word[place:], False


@lru_cache(REMEMBERED)
def forms(parts: tuple[str, ...], whole: str) -> frozenset[str]:
    """Return everything that a written word is indexed as."""
    found: set[str] = set()
    for each in {*parts, whole}:
        for piece, is_unspaced in runs(each):
            if is_unspaced:
                found.update(pairs(piece))
            else:
                found.update((key(piece), stem(piece)))
    found.discard("")
    return frozenset(found)


def joined(one: str, other: str) -> str:
    """Return two neighbours as one word, an empty string if that would be too long."""
    both = one + other
    return key(both) if len(both) <= WORD_LIMIT else ""


NATURAL_LIMIT = 300
_DIGITS = re.compile(r"\d+")


def natural_key(text: str) -> str:
    """Return a text to sort by: without capitals and accents, and numbers by their value."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = _ACCENT.sub("", plain).translate(_LETTERS).replace("\x00", "")

    def padded(number: re.Match[str]) -> str:
        digits = number[0].lstrip("0") or "0"
        return f"{len(digits):03}{digits}"

    return _DIGITS.sub(padded, plain).strip()[:NATURAL_LIMIT]
