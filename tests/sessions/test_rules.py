from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxapp.core.errors import Conflict, Invalid
from rxapp.sessions.rules import (
    Move,
    Outcome,
    check_may_move,
    clean_line,
    clean_text,
    path,
    previous_node,
)

ME, SOMEBODY = uuid4(), uuid4()


@dataclass
class Held:
    status: str = "active"
    holder_id: UUID | None = ME


def walk(*moves: str) -> list[Move]:
    """``a`` answers at node a, ``<a`` goes back from it."""
    return [Move("back", move[1:]) if move[0] == "<" else Move("answer", move) for move in moves]


@pytest.mark.parametrize(
    ("moves", "kept"),
    [
        ([], []),
        (["a", "b"], [0, 1]),
        (["a", "b", "<c"], [0]),
        (["a", "b", "<c", "<b"], []),
        (["a", "<b", "a", "b"], [2, 3]),
        (["a", "b", "a", "b", "<a"], [0, 1, 2]),
        (["a", "b", "<c", "b", "c"], [0, 3, 4]),
    ],
)
def test_the_path_is_what_leads_to_where_the_session_stands(moves, kept):
    assert path(walk(*moves)) == kept


@pytest.mark.parametrize(
    ("moves", "node"),
    [
        (["a"], "a"),
        (["a", "b"], "b"),
        (["a", "b", "<c"], "a"),
        (["a", "b", "a", "<b"], "b"),
        (["a", "<b", "a", "b", "<c", "c2"], "c2"),
    ],
)
def test_back_leads_to_the_last_node_on_the_path(moves, node):
    assert previous_node(walk(*moves)) == node


@pytest.mark.parametrize("moves", [[], ["a", "<b"], ["a", "b", "<c", "<b"]])
def test_there_is_no_back_from_the_first_step(moves):
    with pytest.raises(Conflict, match="first step"):
        previous_node(walk(*moves))


@given(st.lists(st.sampled_from(["a", "b", "c", "<a", "<b"])))
def test_whatever_was_walked_the_path_holds_answers_in_order(moves):
    walked = walk(*moves)
    kept = path(walked)
    assert kept == sorted(set(kept))
    assert all(walked[position].kind == "answer" for position in kept)
    backs = sum(move.kind == "back" for move in walked)
    assert len(kept) >= len(walked) - 2 * backs


@given(st.lists(st.sampled_from("abc"), min_size=1))
def test_back_after_an_answer_undoes_exactly_that_answer(answers):
    before = walk(*answers)
    after = [*before, Move("answer", "x"), Move("back", "y")]
    assert path(after) == path(before)
    assert previous_node(before) == answers[-1]


def test_the_holder_of_an_active_session_may_move():
    check_may_move(Held(), ME, None)


@pytest.mark.parametrize(
    ("session", "name", "sentence"),
    [
        (Held(holder_id=SOMEBODY), "Senior", "Senior is working on this session now."),
        (Held(holder_id=None), None, "Somebody else is working on this session now."),
        (Held("parked"), None, "parked. Resume it"),
        (Held("parked", SOMEBODY), "Senior", "Senior is working"),
        (Held("escalated", None), None, "Withdraw the escalation"),
        (Held("escalated", ME), None, "Withdraw the escalation"),
        (Held("completed", None), None, "completed. Start a new one"),
        (Held("completed", ME), None, "completed. Start a new one"),
    ],
)
def test_nobody_else_and_no_other_state_moves(session, name, sentence):
    with pytest.raises(Conflict, match=sentence):
        check_may_move(session, ME, name)


def test_text_keeps_its_lines_and_loses_what_no_database_takes():
    assert clean_text("a\r\nb\x00c\td", field="note", limit=10) == "a\nbc\td"
    assert clean_line("  a \n b\t c ", field="ticket", limit=5) == "a b c"


@given(st.text(alphabet=st.characters(categories=None)))
def test_any_text_becomes_one_that_can_be_stored(text):
    stored = clean_text(text, field="note", limit=10_000)
    assert "\x00" not in stored
    assert stored.encode("utf-8").decode() == stored


def test_the_limit_counts_characters_and_names_the_field():
    assert clean_text("ü" * 5, field="note", limit=5) == "ü" * 5
    with pytest.raises(Invalid, match=r"1 character too long. The limit is 5.") as refusal:
        clean_text("ü" * 6, field="note", limit=5)
    assert refusal.value.extra == {"field": "note"}


def test_outcomes_read_as_words():
    assert [outcome.label for outcome in Outcome] == ["Resolved", "Workaround", "Not resolved"]
