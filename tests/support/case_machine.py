"""A machine that calls the services as people do and compares each answer with the model's."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis.stateful import RuleBasedStateMachine, invariant, multiple
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor
from rxapp.core import clock
from rxapp.core.db import Database
from rxapp.core.errors import DomainError
from rxapp.handoffs import closing_service, inbox_queries
from rxapp.handoffs import lease_service as leases
from rxapp.handoffs import service as handoff_service
from rxapp.handoffs.rules import InboxSection
from rxapp.sessions import hold_service, text_service
from rxapp.sessions import queries as session_queries
from rxapp.sessions import service as session_service
from rxapp.sessions.models import SessionStep
from tests.support.case_model import INSIDE, Case, Handoff, Model, Refused
from tests.support.case_rows import (
    Rows,
    Told,
    empty_tables,
    read_rows,
    told_by_model,
    told_by_rows,
)
from tests.support.cast import Cast


def _save_note(db: DbSession, actor: Actor, session_id: UUID, *, seq: int, note: str) -> None:
    text_service.save_text(db, actor, session_id, name="note", seq=seq, text=note)


VERBS: dict[str, Any] = {
    "start": session_service.start,
    "answer": session_service.answer,
    "back": session_service.back,
    "complete": hold_service.complete,
    "save_note": _save_note,
    "update_details": text_service.update_details,
    "hand_off": handoff_service.hand_off,
    "claim": handoff_service.claim,
    "hand_back": handoff_service.hand_back,
    "withdraw": handoff_service.withdraw,
    "resolve": closing_service.resolve,
}
BLOCKS_WITHIN = 0.05
"""How many seconds the second of two calls has to come to where it waits for the first."""


@dataclass(frozen=True)
class Call:
    """A verb of a service, called by somebody on a case, a handoff, or an account's tree."""

    verb: str
    who: str
    on: Any
    values: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a call returned, or the kind of its refusal."""

    result: Any = None
    refusal: type[DomainError] | None = None


class CaseMachine(RuleBasedStateMachine):
    """Calls the services and the model alike; the rules stand in the test."""

    kind: ClassVar[str]
    database: ClassVar[Database]
    cast: ClassVar[Cast]

    def __init__(self) -> None:
        super().__init__()
        empty_tables(self.database)
        self.time = datetime(2026, 1, 5, 9, tzinfo=UTC)
        clock.use(lambda: self.time)
        self.model = Model(lambda: self.time)
        self.rows = self.rows_before = read_rows(self.database)
        self.done: Call | None = None

    def teardown(self) -> None:
        clock.use(None)

    def call(self, verb: str, who: str, on: Any, **values: Any) -> Any:
        """Call the service, see that it answers as the model, return what a bundle takes."""
        call = Call(verb, self._person(who, on), on, values)
        self.time += timedelta(seconds=1)  # so that a lease that starts anew ends later
        answer = self._really(call)
        self._read_again()
        if answer.refusal:
            assert self.rows == self.rows_before, f"{call} was refused, and changed something"
        else:
            self.done = call
        return self._judge(call, answer)

    def repeat(self) -> None:
        """Repeat the last call."""
        assert self.done is not None
        self.call(self.done.verb, self.done.who, self.done.on, **self.done.values)

    def together(self, first: Call, second: Call) -> Any:
        """Make the second call while the first has not committed yet; the first one wins."""
        with ThreadPoolExecutor(1) as pool:
            with self.database.transaction() as db:
                result = self._in(db, first)
                waiting = pool.submit(self._really, second)
                wait([waiting], timeout=BLOCKS_WITHIN)
            answers = [(first, Answer(result)), (second, waiting.result())]
        self._read_again()
        made = [self._judge(call, answer) for call, answer in answers]
        return made[0] if isinstance(made[0], Handoff) else multiple()

    def expire(self, handoff_id: UUID) -> bool:
        """Return a claim to the queue if its lease has expired."""
        with self.database.transaction() as db:
            expired = leases.expire_claim(db, handoff_id)
        self._read_again()
        return expired

    def _person(self, who: str, on: Any) -> str:
        if isinstance(on, Case):
            known = {"holder": on.holder or on.started_by}
        elif isinstance(on, Handoff):
            known = {"holder": on.claimed_by or "senior", "giver": on.given_by}
        else:
            known = {}
        return known.get(who, who)

    def _in(self, db: DbSession, call: Call) -> Any:
        trees = {"inside": self.cast.tree_id, "outside": self.cast.outside_tree_id}
        on = trees[call.on] if call.verb == "start" else call.on.id
        return VERBS[call.verb](db, self.cast.person(call.who).actor, on, **call.values)

    def _really(self, call: Call) -> Answer:
        try:
            with self.database.transaction() as db:
                return Answer(self._in(db, call))
        except DomainError as refusal:
            return Answer(refusal=type(refusal))

    def _read_again(self) -> None:
        self.rows_before: Rows = self.rows
        self.rows: Rows = read_rows(self.database)

    def _judge(self, call: Call, answer: Answer) -> Any:
        made, predicted = None, None
        try:
            made = getattr(self.model, call.verb)(call.who, call.on, **call.values)
        except Refused as refusal:
            predicted = refusal.kind
        assert answer.refusal is predicted, f"{call}: {answer}, the model says {predicted}"
        if isinstance(made, Case):
            made.id = answer.result
        elif isinstance(made, Handoff):
            made.id = answer.result.id
        elif predicted is None and call.verb == "answer":
            assert (answer.result.seq, answer.result.node.key) == made
        elif predicted is None and isinstance(call.on, Handoff):
            assert answer.result.id == call.on.id
        return made if isinstance(made, Case | Handoff) else multiple()

    @invariant()
    def all_is_well(self) -> None:
        told = told_by_rows(self.rows, self.cast)
        assert told == told_by_model(self.model)
        self._check_holders(told)
        self._check_claims(told)
        self._check_steps()
        self._check_what_is_shown()

    def _check_holders(self, told: Told) -> None:
        for row in told.values():
            if "steps" in row:
                assert (row["holder"] is not None) == (row["status"] in ("active", "parked"))
                assert (row["held_until"] is not None) == row["leased"]

    def _check_claims(self, told: Told) -> None:
        claimants = {
            row["case"]: row["claimed"][0] for row in told.values() if row["status"] == "claimed"
        }
        live = [row["case"] for row in told.values() if row["status"] in ("open", "claimed")]
        assert len(live) == len(set(live)), "a case has one living handoff at most"
        leased = {key: row["holder"] for key, row in told.items() if row.get("leased")}
        assert claimants == leased
        assert all(told[case]["status"] == "active" for case in leased)

    def _check_steps(self) -> None:
        before, after = self.rows_before[SessionStep], self.rows[SessionStep]
        for key, step in before.items():
            assert after[key]._mapping == step._mapping, "a recorded step never changes"
        for case in self.model.cases:
            numbers = sorted(step.seq for step in after.values() if step.session_id == case.id)
            assert numbers == list(range(1, case.seq))

    def _check_what_is_shown(self) -> None:
        with self.database.reading() as db:
            for case in self.model.cases:
                view = session_queries.runner_snapshot(db, case.id)
                assert (view.head.seq, view.node.key) == (case.seq, case.node)
                answered = [case.steps[crumb.seq - 1].node for crumb in view.crumbs]
                assert answered == case.trail
            inbox = inbox_queries.inbox(db, self.cast.senior.actor)
        shown = {
            "open": {row.id for row in inbox.rows(InboxSection.WAITING)},
            "claimed": {row.id for row in inbox.rows(InboxSection.MINE, InboxSection.OTHERS)},
        }
        for status, ids in shown.items():
            assert ids == {
                each.id
                for each in self.model.handoffs
                if (each.intent, each.status) == ("escalate", status) and each.given_by in INSIDE
            }
