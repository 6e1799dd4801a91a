"""Typed text stays its writer's, and two people who type at the same time lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxapp.core import db as core_db
from rxapp.core.errors import Conflict, Invalid, NotFound
from rxapp.handoffs import handover_service
from rxapp.handoffs import service as handoffs
from rxapp.live.queries import revision_of
from rxapp.sessions import hold_service as holds
from rxapp.sessions import service as sessions
from rxapp.sessions.text_service import TextChanged, save_text
from rxapp.sessions.topics import SESSION
from tests.support.cast import make_cast
from tests.support.fuzz import budget
from tests.support.story import SILENT, WORKS, YES, Story, said


@pytest.fixture
def technician(cast):
    return cast.technician.actor


def write(story, who, session_id, text, name="note", **values):
    return story.do(save_text, who, session_id, name=name, text=text, **values)


# Whose it is


def test_a_note_stays_its_authors_when_a_senior_answers_the_step(story, cast, technician):
    session_id = story.start()
    story.walk(session_id, YES)
    write(story, technician, session_id, "It hums")
    story.claim(story.escalate(session_id))
    write(story, cast.senior.actor, session_id, "New card")
    story.walk(session_id, WORKS, by=cast.senior)
    step = story.case(session_id).steps[1]
    assert step.user == "Senior"
    assert said(step.notes) == [("Technician", "It hums"), ("Senior", "New card")]
    assert step.notes[0].written_at < step.notes[1].written_at


def test_a_note_stays_its_authors_when_a_lease_runs_out(story, cast, technician, moving_clock):
    handoff = story.claimed()
    write(story, cast.senior.actor, handoff.session_id, "Half a thought")
    story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason="Not mine")
    story.claim(handoff, cast.second_senior)
    story.walk(handoff.session_id, YES, by=cast.second_senior)
    assert said(story.case(handoff.session_id).steps[0].notes) == [("Senior", "Half a thought")]


def test_a_note_stays_its_authors_when_a_case_goes_to_a_colleague(story, cast, technician):
    session_id = story.start()
    write(story, technician, session_id, "It hums")
    story.do(
        handover_service.hand_over,
        cast.admin.actor,
        technician.user_id,
        to=cast.second_technician.actor.user_id,
        claims_only=False,
    )
    story.walk(session_id, YES, by=cast.second_technician)
    case = story.case(session_id, by=cast.second_technician)
    assert said(case.steps[0].notes) == [("Technician", "It hums")]


def test_a_note_written_before_a_step_back_stays_at_its_step(story, technician):
    session_id = story.start()
    story.walk(session_id, YES)
    write(story, technician, session_id, "Wrong way")
    story.do(sessions.back, technician, session_id)
    assert said(story.case(session_id).steps[1].notes) == [("Technician", "Wrong way")]


def test_the_scratchpad_says_who_changed_it_last(story, cast, technician):
    handoff = story.escalate()
    story.claim(handoff)
    assert story.case(handoff.session_id).scratchpad_by == ""
    write(story, cast.senior.actor, handoff.session_id, "Port 14B", name="scratchpad")
    case = story.case(handoff.session_id)
    assert (case.scratchpad, case.scratchpad_by, bool(case.scratchpad_at)) == (
        "Port 14B",
        "Senior",
        True,
    )


# When it comes late


def test_what_is_typed_is_kept_and_goes_with_the_step(story, technician):
    session_id = story.start()
    write(story, technician, session_id, "Half a sent")
    assert said(story.case(session_id).notes) == [("Technician", "Half a sent")]
    story.walk(session_id, YES)
    case = story.case(session_id)
    assert (case.notes, said(case.steps[0].notes)) == ([], [("Technician", "Half a sent")])


def test_the_step_just_left_can_still_be_rewritten(story, technician):
    session_id = story.start()
    write(story, technician, session_id, "Teh last wrods")
    story.walk(session_id, YES)
    write(story, technician, session_id, "The last words", seq=1)
    assert said(story.case(session_id).steps[0].notes) == [("Technician", "The last words")]


@pytest.mark.parametrize("is_claimed", [False, True])
def test_the_step_just_left_is_only_added_to_once_the_session_is_given_up(
    story, technician, is_claimed
):
    session_id = story.start()
    write(story, technician, session_id, "It hums")
    story.walk(session_id, YES)
    handoff = story.escalate(session_id)
    if is_claimed:
        story.claim(handoff)
    write(story, technician, session_id, "It is silent", seq=1)
    write(story, technician, session_id, "", seq=1)
    assert said(story.case(session_id).steps[0].notes) == [("Technician", "It hums\nIt is silent")]


def late_by_steps(story, cast, session_id):
    story.walk(session_id, YES, SILENT)


def late_by_an_end(story, cast, session_id):
    story.do(holds.complete, cast.technician.actor, session_id, outcome="resolved")


def late_by_a_claim(story, cast, session_id):
    story.claim(story.escalate(session_id))


@pytest.mark.parametrize("late", [late_by_steps, late_by_an_end, late_by_a_claim])
def test_a_late_note_is_added_and_changes_nothing_that_was_read(story, cast, technician, late):
    session_id = story.start()
    write(story, technician, session_id, "It hums")
    late(story, cast, session_id)
    saved = write(story, technician, session_id, "And smells", seq=1, base=0, was="")
    assert saved.text == "It hums\nAnd smells"
    assert write(story, technician, session_id, "And smells", seq=1) == saved
    write(story, technician, session_id, "", seq=1)
    case = story.case(session_id)
    notes = case.steps[0].notes if case.steps else case.notes
    assert said(notes) == [("Technician", "It hums\nAnd smells")]


def test_a_note_for_a_step_that_is_not_there_is_refused(story, technician):
    session_id = story.start()
    story.walk(session_id, YES)
    for seq in (0, -1, 3, 2**31 - 1):
        with pytest.raises(Conflict):
            write(story, technician, session_id, "Nowhere", seq=seq)


def test_only_who_had_a_part_in_it_writes_a_note(story, cast):
    session_id = story.start()
    story.walk(session_id, YES)
    for seq in (1, 2):
        with pytest.raises(Conflict):
            write(story, cast.senior.actor, session_id, "Mine", seq=seq)
    for stranger in (cast.outsider, cast.second_technician):
        with pytest.raises(NotFound):
            write(story, stranger.actor, session_id, "Mine", seq=1)
    assert story.case(session_id).steps[0].notes == []


def test_a_text_holds_what_people_type_and_nothing_that_no_database_takes(story, technician):
    session_id = story.start()
    assert write(story, technician, session_id, "a\x00b\r\nc 😀 \ud800").text == "ab\nc 😀 ?"
    for name, limit in (("note", 20_000), ("scratchpad", 20_000), ("ticket_number", 80)):
        with pytest.raises(Invalid, match="5,000 characters too long") as refusal:
            write(story, technician, session_id, "x" * (limit + 5_000), name=name)
        assert refusal.value.extra["field"] == name
    with pytest.raises(Invalid, match="note, ticket_number"):
        write(story, technician, session_id, "x", name="status")


# Two at once


def test_two_who_only_add_are_merged(story, technician):
    session_id = story.start()
    first = write(story, technician, session_id, "X", base=0, was="")
    second = write(story, technician, session_id, "Y", base=0, was="")
    assert (first.text, second.text, second.revision) == ("X", "X\nY", 2)


@pytest.mark.parametrize("name", ["note", "scratchpad", "ticket_number", "client_name"])
def test_a_change_of_an_older_text_is_asked_about(story, technician, name):
    session_id = story.start()
    base = write(story, technician, session_id, "Dusty", name=name)
    now = write(story, technician, session_id, "Wet", name=name, base=base.revision, was="Dusty")
    for was in ("Dusty", None):
        with pytest.raises(TextChanged) as refusal:
            write(story, technician, session_id, "Hot", name=name, base=base.revision, was=was)
        assert refusal.value.extra["current"] == {"text": "Wet", "revision": now.revision}
    both = write(story, technician, session_id, "Wet, hot", name=name, base=now.revision)
    assert (both.text, both.revision) == ("Wet, hot", 3)


def test_a_ticket_number_is_never_made_of_two(story, technician):
    session_id = story.start()
    write(story, technician, session_id, "T-1", name="ticket_number", base=0, was="")
    with pytest.raises(TextChanged):
        write(story, technician, session_id, "T-2", name="ticket_number", base=0, was="")


def test_what_would_be_too_long_together_is_asked_about(story, technician):
    session_id = story.start()
    write(story, technician, session_id, "x" * 15_000, base=0, was="")
    with pytest.raises(TextChanged):
        write(story, technician, session_id, "y" * 15_000, base=0, was="")


def test_a_save_that_comes_twice_is_saved_once(story, technician):
    session_id = story.start()
    saved = [write(story, technician, session_id, "X", base=0, was="") for _ in range(2)]
    assert saved[0] == saved[1]
    write(story, technician, session_id, "X\nY", base=1, was="X")
    assert write(story, technician, session_id, "X", base=0, was="").text == "X\nY"


def test_a_text_keeps_a_claim_alive_as_a_step_does(story, cast, moving_clock):
    handoff = story.claimed()
    topic = SESSION.of(handoff.session_id)
    for name in ("note", "scratchpad"):
        before, told = story.case(handoff.session_id).held_until, story.see(revision_of, topic)
        moving_clock.move_on(minutes=5)
        write(story, cast.senior.actor, handoff.session_id, "Looking", name=name)
        assert story.case(handoff.session_id).held_until > before
        assert story.see(revision_of, topic) > told, "pages that show the countdown hear of it"


EDITS = st.sampled_from(["add", "insert", "cut"])
WALKS = st.lists(st.tuples(st.integers(0, 1), EDITS), max_size=12)


class Writer:
    """Types into one text as a page does, on what it saw last."""

    def __init__(self) -> None:
        self.text, self.was, self.base = "", "", 0

    def edit(self, how: str, word: str) -> None:
        if how == "cut":
            self.text = self.text[1:]
        else:
            self.text = f"{self.text} {word}" if how == "add" else f"{word} {self.text}"

    def saw(self, text: str, revision: int) -> None:
        self.text, self.was, self.base = text, text, revision


def test_nothing_that_two_wrote_is_lost_without_a_choice(new_database):
    database = core_db.configure(new_database("sqlite"))
    story = Story(database, make_cast(database))

    @budget(60)
    @given(walk=WALKS, name=st.sampled_from(["note", "scratchpad"]))
    def run(walk, name):
        technician = story.cast.technician.actor
        session_id = story.start()
        writers, stored = (Writer(), Writer()), ("", 0)
        for nth, (who, how) in enumerate(walk):
            writer = writers[who]
            writer.edit(how, f"word{nth}")
            values = {"base": writer.base, "was": writer.was}
            try:
                saved = write(story, technician, session_id, writer.text, name=name, **values)
            except TextChanged as changed:
                # Refused with what is there: nothing was overwritten, and the page asks.
                assert changed.extra["current"]["text"] == stored[0]
                assert writer.base < stored[1]
                writer.base, writer.was = stored[1], stored[0]
                saved = write(
                    story,
                    technician,
                    session_id,
                    f"{stored[0]}\n{writer.text}",
                    name=name,
                    base=writer.base,
                    was=writer.was,
                )
            was, mine, theirs = (set(each.split()) for each in (writer.was, writer.text, stored[0]))
            assert (mine - was) | (theirs - (was - mine)) <= set(saved.text.split()) | (
                was - theirs
            )
            writer.saw(saved.text, saved.revision)
            stored = (saved.text, saved.revision)

    run()
    database.engine.dispose()
