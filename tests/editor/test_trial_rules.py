"""The address of a trial: what it holds, and what is left out."""

from uuid import UUID

import pytest

from rxapp.editor.trial_rules import ANSWERS_KEPT, PATH_LIMIT, Given, address, read_path
from rxapp.reflex_seam.wire import ADDRESS_LIMIT
from rxapp.trees.rules import KEY_LIMIT

TREE = UUID(int=7)


def test_an_address_leads_back_to_what_it_was_made_of():
    path = (Given("n0", "on"), Given("n1", "done"))
    assert address(TREE, "end", path) == f"/trees/{TREE}/try?step=end&path=n0:on,n1:done"
    assert read_path("n0:on,n1:done") == path
    assert address(TREE) == f"/trees/{TREE}/try"
    assert address(TREE, "n0") == f"/trees/{TREE}/try?step=n0"


@pytest.mark.parametrize("key", ["k", "k" * 12, "k" * KEY_LIMIT])
def test_a_long_path_keeps_its_last_answers(key: str):
    path = [Given(key, f"o{n}") for n in range(ANSWERS_KEPT * 3)]
    made = address(TREE, key, path)
    kept = read_path(made.partition("path=")[2])
    assert kept == tuple(path[-len(kept) :])
    assert 1 <= len(kept) <= ANSWERS_KEPT
    assert len(",".join(map(str, kept))) <= PATH_LIMIT
    assert len(made) < ADDRESS_LIMIT, "a browser could not send it"


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",,,:,::",
        "n0",
        "n0:",
        ":on",
        "n0:on:off",
        "n 0:on",
        "n0:on\x00",
        "n0:\ud800",
        "<b>:on",
        "'; drop table draft_node; --:on",
        "n0:on\n",
        "k" * (KEY_LIMIT + 1) + ":on",
        "x" * 1_000_000,
    ],
)
def test_what_cannot_be_an_answer_is_left_out(text: str):
    assert read_path(text) == ()
    assert read_path(f"{text},n0:on") == (Given("n0", "on"),)


def test_of_a_path_of_a_megabyte_only_the_last_answers_are_read():
    assert len(read_path("n0:on," * 170_000 + "n1:on")) == ANSWERS_KEPT
