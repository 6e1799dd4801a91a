"""The editor's part in the browser against the engine: both sides always mean the same draft."""

import json
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxapp.core.errors import Invalid
from rxapp.drafts.batch import Wanted, touched, work_off
from rxapp.drafts.changing import apply
from rxapp.drafts.draft import DraftState, state_of
from rxapp.drafts.operations import CHANGES, STEP_FIELDS, as_json
from rxapp.drafts.rules import OperationKind
from tests.drafts.test_fuzz import HEAD, some_changes
from tests.support.drafting import whole
from tests.support.fuzz import budget
from tests.support.server import ROOT

NODE = ROOT / ".venv/bin/node"


class Engine:
    """A draft and its log without a database, answering as the routes of the editor do."""

    def __init__(self) -> None:
        self.draft = state_of(whole(), dict(HEAD))
        self.log: list[dict[str, Any]] = []

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["ask"] == "read":
            body = {"revision": self.draft.revision, **rows(self.draft)}
            return {"kind": "done", "body": body}
        if asked["ask"] == "operations":
            items = [each for each in self.log if each["revision"] > asked["after"]]
            body = {"items": items, "revision": self.draft.revision, "has_more": False}
            return {"kind": "done", "body": body}
        return self._take(asked["client"], asked["operations"])

    def _take(self, client: str, operations: list[dict[str, Any]]) -> dict[str, Any]:
        known = {each["id"]: each for each in self.log}
        wanted = [self._wanted(each) for each in operations if each["id"] not in known]
        copy = deepcopy(self.draft)
        try:
            outcome = work_off(copy, wanted, client)
        except Invalid as error:
            return {
                "kind": "refused",
                "status": 422,
                "body": {"detail": error.message, **error.extra},
            }
        if outcome.asked:
            asked = [
                {"operation": str(operation_id), "reason": each.reason.value, "node": each.node,
                 "option": each.option, "field": each.field, "mine": each.mine,
                 "theirs": each.theirs, "by": ""}
                for operation_id, each in outcome.asked
            ]  # fmt: skip
            return {"kind": "asked", "body": {"revision": self.draft.revision, "asked": asked}}
        self.draft = copy
        for done in outcome.done:
            self.log.append(
                {"id": str(done.id), "revision": done.revision, "client": client,
                 "changes": as_json(done.changes), "undo": as_json(done.undo)}
            )  # fmt: skip
        known = {each["id"]: each for each in self.log}
        answers = [
            {"id": each["id"], "revision": known[each["id"]]["revision"]} for each in operations
        ]
        return {"kind": "done", "body": {"revision": self.draft.revision, "operations": answers}}

    def _wanted(self, raw: dict[str, Any]) -> Wanted:
        kind = OperationKind(raw["change"]["op"])
        if kind is OperationKind.UNDO:
            row = next(each for each in self.log if each["id"] == raw["change"]["operation"])
            changes, seen = CHANGES.validate_python(row["undo"]), row["revision"]
        else:
            changes, seen = CHANGES.validate_python([raw["change"]]), raw["seen"]
        return Wanted(UUID(raw["id"]), kind, seen, lambda _: changes, touched(changes))


class Desks:
    """Both desks, in a process of their own."""

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            [NODE, Path(__file__).with_name("desks_in_node.mjs")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.engine = Engine()

    def do(self, what: str, **values: Any) -> Any:
        self._say({"do": what, **values})
        while True:
            assert self._node.stdout is not None
            heard = json.loads(self._node.stdout.readline())
            if "answer" in heard:
                return heard["answer"]
            self._say(self.engine.answer(heard))

    def _say(self, value: dict[str, Any]) -> None:
        assert self._node.stdin is not None
        self._node.stdin.write(json.dumps(value) + "\n")
        self._node.stdin.flush()

    def sync(self, who: str) -> None:
        self.do("sync", who=who, revision=self.engine.draft.revision)

    def settle(self, which: str = "mine") -> None:
        """Sync until all is sent: what is asked is decided, what is refused dropped."""
        for attempt in range(30):
            for who in ("tab-one", "tab-two"):
                self.sync(who)
                self.do("decide", who=who, which=which if attempt < 5 else "theirs")
            states = [self.do("see", who=who) for who in ("tab-one", "tab-two")]
            if all(not s["queue"] and s["revision"] == self.engine.draft.revision for s in states):
                return
        raise AssertionError(f"never settled: {states}")

    def end(self) -> None:
        self._node.kill()
        self._node.communicate()


@pytest.fixture(scope="module")
def desks() -> Iterator[Desks]:
    running = Desks()
    yield running
    running.end()


def rows(draft: DraftState) -> dict[str, Any]:
    """The draft as the editor's route gives it."""
    steps = [
        {"key": step.key, **{name: step.value(name) for name in STEP_FIELDS},
         "options": step.options, "place": step.place, "x": step.x, "y": step.y}
        for step in draft.steps.values()
    ]  # fmt: skip
    return {"head": draft.head, "steps": steps, "next_place": draft.next_place}


def same_as(draft: DraftState) -> dict[str, Any]:
    found = rows(draft)
    return json.loads(
        json.dumps({"head": found["head"], "steps": {each["key"]: each for each in found["steps"]}})
    )


@given(st.lists(some_changes, max_size=12))
@budget(150)
def test_a_change_does_the_same_on_both_sides_and_is_taken_back_by_the_same(desks, raws):
    draft = state_of(whole(), dict(HEAD))
    before = rows(draft)
    done, undo = [], []
    for raw in raws:
        copy = deepcopy(draft)
        [change] = CHANGES.validate_python([raw])
        wanted = Wanted(uuid4(), OperationKind(raw["op"]), 0, lambda _, c=change: [c], None)
        try:
            outcome = work_off(copy, [wanted], "me")
        except Invalid:
            continue
        if outcome.asked:
            continue
        draft = copy
        done += as_json(outcome.done[0].changes)
        undo[:0] = as_json(outcome.done[0].undo)
    there = desks.do("apply", draft=deepcopy(before), changes=done)
    assert there["draft"] == same_as(draft)
    assert there["done"] == done
    back = desks.do("apply", draft=rows(draft), changes=there["undo"])
    assert back["draft"] == {**same_as(state_of(whole(), dict(HEAD)))}
    for change in CHANGES.validate_python(undo):
        apply(draft, change, 99, "me")
    assert same_as(draft) == back["draft"]


@given(st.lists(some_changes, max_size=6))
@budget(150)
def test_a_draft_of_the_same_shape_is_drawn_the_same(desks, raws):
    found = desks.do("shapes", draft=rows(state_of(whole(), dict(HEAD))), changes=raws)
    assert not found["isSame"] or found["before"] == found["after"]


@given(st.lists(some_changes, max_size=6))
@budget(100)
def test_a_branch_is_as_large_as_its_steps_are_many(desks, raws):
    found = desks.do("sizes", draft=rows(state_of(whole(), dict(HEAD))), changes=raws)
    assert found and all(size == steps for size, steps in found)


def test_other_words_leave_the_shape_of_a_draft(desks):
    draft = rows(state_of(whole(), dict(HEAD)))
    words = [
        {"op": "set_field", "node": "n0", "field": field, "value": "Red"}
        for field in ("title", "body")
    ]
    assert desks.do("shapes", draft=draft, changes=words)["isSame"]


WHO = st.sampled_from(("tab-one", "tab-two"))
MOVES = st.one_of(
    st.tuples(st.just("act"), WHO, st.lists(some_changes, min_size=1, max_size=3)),
    st.tuples(st.just("sync"), WHO, st.none()),
    st.tuples(st.just("undo"), WHO, st.none()),
    st.tuples(st.just("redo"), WHO, st.none()),
    st.tuples(st.just("decide"), WHO, st.sampled_from(("mine", "theirs"))),
)


@given(st.lists(MOVES, max_size=20), st.sampled_from(("mine", "theirs")))
@budget(100)
def test_whatever_two_authors_do_both_pages_and_the_server_end_in_the_same_draft(
    desks, moves, which
):
    desks.engine = Engine()
    desks.do("open", names=["tab-one", "tab-two"])
    for act, who, value in moves:
        if act == "act":
            desks.do("act", who=who, changes=value)
        elif act == "decide":
            desks.do("decide", who=who, which=value)
        elif act == "sync":
            desks.sync(who)
        else:
            desks.do(act, who=who)
    desks.settle(which)
    for who in ("tab-one", "tab-two"):
        seen = desks.do("see", who=who)
        assert seen["base"] == same_as(desks.engine.draft)
        assert seen["view"] == seen["base"]
        assert seen["status"] == "saved"


@given(st.lists(st.lists(some_changes, min_size=1, max_size=3), max_size=10), st.booleans())
@budget(80)
def test_undoing_everything_on_the_page_gives_the_first_draft(desks, acts, each_sent):
    desks.engine = Engine()
    first = same_as(desks.engine.draft)
    desks.do("open", names=["tab-one", "tab-two"])
    for changes in acts:
        desks.do("act", who="tab-one", changes=changes)
        if each_sent:
            desks.sync("tab-one")
            desks.do("decide", who="tab-one", which="theirs")  # drops what the server refuses
    desks.settle("theirs")
    while desks.do("undo", who="tab-one"):
        pass
    assert desks.do("see", who="tab-one")["view"] == first
    desks.settle()
    assert desks.do("see", who="tab-two")["base"] == first
