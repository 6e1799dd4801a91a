"""Random walks of the whole cast through sessions and handoffs, against a model in plain Python."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rxapp.core import db as core_db
from rxapp.handoffs import lease_service as leases
from tests.support.case_machine import Call, CaseMachine
from tests.support.case_model import GRAPH, INSIDE, LINES, REASONS, TEXTS, Handoff
from tests.support.cast import EVERYBODY, make_cast
from tests.support.fuzz import budget

MOSTLY_THE_HOLDER = st.one_of(st.just("holder"), st.sampled_from(EVERYBODY))
MOSTLY_SENIORS = st.one_of(st.sampled_from(("senior", "second_senior")), st.sampled_from(EVERYBODY))
MOSTLY_NOW = st.one_of(st.just(0), st.sampled_from((0, -1, -2, 1, -99)))
"""Which step is meant, counted from the current one."""

SENIORS = st.permutations(("senior", "second_senior", "admin", "owner"))
OUTCOMES = st.sampled_from(("resolved", "workaround", "lost"))
NOTES = st.sampled_from(sorted(TEXTS, key=len))
WHY = st.one_of(st.just(" Help \x00"), st.sampled_from(sorted(REASONS, key=len)))

TWO_ON_A_CASE = (
    *(("complete", later) for later in ("complete", "escalate", "answer", "update")),
    *(("escalate", later) for later in ("escalate", "complete", "answer", "update")),
    *(("park", later) for later in ("park", "complete", "answer", "update")),
)
TWO_ON_A_WAITING_ONE = (("claim", "claim"), ("claim", "withdraw"), ("withdraw", "claim"))
TWO_ON_A_CLAIMED_ONE = (
    ("hand_back", "hand_back"),
    ("hand_back", "resolve"),
    ("resolve", "hand_back"),
)


class Cases(CaseMachine):
    """Everybody does anything at any time; the tables always agree with the model."""

    cases = Bundle("cases")
    handoffs = Bundle("handoffs")

    # The verbs of a session

    @initialize(target=cases)
    def a_first_case(self):
        return self.call("start", "technician", "inside", ticket_number="T-1", client_name="")

    @precondition(lambda self: sum(case.status != "completed" for case in self.model.cases) < 3)
    @rule(
        target=cases,
        who=st.one_of(st.sampled_from(("senior", "technician")), st.sampled_from(EVERYBODY)),
        account=st.one_of(st.just("inside"), st.just("outside")),
        ticket=st.sampled_from(sorted(LINES, key=len)),
    )
    def start(self, who, account, ticket):
        return self.call("start", who, account, ticket_number=ticket, client_name=ticket)

    @rule(
        case=cases,
        who=MOSTLY_THE_HOLDER,
        choice=st.integers(0, 2),
        ahead=MOSTLY_NOW,
        note=st.one_of(st.none(), NOTES),
    )
    def answer(self, case, who, choice, ahead, note):
        options = [*sorted(GRAPH[case.node]), "no-such-option"]
        option = options[choice % len(options)]
        if -case.seq < ahead < 0 and choice < 2:
            option = case.steps[ahead].option  # as it was answered then
        self.call("answer", who, case, option_key=option, seq=case.seq + ahead, note=note)

    @rule(case=cases, choices=st.lists(st.sampled_from((1, 0)), min_size=1, max_size=4))
    def walk_on(self, case, choices):
        for choice in choices:
            options = sorted(GRAPH[case.node]) or ["none-at-an-end"]
            option = options[choice % len(options)]
            self.call("answer", "holder", case, option_key=option, seq=case.seq, note=None)

    @rule(case=cases, who=MOSTLY_THE_HOLDER, ahead=st.one_of(st.none(), MOSTLY_NOW))
    def back(self, case, who, ahead):
        self.call("back", who, case, seq=None if ahead is None else case.seq + ahead)

    @rule(case=cases, who=MOSTLY_THE_HOLDER, ahead=MOSTLY_NOW, note=NOTES)
    def save_note(self, case, who, ahead, note):
        self.call("save_note", who, case, seq=case.seq + ahead, note=note)

    @rule(
        case=cases,
        who=MOSTLY_THE_HOLDER,
        details=st.fixed_dictionaries(
            {},
            optional={
                "ticket_number": st.sampled_from(sorted(LINES, key=len)),
                "client_name": st.sampled_from(sorted(LINES, key=len)),
                "scratchpad": NOTES,
                "note": NOTES,
            },
        ),
    )
    def update_details(self, case, who, details):
        self.call("update_details", who, case, **details)

    @rule(case=cases, who=MOSTLY_THE_HOLDER, outcome=OUTCOMES)
    def complete(self, case, who, outcome):
        self.call("complete", who, case, outcome=outcome)

    # The verbs of a handoff

    @rule(
        target=handoffs,
        case=cases,
        who=MOSTLY_THE_HOLDER,
        intent=st.one_of(st.just("escalate"), st.sampled_from(("escalate", "park", "drop"))),
        reason=WHY,
        priority=st.one_of(st.just("normal"), st.sampled_from(("urgent", "low"))),
    )
    def hand_off(self, case, who, intent, reason, priority):
        return self.call("hand_off", who, case, intent=intent, reason=reason, priority=priority)

    @rule(target=handoffs, case=cases, intent=st.sampled_from(("escalate", "escalate", "park")))
    def hand_off_as_it_should_be(self, case, intent):
        values = {"intent": intent, "reason": " Help \x00", "priority": "urgent"}
        return self.call("hand_off", "holder", case, **values)

    @rule(target=handoffs, case=cases, who=SENIORS, then=st.sampled_from((0, 1, 2)))
    def escalate_and_claim(self, case, who, then):
        made = self.hand_off_as_it_should_be(case, "escalate")
        if isinstance(made, Handoff) and made.given_by in INSIDE:
            self.call("claim", next(each for each in who if each != made.given_by), made)
            self.walk_on(case=case, choices=[0] * then)
        return made

    @rule(handoff=handoffs, who=MOSTLY_SENIORS)
    def claim(self, handoff, who):
        self.call("claim", who, handoff)

    @rule(handoff=handoffs, who=MOSTLY_THE_HOLDER, reason=WHY)
    def hand_back(self, handoff, who, reason):
        self.call("hand_back", who, handoff, reason=reason)

    @rule(handoff=handoffs, who=st.one_of(st.just("giver"), st.sampled_from(EVERYBODY)))
    def withdraw(self, handoff, who):
        self.call("withdraw", who, handoff)

    @rule(handoff=handoffs, who=MOSTLY_THE_HOLDER, outcome=OUTCOMES)
    def resolve(self, handoff, who, outcome):
        self.call("resolve", who, handoff, outcome=outcome)

    @rule(handoff=handoffs, who=st.sampled_from(("outsider", "outside_technician", "viewer")))
    def a_stranger_tries_everything(self, handoff, who):
        case = handoff.case
        if who == "viewer":  # of the same account, with nothing to do with the case
            who = "technician" if case.started_by != "technician" else "second_technician"
        self.call("claim", who, handoff)
        self.call("hand_back", who, handoff, reason=" Help \x00")
        self.call("withdraw", who, handoff)
        self.call("resolve", who, handoff, outcome="resolved")
        self.call("answer", who, case, option_key="works", seq=case.seq, note=None)
        self.call("back", who, case, seq=None)
        self.call("save_note", who, case, seq=case.seq, note="hm")
        self.call("update_details", who, case, scratchpad="hm")
        self.call("complete", who, case, outcome="resolved")

    # Repeats, two at once, and time

    @precondition(lambda self: self.done is not None)
    @rule()
    def the_same_again(self):
        self.repeat()

    @rule(target=handoffs, case=cases, pair=st.sampled_from(TWO_ON_A_CASE))
    def two_at_once_on_a_case(self, case, pair):
        if case.status != "active" or not GRAPH[case.node]:
            return multiple()
        if case.held_until is not None and pair[0] != "complete":
            return multiple()  # what was claimed is handed back, not handed on
        first, second = (self._on_case(verb, case, nth) for nth, verb in enumerate(pair))
        return self.together(first, second)

    def _on_case(self, verb, case, nth):
        option = sorted(GRAPH[case.node])[nth]
        reason = {"reason": " Help \x00", "priority": "normal"}
        verb, values = {
            "complete": ("complete", {"outcome": ("resolved", "workaround")[nth]}),
            "escalate": ("hand_off", {"intent": "escalate", **reason}),
            "park": ("hand_off", {"intent": "park", **reason}),
            "answer": ("answer", {"option_key": option, "seq": case.seq, "note": None}),
            "update": ("update_details", {"scratchpad": "hm"}),
        }[verb]
        return Call(verb, case.holder, case, values)

    @rule(handoff=handoffs, pair=st.sampled_from(TWO_ON_A_WAITING_ONE), who=SENIORS)
    def two_at_once_on_a_waiting_one(self, handoff, pair, who):
        if (handoff.intent, handoff.status) != ("escalate", "open"):
            return
        if handoff.given_by not in INSIDE:
            return  # the other account has one senior alone
        others = [each for each in who if each != handoff.given_by]
        people = {"claim": others, "withdraw": [handoff.given_by] * 2}
        first, second = (
            Call(verb, people[verb][nth], handoff, {}) for nth, verb in enumerate(pair)
        )
        self.together(first, second)

    @rule(handoff=handoffs, pair=st.sampled_from(TWO_ON_A_CLAIMED_ONE))
    def two_at_once_on_a_claimed_one(self, handoff, pair):
        if handoff.status == "claimed":
            values = {"hand_back": {"reason": " Help \x00"}, "resolve": {"outcome": "resolved"}}
            first, second = (Call(verb, handoff.claimed_by, handoff, values[verb]) for verb in pair)
            self.together(first, second)

    @rule(minutes=st.sampled_from((1, 14, 15, 16)))
    def time_passes(self, minutes):
        self.time += timedelta(minutes=minutes)

    @rule()
    def leases_are_swept(self):
        with self.database.reading() as db:
            found = set(leases.expired_claims(db))
        expired = {each.id for each in self.model.handoffs if self.model.expire(each)}
        assert found == expired
        for handoff_id in found:
            assert self.expire(handoff_id)

    @rule(handoff=handoffs)
    def a_claim_is_taken_back_if_untouched(self, handoff):
        assert self.expire(handoff.id) == self.model.expire(handoff)


class OnSqlite(Cases):
    kind = "sqlite"


class OnPostgresql(Cases):
    kind = "postgresql"


@pytest.mark.parametrize("machine", [OnSqlite, OnPostgresql], ids=lambda machine: machine.kind)
def test_whatever_people_do_the_tables_say_what_the_model_says(machine, new_database):
    machine.database = core_db.configure(new_database(machine.kind))
    machine.cast = make_cast(machine.database)
    run_state_machine_as_test(machine, settings=budget(20, steps=60))
    machine.database.engine.dispose()
