"""What lint finds in a draft: the same as in its document, though only what changed is checked."""

import random
from uuid import uuid4

import pytest
from cachetools import LRUCache

from rxapp.core.errors import Conflict, Forbidden, Invalid, NotFound
from rxapp.drafts import finding_queries
from rxapp.drafts.finding_queries import CHECKED_STEPS, draft_findings
from rxapp.drafts.mending import FINDINGS_LIMIT, finding_views
from rxapp.drafts.models import Draft
from rxapp.drafts.operations import CHANGES
from rxapp.library import service as tree_service
from rxapp.trees.importer import ImportedTree
from rxapp.trees.lint import lint
from rxapp.versions import going_back_service
from tests.support.databases import SQLITE
from tests.support.drafting import Author, whole


@pytest.fixture
def tree_id(story):
    return story.publish(ImportedTree("Lamp", "", "Devices", [], whole()))


@pytest.fixture
def author(story, cast, tree_id):
    return Author(story, cast.senior, tree_id)


def found(story, author):
    return story.see(draft_findings, author.person.actor, author.tree_id)


def codes(story, author) -> list[tuple]:
    return [(each.node, each.code) for each in found(story, author).items]


def fresh_memory(monkeypatch) -> None:
    """Forget what was checked, as another process that has read nothing yet."""
    memory = LRUCache(CHECKED_STEPS, getsizeof=lambda checked: len(checked.steps) + 1)
    monkeypatch.setattr(finding_queries, "_kept", memory)


@pytest.fixture
def checked(monkeypatch) -> list[str]:
    """The keys of the steps that are checked from now on."""
    keys: list[str] = []
    check = finding_queries.check
    monkeypatch.setattr(finding_queries, "check", lambda node: keys.append(node.key) or check(node))
    return keys


def test_a_tree_without_a_draft_shows_what_is_found_in_its_newest_version(story, author):
    view = found(story, author)
    assert (view.revision, view.errors, view.warnings) == (0, 0, 1)
    assert codes(story, author) == [("end", "unchecked")]


def test_errors_come_first_and_both_are_counted(story, author):
    author.sets("end", "ending", "escalate")
    author.does(op="connect", node="n1", option="on", to="nowhere")
    view = found(story, author)
    assert (view.revision, view.errors, view.warnings) == (2, 1, 1)
    assert [(each.node, each.code, each.severity) for each in view.items] == [
        ("n1", "dangling", "error"),
        ("end", "nothing-to-hand-over", "warning"),
    ]


def test_a_draft_that_was_never_published_is_linted_too(story, cast):
    tree = story.do(
        tree_service.create, cast.senior.actor, title="New", document=whole(), publish=False
    )
    author = Author(story, cast.senior, tree.id)
    assert codes(story, author) == [("end", "unchecked")]


def test_who_may_not_write_sees_no_findings(story, cast, tree_id):
    for person, refusal in ((cast.technician, Forbidden), (cast.outsider, NotFound)):
        with pytest.raises(refusal):
            story.see(draft_findings, person.actor, tree_id)


@SQLITE
def test_after_an_edit_at_a_thousand_steps_only_that_step_is_checked_again(story, cast, checked):
    tree_id = story.publish(ImportedTree("Large", "", "", [], whole(size=1_000)))
    author = Author(story, cast.senior, tree_id)
    author.sets("n0", "title", "First")
    found(story, author)
    assert len(checked) == 1_000
    checked.clear()

    def checks(**change) -> list[str]:
        checked.clear()
        [done] = author.does(**change).operations
        found(story, author)
        found(story, author)
        author.does(op="undo", operation=str(done.id))
        return list(checked)

    title = {"op": "set_field", "node": "n7", "field": "title"}
    assert checks(**title, value="Another") == ["n7"]
    found(story, author)
    assert checked == ["n7", "n7"], "and once more when it is undone"
    assert checks(op="connect", node="n7", option="on", to="gone") == ["n7"]
    assert checks(op="move", positions=[{"node": "n7", "x": 1, "y": 1}]) == ["n7"], "the undo"
    found(story, author)
    assert checks(op="move", positions=[{"node": "n7", "x": 1, "y": 1}]) == []
    assert checks(op="remove_node", node="n7") == []
    found(story, author)
    assert checks(op="set_start", node="n9") == []


def some_change(chance: random.Random, keys: list[str]) -> dict:
    """One of the changes that lint may have something to say about."""
    key, other = chance.choice([*keys, "x"]), chance.choice([*keys, "x", "gone"])
    new = {"key": f"k{chance.randrange(5)}", "kind": "action", "title": "Wait"}
    option = {"key": f"o{chance.randrange(3)}", "label": chance.choice("AB"), "to": other}
    return chance.choice(
        [
            {"op": "set_field", "node": key, "field": "title", "value": chance.choice("AB")},
            {"op": "set_field", "node": key, "field": "body", "value": chance.choice(["", "A"])},
            {
                "op": "set_field",
                "node": key,
                "field": "kind",
                "value": chance.choice(["decision", "action", "solution"]),
            },
            {"op": "add_node", "node": new},
            {"op": "remove_node", "node": key},
            {"op": "add_option", "node": key, "option": option},
            {"op": "remove_option", "node": key, "option": "on"},
            {"op": "connect", "node": key, "option": "done", "to": other},
            {"op": "set_start", "node": other},
            {"op": "arrange", "places": {key: chance.randrange(9)}},
            {"op": "move", "positions": [{"node": key, "x": 1, "y": 1}]},
        ]
    )


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_by_whom_the_findings_are_those_of_the_document(
    story, cast, tree_id, monkeypatch, seed
):
    """Two processes that read now and then, two authors, undo, discard and publishing."""
    chance = random.Random(seed)
    memories = []
    for _ in range(2):
        fresh_memory(monkeypatch)
        memories.append(finding_queries._kept)
    authors = [Author(story, each, tree_id) for each in (cast.senior, cast.second_senior)]
    done: list[tuple[Author, str]] = []
    for turn in range(60):
        author = chance.choice(authors)
        author.looks()
        keys = [node.key for node in author.draft().document.nodes]
        act = chance.random()
        try:
            if act < 0.1 and done:
                author, last = done.pop()
                author.looks()
                author.does(op="undo", operation=last)
            elif act < 0.15:
                discard(story, author)
            elif act < 0.2:
                story.do(tree_service.change, author.person.actor, tree_id, publish=True)
            else:
                [one] = author.does(**some_change(chance, keys)).operations
                done.append((author, str(one.id)))
        except (Invalid, Conflict):
            continue
        if chance.random() < 0.7:
            monkeypatch.setattr(finding_queries, "_kept", chance.choice(memories))
            assert found(story, author).items == finding_views(lint(author.draft().document)), turn


def discard(story, author: Author) -> None:
    story.do(
        going_back_service.discard,
        author.person.actor,
        author.tree_id,
        client=author.client,
        operation_id=uuid4(),
    )


def test_a_transaction_that_began_before_the_last_edit_is_answered_as_it_sees_it(story, author):
    author.sets("n0", "title", "Older")
    with story.database.reading() as db:
        older = db.get(Draft, author.tree_id)
        db.expunge(older)
    author.does(op="remove_node", node="n1")
    assert found(story, author).errors == 1
    with story.database.reading() as db:
        again = finding_queries._of_draft(db, older)
    assert {each.node for each in again} <= {"n0", "end"}
    assert found(story, author).errors == 1


def test_a_draft_larger_than_what_is_kept_is_checked_whole_each_time(
    story, author, checked, monkeypatch
):
    monkeypatch.setattr(finding_queries, "CHECKED_STEPS", 3)
    author.sets("n0", "title", "A")
    found(story, author)
    author.sets("n0", "title", "B")
    found(story, author)
    assert sorted(checked) == ["end", "end", "n0", "n0", "n1", "n1"]


@SQLITE
def test_an_answer_holds_the_first_of_many_findings(story, cast):
    size = FINDINGS_LIMIT + 100
    tree_id = story.publish(ImportedTree("Many", "", "", [], whole(size=size)))
    author = Author(story, cast.senior, tree_id)
    author.does(op="remove_node", node="end")
    view = found(story, author)
    assert view.errors > size
    assert len(view.items) == FINDINGS_LIMIT
    assert {each.severity for each in view.items} == {"error"}


MENDED = {
    "an option that leads nowhere": {"op": "connect", "node": "n1", "option": "on", "to": "ent"},
    "a start that is not there": {"op": "set_start", "node": "n00"},
    "a question with one option": {"op": "remove_option", "node": "n1", "option": "on"},
    "a command from a word processor": {
        "op": "set_field",
        "node": "n1",
        "field": "commands",
        "value": [{"text": "Get-Service –Name ‘Spooler’"}],
    },
}


@pytest.mark.parametrize("fault", MENDED.values(), ids=MENDED)
def test_a_mend_is_sent_as_it_is_and_the_finding_is_gone(story, author, fault):
    author.sets("n1", "body", "Look at it.")
    before = codes(story, author)
    author.does(**fault)
    [finding] = [
        each for each in found(story, author).items if (each.node, each.code) not in before
    ]
    assert finding.mend is not None
    assert finding.mend.label
    for change in finding.mend.changes:
        assert CHANGES.validate_python([change])
        author.does(**change)
    assert codes(story, author) == before
