"""Archiving, deleting and restoring trees, and who owns them."""

from datetime import date

import pytest

from rxapp.access.actor import Role
from rxapp.access.models import User
from rxapp.audit import queries as audit_queries
from rxapp.core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from rxapp.library import making_service, ownership_service, shelf_service
from rxapp.library import queries as library_queries
from rxapp.library import service as tree_service
from rxapp.members import service as members
from rxapp.sessions import hold_service
from rxapp.trees import queries
from rxapp.trees.rules import Show
from tests.support.drafting import Author
from tests.support.story import SILENT, YES


@pytest.fixture
def shown(story):
    def titles(person, show: Show) -> list[str]:
        return [tree.title for tree in story.see(queries.trees, person.actor, show=show).items]

    return titles


@pytest.fixture
def owner_of(story, cast):
    def name(tree_id) -> str:
        return story.see(queries.tree_with_document, cast.senior.actor, tree_id)[0].owner

    return name


def test_an_archived_tree_is_put_aside_until_it_is_restored(story, cast, shown):
    senior, tree_id = cast.senior, cast.tree_id
    running = story.start()
    for _ in range(2):
        story.do(shelf_service.archive, senior.actor, tree_id)
    assert shown(cast.technician, Show.PUBLISHED) == []
    assert shown(senior, Show.ARCHIVED) == ["No sound"]
    assert story.see(queries.search_page, cast.technician.actor, "sound").items == []
    counts = story.see(queries.categories, cast.technician.actor)
    assert [each.name for each in counts] == []
    with pytest.raises(NotFound):
        story.start()
    story.walk(running, YES, SILENT)
    author = Author(story, senior, tree_id)
    for write in (
        lambda: author.sets("plug", "title", "X"),
        lambda: story.do(tree_service.change, senior.actor, tree_id, title="X"),
    ):
        with pytest.raises(Conflict, match="archived"):
            write()
    story.do(shelf_service.restore, senior.actor, tree_id)
    assert shown(cast.technician, Show.PUBLISHED) == ["No sound"]
    assert [t.title for t in story.see(queries.search_page, senior.actor, "sound").items] == [
        "No sound"
    ]
    with pytest.raises(Invalid):
        story.do(shelf_service.restore, senior.actor, tree_id)


def test_an_archived_draft_comes_back_as_a_draft(story, cast, shown):
    tree = story.do(making_service.make_empty, cast.senior.actor, title="Fan noise")
    story.do(shelf_service.archive, cast.senior.actor, tree.id)
    assert shown(cast.senior, Show.DRAFTS) == []
    assert shown(cast.senior, Show.MINE) == []
    story.do(shelf_service.restore, cast.senior.actor, tree.id)
    assert shown(cast.senior, Show.DRAFTS) == ["Fan noise"]


def test_a_deleted_tree_is_restored_by_who_may_delete(story, cast):
    story.do(shelf_service.delete, cast.admin.actor, cast.tree_id)
    with pytest.raises(NotFound):
        story.do(shelf_service.archive, cast.senior.actor, cast.tree_id)
    with pytest.raises(Forbidden):
        story.do(shelf_service.restore, cast.senior.actor, cast.tree_id)
    story.do(shelf_service.restore, cast.admin.actor, cast.tree_id)


def test_what_was_seen_before_a_change_archives_nothing(story, cast):
    with pytest.raises(PreconditionFailed):
        story.do(shelf_service.archive, cast.senior.actor, cast.tree_id, revisions={99})


def test_the_usage_of_a_tree_counts_all_sessions_and_the_open_ones(story, cast):
    first, _second = story.start(), story.start()
    technician = cast.technician.actor
    story.do(hold_service.complete, technician, first, outcome="resolved")
    usage = story.see(library_queries.usage, cast.senior.actor, cast.tree_id)
    assert (usage.sessions, usage.open_sessions) == (2, 1)
    with pytest.raises(NotFound):
        story.see(library_queries.usage, cast.outsider.actor, cast.tree_id)
    with pytest.raises(Forbidden):
        story.see(library_queries.usage, technician, cast.tree_id)


def assign(story, actor, tree_id, **values) -> None:
    given = {"owner_id": None, "review_on": None, **values}
    story.do(ownership_service.assign, actor, tree_id, **given)


def test_a_tree_has_an_owner_who_may_write_it(story, cast, shown, owner_of):
    senior, second = cast.senior, cast.second_senior
    assign(story, senior.actor, cast.tree_id, owner_id=second.actor.user_id)
    assert owner_of(cast.tree_id) == second.actor.name
    assert shown(second, Show.MINE) == ["No sound"]
    for nobody in (cast.technician, cast.outsider):
        with pytest.raises(Invalid, match="may write trees"):
            assign(story, senior.actor, cast.tree_id, owner_id=nobody.actor.user_id)
    with pytest.raises(Forbidden):
        assign(story, cast.technician.actor, cast.tree_id)
    with pytest.raises(NotFound):
        assign(story, cast.outsider.actor, cast.tree_id)
    assign(story, senior.actor, cast.tree_id)
    assert owner_of(cast.tree_id) == ""
    choices = story.see(library_queries.authors, senior.actor)
    assert [each.name for each in choices] == ["Admin", "Owner", "Second Senior", "Senior"]
    lines = story.see(audit_queries.lines, cast.owner.actor).items
    assert [each.action for each in lines if "owner" in each.action] == ["tree.owner_changed"] * 2


def test_a_tree_is_due_from_its_review_date_on(story, cast, shown, moving_clock):
    today = moving_clock.now().date()
    assign(story, cast.senior.actor, cast.tree_id, review_on=today)
    assert shown(cast.senior, Show.DUE) == ["No sound"]
    tomorrow = date.fromordinal(today.toordinal() + 1)
    assign(story, cast.senior.actor, cast.tree_id, review_on=tomorrow)
    assert shown(cast.senior, Show.DUE) == []
    moving_clock.move_on(minutes=24 * 60)
    assert shown(cast.senior, Show.DUE) == ["No sound"]
    story.do(shelf_service.archive, cast.senior.actor, cast.tree_id)
    assert shown(cast.senior, Show.DUE) == []


@pytest.mark.parametrize("leaves", ["deactivated", "removed", "demoted"])
@pytest.mark.parametrize("heir", [None, "senior", "technician"])
def test_whoever_leaves_hands_over_what_they_own(story, cast, owner_of, leaves, heir):
    leaver, admin = cast.second_senior, cast.admin.actor
    assign(story, admin, cast.tree_id, owner_id=leaver.actor.user_id)
    held = story.see(members.held, admin, leaver.actor.user_id)
    assert (held.trees, held.total) == (1, 1)
    to = cast.person(heir).actor.user_id if heir else None
    if leaves == "demoted":
        moved = story.do(members.change_role, admin, leaver.actor.user_id, role=Role.VIEWER)
    else:
        act = members.deactivate if leaves == "deactivated" else members.remove
        moved = story.do(act, admin, leaver.actor.user_id, reassign_to=to)
    assert moved.trees == 1
    inherits = heir == "senior" and leaves != "demoted"
    assert owner_of(cast.tree_id) == ("Senior" if inherits else "")
    with pytest.raises(Invalid):
        assign(story, admin, cast.tree_id, owner_id=leaver.actor.user_id)


def test_an_owner_with_another_role_that_writes_trees_keeps_them(story, cast, owner_of):
    assign(story, cast.admin.actor, cast.tree_id, owner_id=cast.second_senior.actor.user_id)
    person = cast.second_senior.actor.user_id
    moved = story.do(members.change_role, cast.admin.actor, person, role=Role.ADMIN)
    assert moved.trees == 0
    assert owner_of(cast.tree_id) == "Second Senior"
    with story.database.reading() as db:
        assert db.get(User, person).role is Role.ADMIN
