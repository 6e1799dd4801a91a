"""How long each person worked on a case, in its record: with escalation, parking and return."""

from rxapp.handoffs import service as handoffs
from rxapp.sessions import hold_service as holds
from rxapp.sessions import queries
from tests.support.story import WORKS, YES


def _runner(story, session_id):
    return story.see(queries.runner, story.cast.senior.actor, session_id)


def _shares(case) -> list[tuple[str, int, int, int]]:
    return [(part.user, part.first_seq, part.last_seq, part.seconds) for part in case.segments]


def test_waiting_is_not_charged_to_the_senior_who_answers(story, cast, moving_clock):
    session_id = story.start()
    moving_clock.move_on(minutes=2)
    story.walk(session_id, YES)
    moving_clock.move_on(minutes=5)
    handoff = story.escalate(session_id)
    moving_clock.move_on(minutes=12)
    story.claim(handoff)
    moving_clock.move_on(minutes=3)
    story.walk(session_id, WORKS, by=cast.senior)
    moving_clock.move_on(minutes=1)
    story.do(holds.complete, cast.senior.actor, session_id, outcome="resolved")

    case = story.case(session_id)
    assert [step.seconds for step in case.steps] == [120, 180]
    assert (case.work_seconds, case.queue_seconds) == (660, 720)
    assert (case.parked_seconds, case.seconds) == (0, 1380)
    assert _shares(case) == [("Technician", 1, 1, 420), ("Senior", 2, 2, 240)]


def test_a_parked_night_is_not_work(story, moving_clock):
    session_id = story.start()
    moving_clock.move_on(minutes=4)
    handoff = story.park(session_id)
    moving_clock.move_on(hours=15)
    story.do(handoffs.withdraw, story.cast.technician.actor, handoff.id)
    moving_clock.move_on(minutes=6)
    story.walk(session_id, YES)

    case = story.case(session_id)
    assert (case.work_seconds, case.parked_seconds) == (600, 54_000)
    assert case.steps[0].seconds == 600


def test_a_claim_that_was_handed_back_counts_for_the_one_who_had_it(story, cast, moving_clock):
    session_id = story.start()
    handoff = story.claim(story.escalate(session_id))
    moving_clock.move_on(minutes=8)
    story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason="Not my field")
    moving_clock.move_on(minutes=30)
    story.claim(handoff, cast.second_senior)
    moving_clock.move_on(minutes=1)

    case = story.case(session_id)
    assert _shares(case)[1:] == [("Senior", 1, 1, 480), ("Second Senior", 1, 1, 60)]
    assert case.queue_seconds == 1_800


def test_the_runners_clock_counts_on_from_the_work_before(story, cast, moving_clock):
    session_id = story.start()
    moving_clock.move_on(minutes=5)
    handoff = story.escalate(session_id)
    assert _runner(story, session_id).head.turn_began_at is None
    moving_clock.move_on(minutes=20)
    story.claim(handoff)

    head = _runner(story, session_id).head
    assert head.worked_before == 300
    assert head.turn_began_at
