"""Drafts: operations that merge or ask, are applied once, and cost the same in any tree."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import event, func, select

from rxapp.audit.models import AuditEntry
from rxapp.core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from rxapp.drafts import queries, service
from rxapp.drafts.models import Draft, DraftNode, DraftOperation
from rxapp.library import service as tree_service
from rxapp.live.queries import revision_of
from rxapp.trees.document import Document
from rxapp.trees.importer import ImportedTree
from rxapp.trees.queries import newest_version
from rxapp.versions import going_back_service
from tests.support.databases import SQLITE
from tests.support.drafting import Author, document, operation, whole


@pytest.fixture
def tree_id(story):
    return story.publish(ImportedTree("Lamp", "", "Devices", [], whole()))


@pytest.fixture
def first(story, cast, tree_id):
    return Author(story, cast.senior, tree_id)


@pytest.fixture
def second(story, cast, tree_id):
    return Author(story, cast.second_senior, tree_id)


def count(story, table) -> int:
    return story.see(lambda db: db.execute(select(func.count()).select_from(table)).scalar_one())


def asked(refusal) -> list[tuple]:
    names = ("reason", "node", "option", "field", "mine", "theirs", "by")
    return [tuple(each[name] for name in names) for each in refusal.value.extra["asked"]]


def test_a_published_tree_has_no_rows_before_its_first_operation(story, first):
    before = first.draft()
    assert (before.revision, before.based_on, before.is_changed) == (0, 1, False)
    assert before.document == whole()
    assert count(story, DraftNode) == 0
    answer = first.sets("n1", "title", "Is it plugged in?")
    assert (answer.revision, count(story, DraftNode)) == (1, 3)
    after = first.draft()
    assert (after.revision, after.based_on, after.is_changed) == (1, 1, True)
    assert after.document.node("n1").title == "Is it plugged in?"
    assert after.document.node("n0") == before.document.node("n0")


def test_every_kind_of_operation_builds_the_document(first):
    first.does(op="add_node", node={"key": "n9", "kind": "action", "title": "Wait"}, x=10, y=-5)
    first.does(op="add_option", node="n9", option={"key": "k1", "label": "Done", "to": "end"})
    first.does(op="add_option", node="n9", option={"key": "k2", "label": "Gone", "to": "end"}, at=0)
    first.does(op="set_option_label", node="n9", option="k2", label="Left")
    first.does(op="connect", node="n9", option="k2", to="n1")
    first.does(op="reorder_options", node="n9", options=["k1", "k2"])
    first.does(op="connect", node="n0", option="on", to="n9")
    first.does(op="remove_option", node="n0", option="done")
    first.does(op="set_start", node="n9")
    first.does(op="remove_node", node="n1")
    first.does(op="move", positions=[{"node": "n0", "x": 1, "y": 2}])
    first.sets("n9", "commands", [{"text": "sleep 1"}])
    first.sets(None, "tags", ["lamp"])
    draft = first.draft()
    assert draft.document.start == "n9"
    assert [node.key for node in draft.document.nodes] == ["n0", "end", "n9"]
    wait = draft.document.node("n9")
    assert [(each.key, each.label, each.to) for each in wait.options] == [
        ("k1", "Done", "end"),
        ("k2", "Left", "n1"),
    ]
    assert wait.commands[0].text == "sleep 1"
    assert [each.to for each in draft.document.node("n0").options] == ["n9"]
    assert {key: (at.x, at.y) for key, at in draft.positions.items()} == {
        "n9": (10, -5),
        "n0": (1, 2),
    }
    assert draft.tags == ["lamp"]


def test_different_fields_merge_and_the_last_of_the_tabs_does_not_win(first, second):
    first.sets("n0", "title", "Is it lit?")
    [merged] = second.sets("n0", "body", "Look closely").operations
    assert merged.was_merged
    [alone] = second.sets("n1", "title", "Plug").operations
    assert not alone.was_merged
    node = first.node("n0")
    assert (node.title, node.body, first.node("n1").title) == (
        "Is it lit?",
        "Look closely",
        "Plug",
    )


def test_the_same_field_is_asked_about_and_nothing_of_the_batch_is_applied(first, second):
    first.sets("n0", "title", "Is it lit?")
    with pytest.raises(Conflict) as refusal:
        second.send(
            operation(0, op="set_field", node="n1", field="title", value="Fine"),
            operation(0, op="set_field", node="n0", field="title", value="Does it shine?"),
        )
    assert asked(refusal) == [
        ("changed", "n0", None, "title", "Does it shine?", "Is it lit?", "Senior")
    ]
    assert refusal.value.extra["revision"] == 1
    assert second.node("n1").title == "Step 1"
    second.looks()
    second.sets("n0", "title", "Does it shine?")
    assert first.node("n0").title == "Does it shine?"


def test_the_same_text_from_both_is_no_question(first, second):
    first.sets("n0", "title", "Is it lit?")
    second.sets("n0", "title", "Is it lit?")
    assert second.node("n0").title == "Is it lit?"


def test_ones_own_later_edits_are_no_conflict_but_those_of_ones_other_tab_are(
    story, cast, first, tree_id
):
    other_tab = Author(story, cast.senior, tree_id, client="another-tab")
    for title in ("A", "B", "C"):
        first.send(operation(0, op="set_field", node="n0", field="title", value=title))
    with pytest.raises(Conflict):
        other_tab.sets("n0", "title", "D")
    other_tab.looks()
    other_tab.sets("n0", "title", "D")
    with pytest.raises(Conflict):
        first.send(operation(3, op="set_field", node="n0", field="title", value="E"))


GONE = {"op": "remove_node", "node": "n1"}
TITLE = {"op": "set_field", "node": "n1", "field": "title", "value": "X"}
END = {"op": "set_field", "node": "n1", "field": "kind", "value": "solution"}
MORE = {"op": "add_option", "node": "n1", "option": {"key": "k", "label": "X", "to": "end"}}
LESS = {"op": "remove_option", "node": "n1", "option": "on"}
LABEL = {"op": "set_option_label", "node": "n1", "option": "on", "label": "X"}
TO_START = {"op": "connect", "node": "n1", "option": "on", "to": "n0"}
TO_END = {"op": "connect", "node": "n1", "option": "on", "to": "end"}
LOOP = {"op": "connect", "node": "n1", "option": "on", "to": "n1"}
ORDER = {"op": "reorder_options", "node": "n1", "options": ["done", "on"]}
LEFT = {"op": "move", "positions": [{"node": "n1", "x": 1, "y": 1}]}
RIGHT = {"op": "move", "positions": [{"node": "n1", "x": 2, "y": 1}]}


@pytest.mark.parametrize(
    ("theirs", "mine", "reason", "field"),
    [
        (GONE, TITLE, "removed", "title"),
        (TITLE, GONE, "edited", ""),
        (LESS, TO_START, "removed", "to"),
        (LABEL, LESS, "edited", ""),
        (LESS, GONE, "edited", ""),
        (TO_START, LOOP, "changed", "to"),
        ({"op": "set_start", "node": "n1"}, {"op": "set_start", "node": "end"}, "changed", "start"),
        (END, MORE, "changed", "kind"),
        (MORE, END, "edited", "kind"),
        (ORDER, LABEL, "", ""),
        (LABEL, TO_START, "", ""),
        (MORE, ORDER, "", ""),
        (GONE, GONE, "", ""),
        (LESS, LESS, "", ""),
        (LEFT, RIGHT, "", ""),
        (TO_END, TO_END, "", ""),
    ],
)
def test_what_is_asked_and_what_is_not(first, second, theirs, mine, reason, field):
    first.does(**theirs)
    if not reason:
        second.does(**mine)
        return
    with pytest.raises(Conflict) as refusal:
        second.does(**mine)
    [question] = refusal.value.extra["asked"]
    assert (question["reason"], question["field"]) == (reason, field)


def test_a_repeated_operation_is_answered_as_the_first_time_and_applied_once(story, first, second):
    once = operation(0, op="set_field", node="n0", field="title", value="Once")
    before = first.send(once)
    second.looks()
    second.sets("n0", "title", "Later")
    again = first.send(once)
    assert again.operations == before.operations
    assert (again.revision, first.node("n0").title) == (2, "Later")
    with pytest.raises(Invalid, match="somebody else's"):
        second.send(once)
    assert count(story, DraftOperation) == 2


def test_of_many_repeats_at_once_one_is_applied(story, first, tree_id):
    adds = operation(0, op="add_node", node={"key": "new", "kind": "action", "title": "New"})
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: first.send(adds), range(4)))
    assert {answer.operations[0].revision for answer in answers} == {1}
    assert count(story, DraftNode) == 4
    assert count(story, Draft) == 1


HOSTILE = [
    {"op": "add_node", "node": {"key": "n0", "kind": "action", "title": "Taken"}},
    {"op": "add_option", "node": "n0", "option": {"key": "on", "label": "Taken", "to": "n0"}},
    {"op": "add_option", "node": "end", "option": {"key": "k", "label": "On an end", "to": "n0"}},
    {"op": "undo", "operation": str(uuid4())},
]


@pytest.mark.parametrize("change", HOSTILE)
def test_what_cannot_be_done_leaves_nothing_half_applied(story, first, change):
    good = operation(0, op="set_field", node="n1", field="title", value="Half")
    with pytest.raises(Invalid) as refusal:
        first.send(good, bad := operation(0, **change))
    assert refusal.value.extra.get("operation") in (str(bad.id), None)
    assert (first.draft().revision, count(story, DraftNode)) == (0, 0)


def test_operations_of_a_future_that_is_not_there_are_refused(first):
    with pytest.raises(Invalid, match="at revision 0"):
        first.send(operation(7, op="set_field", node="n0", field="title", value="X"))


def test_the_limits_hold(story, first, monkeypatch):
    monkeypatch.setattr("rxapp.drafts.changing.MAX_NODES", 3)
    with pytest.raises(Invalid, match="at most 3 steps"):
        first.does(op="add_node", node={"key": "more", "kind": "action", "title": "More"})
    monkeypatch.setattr("rxapp.drafts.changing.DRAFT_LIMIT", 100)
    with pytest.raises(Invalid, match="at most 100 characters"):
        first.sets("n0", "body", "x" * 101)
    monkeypatch.setattr("rxapp.drafts.changing.MAX_OPTIONS", 2)
    with pytest.raises(Invalid, match="at most 2 answers"):
        first.does(op="add_option", node="n0", option={"key": "k", "label": "X", "to": "end"})


def test_who_may_not_write_gets_nothing_and_a_stranger_finds_nothing(story, cast, tree_id):
    move = operation(0, op="move", positions=[{"node": "n0", "x": 1, "y": 1}])
    seen = (queries.draft_view, queries.revision_seen)
    for person, refusal in ((cast.technician, Forbidden), (cast.outsider, NotFound)):
        who = person.actor
        for query in seen:
            with pytest.raises(refusal):
                story.see(query, who, tree_id)
        with pytest.raises(refusal):
            story.see(queries.operations_after, who, tree_id, after=0, limit=5)
        with pytest.raises(refusal):
            story.do(service.operate, who, tree_id, client="some-tab", operations=[move])
        with pytest.raises(refusal):
            story.do(
                going_back_service.discard, who, tree_id, client="some-tab", operation_id=uuid4()
            )
    assert count(story, Draft) == 0


def test_publishing_writes_the_rows_and_the_draft_goes_on_from_there(story, cast, first, tree_id):
    first.sets("n0", "title", "Is it lit?")
    first.sets(None, "title", "Lamp is dark")
    assert story.see(newest_version, cast.technician.actor, tree_id).title == "Lamp"
    story.do(tree_service.change, cast.senior.actor, tree_id, publish=True)
    newest = story.see(newest_version, cast.technician.actor, tree_id)
    assert (newest.number, newest.title) == (2, "Lamp is dark")
    assert newest.document.node("n0").title == "Is it lit?"
    draft = first.draft()
    assert (draft.revision, draft.based_on, draft.is_changed) == (3, 2, False)
    with pytest.raises(Conflict, match="no draft"):
        story.do(tree_service.change, cast.senior.actor, tree_id, publish=True)
    first.sets("n0", "title", "Is it dark?")
    assert (first.draft().based_on, first.draft().is_changed) == (2, True)


def test_positions_are_no_change_and_survive_publishing(story, cast, first, tree_id):
    first.does(op="move", positions=[{"node": "n0", "x": 5, "y": 6}])
    assert not first.draft().is_changed
    first.sets("n0", "title", "X")
    story.do(tree_service.change, cast.senior.actor, tree_id, publish=True)
    assert (first.draft().positions["n0"].x, first.draft().is_changed) == (5, False)


def test_discarding_equals_the_published_version_and_can_be_undone(story, cast, first, tree_id):
    first.sets("n0", "title", "Other")
    first.does(op="remove_node", node="n1")
    first.sets(None, "title", "Renamed")
    mine = first.draft()
    gone = uuid4()

    def discard(**values):
        return story.do(
            going_back_service.discard,
            cast.senior.actor,
            tree_id,
            client=first.client,
            operation_id=gone,
            **values,
        )

    with pytest.raises(PreconditionFailed):
        discard(revisions={1})
    answer = discard(revisions={3})
    assert discard() == answer, "a repeat is answered as the first time"
    back = first.draft()
    assert (back.document, back.title, back.is_changed) == (whole(), "Lamp", False)
    first.looks()
    first.does(op="undo", operation=str(gone))
    again = first.draft()
    assert (again.document, again.title, again.is_changed) == (mine.document, "Renamed", True)


def test_undo_takes_back_ones_own_and_asks_before_anothers_text_goes(first, second):
    first.sets("n0", "title", "Mine")
    [done] = first.sets("n1", "title", "Mine too").operations
    second.looks()
    second.sets("n1", "title", "Theirs")
    first.looks()
    with pytest.raises(Conflict) as refusal:
        first.does(op="undo", operation=str(done.id))
    assert asked(refusal)[0][:6] == ("changed", "n1", None, "title", "Step 1", "Theirs")
    with pytest.raises(Invalid, match="of your own"):
        second.does(op="undo", operation=str(done.id))


def test_a_replaced_document_touches_only_what_differs(first, second):
    wanted = document()
    wanted["nodes"][1]["body"] = "Look behind it"
    second.does(op="replace", document=wanted)
    first.sets("n0", "title", "Seen at 0, and not touched by the other")
    page = first.draft().document
    assert page.node("n1").body == "Look behind it"
    wanted["nodes"].reverse()
    second.looks()
    wanted["nodes"][2]["title"] = page.node("n0").title
    second.does(op="replace", document=wanted)
    assert first.draft().document.model_dump() == Document.model_validate(wanted).model_dump()


def test_a_draft_can_be_replaced_by_one_that_shares_no_step(first, monkeypatch):
    monkeypatch.setattr("rxapp.drafts.changing.MAX_NODES", 3)
    end = {"key": "ok", "kind": "solution", "title": "Fine"}
    nodes = [{"key": f"m{n}", "kind": "action", "title": f"Do {n}"} for n in range(2)]
    [done] = first.does(op="replace", document={"start": "m0", "nodes": [*nodes, end]}).operations
    assert [node.key for node in first.draft().document.nodes] == ["m0", "m1", "ok"]
    first.does(op="undo", operation=str(done.id))
    assert first.draft().document == whole()


def test_a_version_published_without_the_draft_is_followed_if_nothing_was_changed(
    story, first, tree_id
):
    first.does(op="move", positions=[{"node": "n0", "x": 1, "y": 1}])
    other = document(size=5)
    story.publish(ImportedTree("Lamp", "", "Devices", [], Document.model_validate(other)))
    assert first.draft().document == Document.model_validate(other)
    with pytest.raises(Conflict):
        first.sets("n0", "title", "Based on the older one")
    first.draft()


def test_the_log_says_who_did_what_in_order(story, cast, first, second, tree_id):
    first.sets("n0", "title", "A")
    second.does(op="move", positions=[{"node": "n0", "x": 1, "y": 1}])
    second.looks()
    page = story.see(queries.operations_after, cast.senior.actor, tree_id, after=0, limit=1)
    assert (page.revision, page.has_more) == (2, True)
    [one] = page.items
    assert (one.author, one.kind, one.revision) == ("Senior", "set_field", 1)
    assert one.changes == [{"op": "set_field", "node": "n0", "field": "title", "value": "A"}]
    assert one.undo == [{"op": "set_field", "node": "n0", "field": "title", "value": "Step 0"}]
    rest = story.see(queries.operations_after, cast.senior.actor, tree_id, after=1, limit=9)
    assert [(each.author, each.kind) for each in rest.items] == [("Second Senior", "move")]


def test_a_visit_is_one_line_of_the_audit_log_and_each_commit_a_signal(
    story, first, tree_id, moving_clock
):
    def lines() -> int:
        query = select(func.count()).where(AuditEntry.action == "tree.draft_edited")
        return story.see(lambda db: db.execute(query).scalar_one())

    for n in range(3):
        first.sets("n0", "title", f"Title {n}")
        moving_clock.move_on(minutes=20)
    assert lines() == 1
    moving_clock.move_on(minutes=11)
    first.sets("n0", "title", "Next day")
    assert lines() == 2
    assert story.see(revision_of, f"draft:{tree_id}") == 4


@SQLITE
def test_an_edit_costs_the_same_in_any_tree(story, cast, database):
    """The same statements at 20 and at 2,000 steps, and under a kilobyte each way."""
    costs = {}
    for size in (20, 2_000):
        tree_id = story.publish(ImportedTree(f"Lamp {size}", "", "", [], whole(size=size)))
        author = Author(story, cast.senior, tree_id)
        author.does(op="move", positions=[{"node": "n0", "x": 1, "y": 1}])
        sent: list[str] = []

        def note(_conn, _cursor, statement, *_rest, into=sent):
            into.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        answer = author.sets("n7", "title", "Another title")
        event.remove(database.engine, "before_cursor_execute", note)
        costs[size] = len(sent)
        assert len(json.dumps([str(each) for each in answer.operations])) < 1_000
    assert costs[20] == costs[2_000] <= 10, costs
