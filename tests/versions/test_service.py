"""Versions: their history, what differs, publishing with a note, and going back to one."""

from uuid import uuid4

import pytest

from rxapp.audit.models import AuditEntry
from rxapp.audit.rules import Action
from rxapp.core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from rxapp.library import service as tree_service
from rxapp.sessions.models import GuidedSession
from rxapp.trees.rules import VERSION_NOTE_LIMIT
from rxapp.versions import (
    diff_queries,
    going_back_service,
    impact_queries,
    publish_queries,
    publish_service,
)
from rxapp.versions import queries as version_queries
from tests.support.drafting import Author, whole
from tests.support.story import NO, YES


def node_of(db, session_id) -> str:
    return db.get(GuidedSession, session_id).node_key


@pytest.fixture
def author(story, cast):
    return Author(story, cast.senior, cast.tree_id)


@pytest.fixture
def publish(story, cast):
    """Publish the draft as it is now; returns the number of the version."""

    def act(by=cast.senior, *, revision: int | None = None, note: str = "") -> int:
        seen = Author(story, by, cast.tree_id).seen if revision is None else revision
        made = story.do(publish_service.publish, by.actor, cast.tree_id, revision=seen, note=note)
        return made.version

    return act


@pytest.fixture
def compared(story, cast):
    def read(old: int, new: int | None = None, **values):
        return story.see(
            diff_queries.compared, cast.senior.actor, cast.tree_id, old=old, new=new, **values
        )

    return read


@pytest.fixture
def go_back(story, cast):
    def act(verb, by=cast.senior, **values):
        values = {"client": "versions-page", "operation_id": uuid4(), **values}
        return story.do(verb, by.actor, cast.tree_id, **values)

    return act


def history(story, cast, **values):
    return story.see(version_queries.versions, cast.senior.actor, cast.tree_id, **values)


def test_the_history_says_who_published_what_and_when(story, cast, author, publish):
    author.sets("plug", "title", "Plug it in firmly")
    publish(note="  Say it firmly.  ")
    author.looks()
    author.does(op="remove_node", node="call-senior")
    author.does(op="remove_option", node="volume", option="silent")
    publish(cast.second_senior)
    page = history(story, cast)
    assert [(each.number, each.published_by, each.note, each.steps) for each in page.items] == [
        (3, "Second Senior", "", 5),
        (2, "Senior", "Say it firmly.", 6),
        (1, "", "", 6),
    ]
    first = history(story, cast, limit=2)
    rest = history(story, cast, limit=2, cursor=first.next_cursor)
    assert [each.number for each in (*first.items, *rest.items)] == [3, 2, 1]
    assert rest.next_cursor is None


def test_versions_are_compared_with_each_other_and_with_the_draft(cast, author, publish, compared):
    before = author.node("plugged")
    author.sets("plugged", "title", "Is the plug in?")
    author.does(op="set_option_label", node="plugged", option=YES, label="Sure")
    author.does(op="connect", node="plugged", option=NO, to="volume")
    author.does(op="connect", node="volume", option="silent", to="plug")
    author.does(op="remove_node", node="call-senior")
    author.does(op="reorder_options", node="plugged", options=[NO, YES])
    author.does(op="move", positions=[{"node": "plugged", "x": 4, "y": 4}])
    author.sets(None, "title", "No sound at all")
    to_draft = compared(1)
    publish()
    to_version = compared(1, 2)
    assert (to_draft.items, to_draft.start) == (to_version.items, to_version.start)
    step, other, gone = to_version.items
    assert (other.key, gone.key, gone.kind) == ("volume", "call-senior", "removed")
    assert (step.kind, step.title, step.order) == ("changed", "Is the plug in?", ["No", "Sure"])
    assert [(each.field, each.after) for each in step.fields] == [("title", "Is the plug in?")]
    changes = {each.key: each for each in step.options}
    assert (changes[YES].before.label, changes[YES].after.label) == ("Yes", "Sure")
    assert (changes[NO].before.to_title, changes[NO].after.to_title) == (
        "Plug it in",
        "Turn the volume up",
    )
    assert before.options[0].label == "Yes"
    assert [(each.field, each.before, each.after) for each in to_version.head] == [
        ("title", "No sound", "No sound at all")
    ]
    same = compared(2)
    assert (same.items, same.head, same.start, same.has_more) == ([], [], None, False)
    with pytest.raises(NotFound):
        compared(3)


def test_a_large_difference_comes_page_by_page(story, cast, compared, publish):
    story.do(tree_service.change, cast.senior.actor, cast.tree_id, document=whole(size=120))
    page = compared(1, limit=50)
    read = [each.key for each in page.items]
    while page.has_more:
        page = compared(1, after=len(read), limit=50)
        read += [each.key for each in page.items]
    assert (page.added, page.removed, page.changed) == (120, 6, 0)
    assert len(read) == len(set(read)) == 126
    assert page.start.before.title == "Is the speaker plugged in?"


def test_a_page_of_large_steps_ends_early(story, cast, author, compared):
    for n in range(60):
        node = {"key": f"n{n}", "kind": "action", "title": "T", "body": "x" * 19_000}
        author.does(op="add_node", node=node)
    page = compared(1, limit=200)
    assert 15 < len(page.items) < 40
    assert page.has_more
    author_page = compared(1, after=len(page.items), limit=200)
    assert author_page.items[0].key not in {each.key for each in page.items}


def test_a_version_is_read_in_walking_order(story, cast, author, publish):
    author.does(op="add_node", node={"key": "lost", "kind": "solution", "title": "Lost"})
    author.does(op="remove_node", node="lost")
    author.does(op="arrange", places={"call-senior": 0, "plugged": 9})
    author.sets("plug", "title", "Plug it in firmly")
    publish()
    read = [
        story.see(version_queries.steps, cast.senior.actor, cast.tree_id, 2, after=n, limit=1)
        for n in range(6)
    ]
    keys = [each.items[0].key for each in read]
    assert keys == ["plugged", "volume", "was-muted", "call-senior", "plug", "was-unplugged"]
    assert [each.has_more for each in read] == [True] * 5 + [False]
    assert [option.to_title for option in read[0].items[0].options] == [
        "Turn the volume up",
        "Plug it in firmly",
    ]


def test_publishing_what_changed_since_it_was_read_is_refused(cast, author, publish):
    author.sets("plug", "title", "Read by the publisher")
    read = author.seen
    author.sets("plug", "title", "Never read by anybody")
    with pytest.raises(Conflict, match="has changed since you read it") as refusal:
        publish(cast.second_senior, revision=read)
    assert refusal.value.extra["revision"] == author.seen
    with pytest.raises(Conflict, match="has changed since"):
        publish(revision=author.seen + 1)
    assert publish(cast.second_senior, revision=author.seen) == 2
    with pytest.raises(Conflict, match="no draft to publish"):
        publish(cast.second_senior, revision=author.seen)


def test_placing_steps_does_not_make_a_reader_read_again(author, publish):
    author.sets("plug", "title", "Read by the publisher")
    read = author.seen
    moved = author.does(op="move", positions=[{"node": "plug", "x": 1, "y": 1}])
    author.does(op="arrange", places={"plug": 40})
    author.does(op="undo", operation=str(moved.operations[0].id))
    assert publish(revision=read) == 2


def test_a_note_has_its_limit(author, publish):
    author.sets("plug", "title", "Another")
    with pytest.raises(Invalid, match=f"{VERSION_NOTE_LIMIT:,} characters"):
        publish(note="x" * (VERSION_NOTE_LIMIT + 1))
    assert publish(note="x" * VERSION_NOTE_LIMIT) == 2


def test_publishing_counts_open_sessions_and_leaves_each_where_it_stands(
    story, cast, author, publish
):
    begun, walked = story.start(), story.start()
    story.walk(walked, YES)
    standing = story.see(node_of, walked)
    author.does(op="connect", node="plugged", option=YES, to="plug")
    author.does(op="remove_node", node=standing)
    author.does(op="remove_node", node="was-muted")
    author.does(op="remove_node", node="call-senior")
    view = story.see(publish_queries.publish_view, cast.senior.actor, cast.tree_id)
    assert (view.impact.sessions, view.impact.on_removed_steps, view.errors) == (2, 1, 0)
    assert publish() == 2
    story.walk(walked, "silent")
    assert story.see(node_of, walked) == "call-senior", "a step of the version that it runs"
    fresh = story.start()
    assert story.case(fresh).version == 2
    assert story.case(begun).version == 1
    found = story.see(impact_queries.impact, cast.senior.actor, cast.tree_id)
    assert [(each.number, each.sessions, each.on_removed_steps) for each in found.versions] == [
        (2, 1, 0),
        (1, 2, 1),
    ]


def test_errors_block_publishing_and_name_their_step(story, cast, author, publish):
    author.does(op="connect", node="plugged", option=YES, to="gone")
    view = story.see(publish_queries.publish_view, cast.senior.actor, cast.tree_id)
    found = {each.node: each for each in view.findings if each.blocks}
    assert found["plugged"].title == "Is the speaker plugged in?"
    assert view.errors >= 1
    with pytest.raises(Invalid):
        publish()


def test_an_old_version_becomes_the_draft_and_that_can_be_undone(
    story, cast, author, publish, go_back, compared
):
    author.sets("plug", "title", "Second title")
    author.sets("volume", "commands", [{"label": "Louder", "text": "Set-AudioDevice -Volume 80"}])
    publish()
    author.looks()
    author.sets("plug", "title", "Third title, not published")
    operation_id = uuid4()
    answer = go_back(going_back_service.take, number=1, operation_id=operation_id)
    assert author.node("plug").title == "Plug it in"
    assert [each.key for each in compared(2).items] == ["plug", "volume"]
    again = go_back(going_back_service.take, number=1, operation_id=operation_id)
    assert again.revision == answer.revision, "a repeat is done once"
    author.looks()
    author.does(op="undo", operation=str(operation_id))
    assert author.node("plug").title == "Third title, not published"
    with pytest.raises(PreconditionFailed):
        go_back(going_back_service.take, number=1, revisions={answer.revision})
    with pytest.raises(NotFound):
        go_back(going_back_service.take, number=9)


def test_the_newest_version_as_the_draft_leaves_nothing_to_publish(author, go_back, publish):
    author.sets("plug", "title", "Given up")
    go_back(going_back_service.take, number=1)
    assert not author.draft().is_changed
    author.looks()
    author.sets(None, "title", "Another name")
    author.sets("plug", "title", "Given up again")
    go_back(going_back_service.take, number=1)
    draft = author.draft()
    assert (draft.is_changed, draft.title) == (True, "Another name"), "the name was not taken back"


def test_it_is_all_in_the_audit_log(story, author, publish, go_back):
    author.sets("plug", "title", "Another")
    publish()
    author.looks()
    go_back(going_back_service.take, number=1)
    lines = story.see(
        lambda db: [
            (each.action, each.detail.get("version")) for each in db.query(AuditEntry).all()
        ]
    )
    assert (Action.TREE_PUBLISHED, 2) in lines
    assert (Action.TREE_VERSION_TAKEN, 1) in lines


CALLS = {
    "versions": lambda story, actor, tree: story.see(version_queries.versions, actor, tree),
    "head": lambda story, actor, tree: story.see(version_queries.history_head, actor, tree),
    "detail": lambda story, actor, tree: story.see(version_queries.version_detail, actor, tree, 1),
    "steps": lambda story, actor, tree: story.see(
        version_queries.steps, actor, tree, 1, after=0, limit=9
    ),
    "diff": lambda story, actor, tree: story.see(
        diff_queries.compared, actor, tree, old=1, new=None
    ),
    "impact": lambda story, actor, tree: story.see(impact_queries.impact, actor, tree),
    "view": lambda story, actor, tree: story.see(publish_queries.publish_view, actor, tree),
    "publish": lambda story, actor, tree: story.do(
        publish_service.publish, actor, tree, revision=1
    ),
    "take": lambda story, actor, tree: story.do(
        going_back_service.take, actor, tree, number=1, client="a-client", operation_id=uuid4()
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_who_may_not_write_and_who_is_outside_get_nothing(story, cast, author, call):
    author.sets("plug", "title", "Another")
    for person, refusal in ((cast.technician, Forbidden), (cast.outsider, NotFound)):
        with pytest.raises(refusal):
            CALLS[call](story, person.actor, cast.tree_id)
