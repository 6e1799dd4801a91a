from uuid import UUID

import pytest

from rxapp.core.errors import Conflict, Invalid, NotFound
from rxapp.sessions import hold_service as holds
from rxapp.sessions import list_queries as lists
from rxapp.sessions import queries
from rxapp.sessions import service as sessions
from rxapp.sessions import text_service as texts
from rxapp.trees.importer import read_yaml
from tests.support.cast import TREE
from tests.support.story import NO, SILENT, WORKS, YES, said


@pytest.fixture
def technician(cast):
    return cast.technician.actor


def test_a_session_starts_at_the_first_node_with_its_ticket(story):
    session_id = story.start(ticket_number="  T-1\n7 ", client_name="Client  A")
    case = story.case(session_id)
    assert (case.status, case.seq, case.node.key) == ("active", 1, "plugged")
    assert (case.tree_title, case.version) == ("No sound", 1)
    assert (case.ticket_number, case.client_name) == ("T-1 7", "Client A")
    assert (case.started_by, case.holder, case.steps) == ("Technician", "Technician", [])


def test_no_session_starts_from_a_tree_that_the_account_does_not_have(story, cast, technician):
    for tree_id in (cast.outside_tree_id, UUID(int=0)):
        with pytest.raises(NotFound):
            story.do(sessions.start, technician, tree_id)


def test_a_ticket_number_that_is_too_long_is_named(story, technician):
    with pytest.raises(Invalid) as refusal:
        story.start(ticket_number="7" * 81)
    assert refusal.value.extra["field"] == "ticket_number"
    assert story.see(lists.session_rows, technician).items == []


def test_an_answer_leads_to_the_next_node_and_is_recorded(story, technician):
    session_id = story.start()
    answered = story.do(
        sessions.answer, technician, session_id, option_key=YES, seq=1, note="Dusty"
    )
    case = story.case(session_id)
    assert (answered.seq, answered.node.key, answered.repeated) == (2, "volume", False)
    assert (answered.crumb.title, answered.crumb.answer) == ("Is the speaker plugged in?", "Yes")
    assert (case.seq, case.node.key) == (2, "volume")
    [step] = case.steps
    assert (step.seq, step.kind, step.node_key, step.to_node) == (1, "answer", "plugged", "volume")
    assert (step.option_key, step.answer, step.user) == (YES, "Yes", "Technician")
    assert said(step.notes) == [("Technician", "Dusty")]


def test_the_same_answer_again_changes_nothing(story, technician):
    session_id = story.start()
    story.walk(session_id, YES)
    again = story.do(sessions.answer, technician, session_id, option_key=YES, seq=1, note="Other")
    case = story.case(session_id)
    assert (again.repeated, again.seq, again.node.key) == (True, 2, "volume")
    assert [(step.answer, step.notes) for step in case.steps] == [("Yes", [])]


def test_another_answer_to_an_answered_step_is_refused(story, technician):
    session_id = story.start()
    story.walk(session_id, YES)
    with pytest.raises(Conflict, match="Step 1 has already been answered"):
        story.do(sessions.answer, technician, session_id, option_key=NO, seq=1)
    assert story.case(session_id).node.key == "volume"


def test_an_answer_does_not_repeat_a_step_back(story, technician):
    session_id = story.start()
    story.walk(session_id, YES)
    story.do(sessions.back, technician, session_id)
    with pytest.raises(Conflict):
        story.do(sessions.answer, technician, session_id, option_key=WORKS, seq=2)


def test_an_option_that_the_node_does_not_have_is_refused(story, technician):
    session_id = story.start()
    with pytest.raises(Invalid, match="has no answer 'works'") as refusal:
        story.do(sessions.answer, technician, session_id, option_key=WORKS, seq=1)
    assert refusal.value.extra["field"] == "option"
    assert story.case(session_id).steps == []


def test_a_step_that_is_still_to_come_cannot_be_answered(story, technician):
    session_id = story.start()
    with pytest.raises(Invalid, match="Step 1 comes first") as refusal:
        story.do(sessions.answer, technician, session_id, option_key=YES, seq=2)
    assert refusal.value.extra["field"] == "seq"


def test_a_loop_can_be_walked_as_often_as_it_takes(story):
    session_id = story.start()
    story.walk(session_id, NO, SILENT, NO, SILENT, YES)
    case = story.case(session_id)
    assert (case.node.key, case.seq) == ("volume", 6)
    assert [step.node_key for step in case.steps] == [
        "plugged",
        "plug",
        "plugged",
        "plug",
        "plugged",
    ]


def test_back_leads_to_the_node_before_and_is_recorded_too(story, technician):
    session_id = story.start()
    story.walk(session_id, YES)
    story.do(sessions.back, technician, session_id, seq=2)
    case = story.case(session_id)
    assert (case.node.key, case.seq) == ("plugged", 3)
    assert [(step.seq, step.kind, step.node_key, step.to_node) for step in case.steps] == [
        (1, "answer", "plugged", "volume"),
        (2, "back", "volume", "plugged"),
    ]
    assert story.see(queries.runner, technician, session_id).crumbs == []


def test_back_after_a_loop_leads_to_where_the_node_was_entered_from(story, technician):
    session_id = story.start()
    story.walk(session_id, NO, SILENT, YES)
    story.do(sessions.back, technician, session_id)
    story.do(sessions.back, technician, session_id)
    assert story.case(session_id).node.key == "plug"
    crumbs = story.see(queries.runner, technician, session_id).crumbs
    assert [(crumb.seq, crumb.answer) for crumb in crumbs] == [(1, "No")]


def test_back_sent_twice_goes_back_once(story, technician):
    session_id = story.start()
    story.walk(session_id, NO, SILENT)
    story.do(sessions.back, technician, session_id, seq=3)
    story.do(sessions.back, technician, session_id, seq=3)
    case = story.case(session_id)
    assert (case.node.key, case.seq) == ("plug", 4)


def test_there_is_no_back_at_the_first_step(story, technician):
    session_id = story.start()
    with pytest.raises(Conflict, match="first step"):
        story.do(sessions.back, technician, session_id)
    assert story.case(session_id).seq == 1


def test_back_from_a_step_still_to_come_is_refused(story, technician):
    session_id = story.start()
    story.walk(session_id, YES)
    with pytest.raises(Invalid):
        story.do(sessions.back, technician, session_id, seq=3)
    assert story.case(session_id).node.key == "volume"


def test_details_can_be_changed_one_by_one(story, technician):
    session_id = story.start(ticket_number="T-1", client_name="Client A")
    story.do(texts.update_details, technician, session_id, client_name="Client B")
    story.do(texts.update_details, technician, session_id, scratchpad="call back\nat 4")
    story.do(texts.update_details, technician, session_id, note="hm")
    story.do(texts.update_details, technician, session_id)
    case = story.case(session_id)
    assert (case.ticket_number, case.client_name) == ("T-1", "Client B")
    assert (case.scratchpad, said(case.notes)) == ("call back\nat 4", [("Technician", "hm")])
    with pytest.raises(Invalid) as refusal:
        story.do(texts.update_details, technician, session_id, client_name="x" * 121)
    assert refusal.value.extra["field"] == "client_name"


def test_a_session_ends_where_it_stands(story, technician):
    session_id = story.start()
    story.walk(session_id, YES, WORKS)
    story.do(
        holds.complete,
        technician,
        session_id,
        outcome="workaround",
        outcome_notes="Louder now",
        next_steps="Order a speaker",
    )
    case = story.case(session_id)
    assert (case.status, case.node.key, case.holder) == ("completed", "was-muted", "")
    assert (case.outcome, case.outcome_label) == ("workaround", "Workaround")
    assert (case.outcome_notes, case.next_steps) == ("Louder now", "Order a speaker")
    assert (case.completed_by, bool(case.completed_at)) == ("Technician", True)


def test_completing_again_is_harmless_with_the_same_outcome_only(story, technician):
    session_id = story.start()
    story.do(holds.complete, technician, session_id, outcome="resolved", outcome_notes="First")
    story.do(holds.complete, technician, session_id, outcome="resolved", outcome_notes="Second")
    assert story.case(session_id).outcome_notes == "First"
    with pytest.raises(Conflict, match="completed"):
        story.do(holds.complete, technician, session_id, outcome="not_resolved")
    assert story.case(session_id).outcome == "resolved"


def test_an_outcome_that_is_none_of_ours_is_refused(story, technician):
    session_id = story.start()
    for outcome in ("", "solved", "RESOLVED", "resolved "):
        with pytest.raises(Invalid, match="resolved, workaround, not_resolved") as refusal:
            story.do(holds.complete, technician, session_id, outcome=outcome)
        assert refusal.value.extra["field"] == "outcome"
    assert story.case(session_id).status == "active"


def test_a_completed_session_moves_no_more(story, technician):
    session_id = story.start()
    story.walk(session_id, YES)
    story.do(holds.complete, technician, session_id, outcome="resolved")
    for verb, values in (
        (sessions.answer, {"option_key": WORKS, "seq": 2}),
        (sessions.back, {}),
        (texts.save_text, {"name": "scratchpad", "text": "x"}),
        (texts.update_details, {"client_name": "x"}),
    ):
        with pytest.raises(Conflict):
            story.do(verb, technician, session_id, **values)
    assert story.case(session_id).seq == 2


def test_a_session_keeps_its_version_when_a_new_one_is_published(story):
    session_id = story.start()
    changed = TREE.replace("Is the speaker plugged in?", "Is there power?").replace(
        "key: yes-it-is", "key: there-is"
    )
    story.publish(read_yaml(changed))
    story.walk(session_id, YES)
    old = story.case(session_id)
    new = story.case(story.start())
    assert (old.version, old.steps[0].node_title) == (1, "Is the speaker plugged in?")
    assert (new.version, new.node.title) == (2, "Is there power?")
    assert [option.key for option in new.node.options] == ["there-is", NO]


def test_minutes_are_counted_per_step_and_for_the_whole(story, technician, moving_clock):
    session_id = story.start()
    moving_clock.move_on(seconds=90)
    story.walk(session_id, YES)
    moving_clock.move_on(seconds=30)
    story.walk(session_id, WORKS)
    moving_clock.move_on(seconds=60)
    story.do(holds.complete, technician, session_id, outcome="resolved")
    moving_clock.move_on(hours=5)
    case = story.case(session_id)
    assert [step.seconds for step in case.steps] == [90, 30]
    assert (case.seconds, case.work_seconds, case.node_seconds) == (180, 180, 60)
    assert case.steps[0].left_at == case.steps[1].entered_at


def test_only_the_holder_moves_a_session(story, cast):
    session_id = story.start()
    story.walk(session_id, YES)
    for verb, values in (
        (sessions.answer, {"option_key": WORKS, "seq": 2}),
        (sessions.back, {}),
        (texts.save_text, {"name": "note", "seq": 2, "text": "x"}),
        (texts.update_details, {"client_name": "x"}),
        (holds.complete, {"outcome": "resolved"}),
    ):
        with pytest.raises(Conflict, match="Technician is working on this session now"):
            story.do(verb, cast.senior.actor, session_id, **values)
    case = story.case(session_id)
    assert (case.seq, case.status, case.client_name, case.notes) == (2, "active", "", [])


def test_a_parked_session_waits_until_it_is_resumed(story, technician):
    session_id = story.start()
    story.walk(session_id, YES)
    story.park(session_id)
    assert story.case(session_id).status == "parked"
    with pytest.raises(Conflict, match="Resume it"):
        story.do(sessions.answer, technician, session_id, option_key=WORKS, seq=2)
    assert [row.id for row in story.see(lists.open_sessions, technician)] == [session_id]


def test_a_parked_session_is_private(story, cast):
    handoff = story.park()
    for other in (cast.second_technician, cast.senior, cast.admin, cast.owner, cast.outsider):
        for query in (queries.load, queries.runner, queries.record):
            with pytest.raises(NotFound):
                story.see(query, other.actor, handoff.session_id)
        assert story.see(lists.session_rows, other.actor).items == []
        assert story.see(lists.open_sessions, other.actor) == []


WRITES = (
    (sessions.answer, {"option_key": YES, "seq": 1}),
    (sessions.back, {}),
    (texts.save_text, {"name": "note", "seq": 1, "text": "x"}),
    (texts.update_details, {"client_name": "x"}),
    (holds.complete, {"outcome": "resolved"}),
)


@pytest.mark.parametrize(("verb", "values"), WRITES, ids=lambda part: getattr(part, "__name__", ""))
def test_to_a_stranger_the_session_does_not_exist(story, cast, verb, values):
    session_id = story.start()
    for stranger in (cast.outsider, cast.outside_technician, cast.second_technician):
        with pytest.raises(NotFound):
            story.do(verb, stranger.actor, session_id, **values)
    case = story.case(session_id)
    assert (case.seq, case.status, case.client_name) == (1, "active", "")


def test_a_stranger_reads_nothing_of_it(story, cast):
    session_id = story.start()
    for stranger in (cast.outsider, cast.outside_technician, cast.second_technician):
        for query in (queries.load, queries.runner, queries.record):
            with pytest.raises(NotFound):
                story.see(query, stranger.actor, session_id)


def test_what_is_no_session_is_not_found(story, technician):
    with pytest.raises(NotFound):
        story.see(queries.record, technician, UUID(int=0))


def test_technicians_list_their_own_sessions_and_seniors_all_of_the_account(story, cast):
    mine, theirs = story.start(), story.start(cast.second_technician)
    story.do(sessions.start, cast.outsider.actor, cast.outside_tree_id)

    def listed(person, **values):
        return [row.id for row in story.see(lists.session_rows, person.actor, **values).items]

    assert listed(cast.technician) == [mine]
    for person in (cast.senior, cast.admin, cast.owner):
        assert listed(person) == [theirs, mine]
        assert listed(person, only_mine=True) == []


def test_the_list_can_be_narrowed_to_a_status_and_paged(story, technician, cast):
    walked = [story.start() for _ in range(5)]
    story.do(holds.complete, technician, walked[2], outcome="resolved")
    rows = story.see(lists.session_rows, technician, status="completed").items
    assert [row.id for row in rows] == [walked[2]]
    with pytest.raises(Invalid):
        story.see(lists.session_rows, technician, status="finished")
    seen, cursor = [], None
    for _ in range(5):
        page = story.see(lists.session_rows, technician, cursor=cursor, limit=2)
        seen += [row.id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(walked)
    assert seen[0] == walked[2]
