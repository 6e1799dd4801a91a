"""What the library shows to those who write trees, kept in step by everything that writes one."""

import ast
from uuid import uuid4

import pytest

from rxapp.core.errors import Conflict, Forbidden, NotFound
from rxapp.drafts.models import Draft
from rxapp.library import making_service
from rxapp.library import service as tree_service
from rxapp.trees import queries
from rxapp.trees.models import Tree
from rxapp.trees.rules import TITLE_LIMIT, Show
from rxapp.trees.views import TreeCard
from rxapp.versions import going_back_service
from tests.support.cast import Person
from tests.support.drafting import Author, whole
from tests.support.server import ROOT
from tests.support.story import Story


@pytest.fixture
def shown(story: Story):
    """The titles that somebody finds on one of the library's lists."""

    def titles(person: Person, show: Show, **filters) -> list[str]:
        page = story.see(queries.trees, person.actor, show=show, **filters)
        return [tree.title for tree in page.items]

    return titles


def card(story: Story, person: Person, title: str, show: Show = Show.PUBLISHED) -> TreeCard:
    page = story.see(queries.trees, person.actor, show=show, title=title)
    return next(tree for tree in page.items if tree.title == title)


def test_a_tree_from_nothing_is_a_draft_of_one_step_and_belongs_to_its_maker(story, cast, shown):
    senior = cast.senior
    tree = story.do(making_service.make_empty, senior.actor, title="Fan noise", category="Devices")
    draft = Author(story, senior, tree.id).draft()
    assert [node.title for node in draft.document.nodes] == [making_service.FIRST_STEP]
    assert draft.document.start == draft.document.nodes[0].key
    made = card(story, senior, "Fan noise", Show.DRAFTS)
    assert (made.owner_id, made.owner) == (senior.actor.user_id, senior.actor.name)
    assert (made.category, made.version, made.has_changes) == ("Devices", 0, True)
    assert shown(senior, Show.MINE) == ["Fan noise"]
    assert shown(cast.second_senior, Show.MINE) == []
    assert shown(cast.technician, Show.PUBLISHED) == ["No sound"]
    with pytest.raises(Conflict):
        story.do(making_service.make_empty, cast.admin.actor, title="Fan noise")


def test_a_copy_has_what_the_draft_says_and_a_free_title(story, cast):
    senior = cast.senior
    Author(story, senior, cast.tree_id).sets("plug", "title", "Push it in")
    first, second = (
        story.do(making_service.make_copy, senior.actor, cast.tree_id) for _ in range(2)
    )
    assert (first.title, second.title) == ("Copy of No sound", "Copy of No sound (2)")
    copied = Author(story, senior, first.id).draft()
    assert copied.document.node("plug").title == "Push it in"
    assert (copied.category, copied.tags) == ("Devices", ["audio", "speaker"])
    Author(story, senior, first.id).sets("plug", "title", "Mine")
    source = Author(story, senior, cast.tree_id).draft()
    assert source.document.node("plug").title == "Push it in"


def test_a_copy_of_the_longest_title_fits(story, cast):
    long = "x" * TITLE_LIMIT
    tree = story.do(making_service.make_empty, cast.senior.actor, title=long)
    copies = [story.do(making_service.make_copy, cast.senior.actor, tree.id) for _ in range(3)]
    titles = [copy.title for copy in copies]
    assert len(set(titles)) == 3
    assert max(map(len, titles)) <= TITLE_LIMIT


def test_nobody_begins_a_tree_who_may_not_and_nothing_of_others_is_copied(story, cast):
    for verb, values in (
        (making_service.make_empty, {"title": "X"}),
        (making_service.make_copy, {"tree_id": cast.tree_id}),
    ):
        with pytest.raises(Forbidden):
            story.do(verb, cast.technician.actor, **values)
    with pytest.raises(NotFound):
        story.do(making_service.make_copy, cast.outsider.actor, cast.tree_id)


def test_the_list_of_drafts_follows_whatever_changes_a_draft(story, cast, shown):
    """Each row: what was done, and whether the tree has unpublished changes after it."""
    senior, tree_id = cast.senior, cast.tree_id
    author = Author(story, senior, tree_id)
    first = author.does(op="set_field", node="plug", field="title", value="Push it in")
    assert shown(senior, Show.DRAFTS) == ["No sound"]
    author.does(op="undo", operation=str(first.operations[0].id))
    story.do(
        going_back_service.discard, senior.actor, tree_id, client="tab-of-x", operation_id=uuid4()
    )
    assert shown(senior, Show.DRAFTS) == []
    author.looks()
    author.does(op="move", positions=[{"node": "plug", "x": 1, "y": 2}])
    assert shown(senior, Show.DRAFTS) == [], "a place on the canvas is no change"
    story.do(tree_service.change, senior.actor, tree_id, description="Silent speakers")
    assert shown(senior, Show.DRAFTS) == [], "it is live at once"
    story.do(tree_service.change, senior.actor, tree_id, document=whole())
    assert shown(senior, Show.DRAFTS) == ["No sound"]
    story.do(tree_service.change, senior.actor, tree_id, publish=True)
    assert shown(senior, Show.DRAFTS) == []
    with story.database.reading() as db:
        drafts = {row.tree_id: row.is_changed for row in db.query(Draft)}
        assert drafts == {tree_id: False}
        assert db.get(Tree, tree_id).has_changes is False


def test_only_one_function_says_whether_a_draft_has_changes():
    """Or a list would say something else than the draft."""
    places = []
    for path in sorted((ROOT / "rxapp").glob("*/*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                places += [
                    f"{path.name}: {function.name}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.Attribute)
                    and isinstance(node.ctx, ast.Store)
                    and node.attr in ("is_changed", "has_changes")
                ]
    assert set(places) == {"rows_service.py: mark_changed"}


def test_readers_see_published_trees_and_nothing_of_drafts(story, cast, shown):
    Author(story, cast.senior, cast.tree_id).sets("plug", "title", "Push it in")
    assert card(story, cast.senior, "No sound").has_changes
    assert not card(story, cast.technician, "No sound").has_changes
    found = story.see(queries.search_page, cast.technician.actor, "sound").items
    assert [tree.has_changes for tree in found] == [False]
    for show in set(Show) - {Show.PUBLISHED}:
        with pytest.raises(Forbidden):
            shown(cast.technician, show)
    with pytest.raises(Forbidden):
        shown(cast.senior, Show.DELETED)
    assert shown(cast.outsider, Show.DRAFTS) == []


def test_titles_are_narrowed_by_each_word_whatever_it_holds(story, cast, shown):
    for title in ("100% full", "100 files", "A_b", "Axb"):
        story.do(making_service.make_empty, cast.senior.actor, title=title)
    assert shown(cast.senior, Show.DRAFTS, title="FULL 100") == ["100% full"]
    assert shown(cast.senior, Show.DRAFTS, title="a_b") == ["A_b"]
    assert shown(cast.senior, Show.MINE, title="nothing") == []
