"""What became of a text, word by word."""

import time

import pytest

from rxapp.versions.text_diff import Comparer
from rxapp.versions.views import Piece

KEPT, ADDED, REMOVED = Piece.KEPT, Piece.ADDED, Piece.REMOVED


def pieces(old: str, new: str, **values: int) -> list[tuple[Piece, str]]:
    return [(each.kind, each.text) for each in Comparer(**values).pieces(old, new)]


def test_a_changed_text_is_shown_word_by_word():
    assert pieces("Plug it in", "Plug them in") == [
        (KEPT, "Plug "),
        (REMOVED, "it"),
        (ADDED, "them"),
        (KEPT, " in"),
    ]


def test_changed_words_beside_each_other_are_one_change():
    assert pieces("Is the power light on?", "Is the lamp in front on?") == [
        (KEPT, "Is the "),
        (REMOVED, "power light"),
        (ADDED, "lamp in front"),
        (KEPT, " on?"),
    ]


def test_a_long_text_is_compared_by_lines_and_its_changed_lines_by_words():
    lines = [f"Line {n} has words of its own, w{n} x{n} y{n}." for n in range(60)]
    old, new = [*lines], [*lines]
    new[3], new[55] = lines[3].replace("words", "letters"), lines[55].replace("own", "sort")
    found = pieces("\n".join(old), "\n".join(new))
    assert [each for each in found if each[0] is not KEPT] == [
        (REMOVED, "words"),
        (ADDED, "letters"),
        (REMOVED, "own"),
        (ADDED, "sort"),
    ]


def test_what_would_take_too_long_is_removed_and_added():
    assert pieces("one a b c", "one c b a", comparisons=4) == [
        (KEPT, "one "),
        (REMOVED, "a b c"),
        (ADDED, "c b a"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("a b c " * 3_000, "a c b " * 3_000), ("a\n" * 9_000, "b\na\n" * 4_500)],
    ids=["words", "lines"],
)
def test_texts_made_to_be_slow_are_not(old, new):
    comparer, began = Comparer(), time.process_time()
    for _ in range(20):
        comparer.pieces(old, new)
    assert time.process_time() - began < 10
