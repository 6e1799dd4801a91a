"""One normal form of words, for trees and for searches."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxapp.trees.words import forms, natural_key, words_in


def indexed(text: str) -> set[str]:
    return set().union(*(forms(word.parts, word.whole) for word in words_in(text)))


@pytest.mark.parametrize(
    "writings",
    [
        ("Büro", "buero", "BURO", "bu\u0308ro", "bü\u00adro", "b\u200büro"),
        ("café", "CAFE", "cafe\u0301"),
        ("Straße", "strasse", "STRASSE"),
        ("Ångström", "angstrom"),
        ("ｗｉｆｉ", "wifi"),
        ("ﾌﾟﾘﾝﾀ", "プリンタ"),
    ],
)
def test_one_word_however_it_is_written(writings):
    assert len({frozenset(indexed(each)) for each in writings}) == 1, list(map(indexed, writings))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Wi-Fi", "wifi"),
        ("e-mail", "email"),
        ("written in C++", "cplusplus"),
        ("C# and more", "csharp"),
        ("the .NET runtime", "dotnet"),
        ("Error 0x80070005.", "0x80070005"),
        ("printers", "printer"),
        ("crashing", "crash"),
        ("出力できません", "出力"),
    ],
)
def test_what_a_word_is_found_as(text, word):
    assert word in indexed(text)


def test_signs_by_themselves_are_no_words():
    assert list(words_in("+ # - & … 😀 \x00 ++")) == []


@given(st.text(max_size=300))
def test_any_text_becomes_words_that_both_databases_keep_as_they_are(text):
    for word in indexed(text):
        assert word
        assert all(each.isalnum() or unicodedata.category(each) in ("Mn", "Mc") for each in word), (
            ascii(word)
        )


def test_titles_are_sorted_as_people_count():
    titles = ["Step 10", "Step 2", "Zebra", "apple", "Äpfel", "Step 02b"]
    assert sorted(titles, key=natural_key) == [
        "Äpfel",
        "apple",
        "Step 2",
        "Step 02b",
        "Step 10",
        "Zebra",
    ]
