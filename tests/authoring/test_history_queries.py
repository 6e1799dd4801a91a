"""Versions: what differs, and what publishing means for the sessions that run."""

import pytest

from rxapp.authoring import history_queries, tree_service
from rxapp.authoring.diff import Piece, pieces
from rxapp.core.errors import Forbidden, NotFound
from rxapp.sessions.models import GuidedSession
from tests.support.drafting import Author
from tests.support.story import YES


def node_of(db, session_id) -> str:
    return db.get(GuidedSession, session_id).node_key


@pytest.fixture
def author(story, cast):
    return Author(story, cast.senior, cast.tree_id)


def test_a_changed_text_is_told_word_by_word():
    assert [(each.kind, each.text) for each in pieces("Plug it in", "Plug them in")] == [
        (Piece.KEPT, "Plug "),
        (Piece.REMOVED, "it"),
        (Piece.ADDED, "them"),
        (Piece.KEPT, " in"),
    ]


def test_versions_are_compared_with_each_other_and_with_the_draft(story, cast, author):
    senior, tree_id = cast.senior.actor, cast.tree_id
    start = author.draft().document.start
    before = author.node(start)
    author.sets(start, "title", "Another question")
    author.does(op="set_option_label", node=start, option=before.options[0].key, label="Sure")
    author.does(op="move", positions=[{"node": start, "x": 4, "y": 4}])
    to_draft = story.see(history_queries.compared, senior, tree_id, old=1, new=None)
    story.do(tree_service.change, senior, tree_id, publish=True)
    to_version = story.see(history_queries.compared, senior, tree_id, old=1, new=2)
    assert to_draft == to_version
    [step] = to_version.changed
    assert [(each.field, each.after) for each in step.fields] == [("title", "Another question")]
    assert [(each.before.label, each.after.label) for each in step.options] == [
        (before.options[0].label, "Sure")
    ]
    assert (to_version.added, to_version.removed, to_version.order) == ([], [], None)
    assert story.see(history_queries.compared, senior, tree_id, old=2, new=None).is_empty
    with pytest.raises(NotFound):
        story.see(history_queries.compared, senior, tree_id, old=3, new=None)


def test_the_impact_counts_open_sessions_and_those_on_removed_steps(story, cast, author):
    senior, tree_id = cast.senior.actor, cast.tree_id
    story.start()
    walked = story.start()
    story.walk(walked, YES)
    standing = story.see(node_of, walked)
    author.does(op="remove_node", node=standing)
    found = story.see(history_queries.impact, senior, tree_id)
    assert (found.sessions, found.on_removed_steps) == (2, 1)
    assert [(each.number, each.sessions, each.on_removed_steps) for each in found.versions] == [
        (1, 2, 1)
    ]


def test_who_may_not_write_gets_neither(story, cast):
    for person, refusal in ((cast.technician, Forbidden), (cast.outsider, NotFound)):
        with pytest.raises(refusal):
            story.see(history_queries.impact, person.actor, cast.tree_id)
        with pytest.raises(refusal):
            story.see(history_queries.compared, person.actor, cast.tree_id, old=1, new=None)
