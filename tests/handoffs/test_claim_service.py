from concurrent.futures import ThreadPoolExecutor

import pytest

from rxapp.core.db import Database
from rxapp.core.errors import Conflict, NotFound
from rxapp.handoffs import service as handoffs
from rxapp.sessions import queries
from rxapp.sessions import service as sessions
from tests.support.cast import Cast


def escalated(database: Database, cast: Cast, **values):
    with database.transaction() as db:
        session_id = sessions.start(db, cast.technician.actor, cast.tree_id, ticket_number="T-1")
        sessions.answer(db, cast.technician.actor, session_id, option_key="yes-it-is", seq=1)
        return handoffs.hand_off(
            db, cast.technician.actor, session_id, intent="escalate", reason="Help", **values
        )


def test_the_winner_stands_at_the_same_node_with_the_same_answers(database, cast):
    handoff = escalated(database, cast)
    with database.transaction() as db:
        claimed = handoffs.claim(db, cast.senior.actor, handoff.id)
        case = queries.record(db, cast.senior.actor, handoff.session_id)
    assert (claimed.status, claimed.claimed_by) == ("claimed", "Senior")
    assert case.node.key == "volume"
    assert [step.answer for step in case.steps] == ["Yes"]
    assert (case.status, case.holder) == ("active", "Senior")


def test_of_many_claims_at_once_one_wins_and_the_others_are_told_who(database, cast):
    handoff = escalated(database, cast)
    seniors = [cast.senior, cast.second_senior, cast.admin, cast.owner] * 5

    def claim(person):
        with database.transaction() as db:
            try:
                handoffs.claim(db, person.actor, handoff.id)
                return "won", person.actor.name
            except Conflict as refusal:
                return "lost", refusal.extra["claimed_by"]["name"]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(claim, seniors))
    winners = {name for result, name in results if result == "won"}
    losers = {name for result, name in results if result == "lost"}
    assert len(winners) == 1
    assert losers == winners


def test_an_outsider_sees_no_such_escalation(database, cast):
    handoff = escalated(database, cast)
    with database.transaction() as db, pytest.raises(NotFound):
        handoffs.claim(db, cast.outsider.actor, handoff.id)
