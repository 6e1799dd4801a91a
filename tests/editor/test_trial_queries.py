"""The trial of a draft: what is read and said at each step."""

import re

import pytest
from sqlalchemy import event

from rxapp.core.errors import Forbidden, NotFound
from rxapp.editor.trial_queries import ABSENT, trial_view
from rxapp.editor.trial_views import TrialView
from rxapp.library import shelf_service
from rxapp.sessions.rules import CRUMBS_SHOWN
from rxapp.trees.importer import ImportedTree
from tests.support.drafting import Author, whole


@pytest.fixture
def tree_id(story):
    return story.publish(ImportedTree("Lamp", "", "Devices", [], whole()))


@pytest.fixture
def author(story, cast, tree_id):
    return Author(story, cast.senior, tree_id)


@pytest.fixture
def tried(story, author):
    def at(step: str = "", path: str = "") -> TrialView:
        return story.see(trial_view, author.person.actor, author.tree_id, step=step, path=path)

    return at


def test_without_a_draft_the_newest_version_is_tried(tried, tree_id):
    seen = tried()
    assert (seen.title, seen.revision, seen.number, seen.back) == ("Lamp", 0, 1, "")
    assert seen.node and seen.node.title == "Step 0"
    here = f"/trees/{tree_id}/try"
    assert [(each.label, each.hotkey, each.href) for each in seen.answers] == [
        ("On", "1", f"{here}?step=n1&path=n0:on"),
        ("Done", "2", f"{here}?step=end&path=n0:done"),
    ]
    assert (seen.over, seen.edit) == (here, f"/trees/{tree_id}/edit?step=n0")


def test_each_step_knows_the_way_to_it_and_back(tried, author, tree_id):
    author.sets("n1", "title", "Is it bright?")
    seen = tried("n1", "n0:on")
    assert seen.node and seen.node.title == "Is it bright?"
    assert [(each.seq, each.title, each.answer) for each in seen.crumbs] == [(1, "Step 0", "On")]
    assert (seen.number, seen.crumbs_before, seen.came_by) == (2, 0, "n0:on")
    assert seen.back == f"/trees/{tree_id}/try?step=n0"
    end = tried("end", "n0:on,n1:done")
    assert end.back == f"/trees/{tree_id}/try?step=n1&path=n0:on"
    assert (end.answers, end.trouble) == ([], None)


def test_a_loop_shows_the_end_of_its_path(tried):
    seen = tried("n1", ",".join(["n0:on", "n1:on"] * 4 + ["n0:on"]))
    assert (seen.number, seen.crumbs_before) == (10, 9 - CRUMBS_SHOWN)
    assert [each.seq for each in seen.crumbs] == [6, 7, 8, 9]


def test_a_published_tree_with_a_draft_is_tried_as_written(tried, author):
    author.sets(None, "title", "Desk lamp")
    author.does(op="set_start", node="n1")
    seen = tried()
    assert seen.title == "Desk lamp"
    assert seen.node and seen.node.key == "n1"


def test_an_answer_to_a_removed_step_says_where_to_mend_it(tried, author, tree_id):
    author.does(op="remove_node", node="n1")
    trouble = tried("n1", "n0:on").trouble
    assert trouble is not None
    assert trouble.words == "The answer “On” of “Step 0” leads nowhere: its step is not there."
    assert (trouble.label, trouble.href) == ("Edit “Step 0”", f"/trees/{tree_id}/edit?step=n0")
    author.does(op="connect", node="n0", option="on", to="end")
    trouble = tried("n1", "n0:on").trouble
    assert trouble is not None
    assert trouble.words == "The answer “On” of “Step 0” leads to another step now."
    assert (trouble.label, trouble.href) == (
        "Go there",
        f"/trees/{tree_id}/try?step=end&path=n0:on",
    )


def test_a_removed_step_in_the_path_is_named_as_such(tried, author):
    author.does(op="remove_node", node="n0")
    seen = tried("end", "n0:on,n1:done")
    assert [(each.title, each.answer) for each in seen.crumbs] == [
        (ABSENT, ""),
        ("Step 1", "Done"),
    ]
    trouble = tried().trouble
    assert trouble is not None and trouble.words.startswith("The draft has no step “n0”.")


def test_a_step_without_answers_says_so(tried, author, tree_id):
    for option in ("on", "done"):
        author.does(op="remove_option", node="n1", option=option)
    seen = tried("n1")
    assert seen.node and seen.trouble
    assert seen.trouble.words.startswith("This step has no answers")
    assert seen.trouble.href == f"/trees/{tree_id}/edit?step=n1"
    author.sets("n1", "kind", "solution")
    assert tried("n1").trouble is None


def test_an_answer_counts_as_walked_only_if_it_leads_here(tried):
    assert tried("n1", "n0:on").came_by == "n0:on"
    assert tried("end", "n0:on").came_by == ""
    assert tried("n1", "n0:gone").came_by == ""
    assert tried("n1").came_by == ""


@pytest.mark.parametrize("key", ["\x00", "a b", "x" * 1_000_000, "<b>", "’; --", "\ud800"])
def test_no_address_is_too_odd(tried, key):
    seen = tried(key, f"{key}:{key}")
    assert (seen.node, seen.crumbs) == (None, [])
    assert seen.trouble and seen.trouble.words == "This address names no step of a tree."


def test_the_keys_of_another_tree_name_nothing_here(story, tried, cast):
    other = whole().model_dump(mode="json")
    other["nodes"][0]["key"] = other["start"] = "elsewhere"
    story.publish(ImportedTree("Other", "", "", [], type(whole()).model_validate(other)))
    seen = tried("elsewhere", "elsewhere:on")
    assert (seen.node, [each.title for each in seen.crumbs]) == (None, [ABSENT])
    assert seen.trouble and seen.trouble.href.endswith("/try")


def test_a_step_costs_the_same_in_a_large_tree(story, cast, database):
    def asked(size: int) -> list[tuple[str, int]]:
        """The tables that are read, each with how many values the statement has."""
        tree = story.publish(ImportedTree(f"Of {size}", "", "", [], whole(size=size)))
        Author(story, cast.senior, tree).sets("n1", "title", "Changed")
        found: list[tuple[str, int]] = []

        def note(_conn, _cursor, statement, parameters, *_rest):
            if table := re.search(r"FROM (\w+)", statement):
                found.append((table[1], len(parameters)))

        event.listen(database.engine, "before_cursor_execute", note)
        path = ",".join(f"n{n % (size - 1)}:on" for n in range(60))
        story.see(trial_view, cast.senior.actor, tree, step="n1", path=path)
        event.remove(database.engine, "before_cursor_execute", note)
        return found

    small, large = asked(10), asked(400)
    assert [table for table, _ in large] == ["tree", "draft_node"]
    assert large == small
    assert large[1][1] <= 1 + CRUMBS_SHOWN + 1, "the tree, the step, and the path that is shown"


def test_strangers_and_readers_try_nothing(story, cast, tree_id):
    with pytest.raises(Forbidden):
        story.see(trial_view, cast.technician.actor, tree_id, step="", path="")
    with pytest.raises(NotFound):
        story.see(trial_view, cast.outsider.actor, tree_id, step="", path="")
    story.do(shelf_service.delete, cast.admin.actor, tree_id)
    with pytest.raises(NotFound):
        story.see(trial_view, cast.senior.actor, tree_id, step="", path="")
