"""A second person publishes: who changed a draft asks for a review, and another one publishes."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from rxapp.access.models import Account
from rxapp.account import service as accounts
from rxapp.audit.models import AuditEntry
from rxapp.audit.rules import Action
from rxapp.core.errors import Conflict, Forbidden, NotFound
from rxapp.library import service as tree_service
from rxapp.versions import going_back_service, publish_queries, publish_service, review_service
from rxapp.versions import queries as version_queries
from tests.support.drafting import Author, whole

OWN = "second person publishes"


@pytest.fixture(autouse=True)
def wants_second_person(story, cast):
    story.do(
        accounts.change_account,
        cast.admin.actor,
        retention_days=None,
        second_person_publishes=True,
    )


@pytest.fixture
def author(story, cast):
    return Author(story, cast.senior, cast.tree_id)


@pytest.fixture
def publish(story, cast):
    def act(by):
        revision = Author(story, by, cast.tree_id).seen
        return story.do(publish_service.publish, by.actor, cast.tree_id, revision=revision).version

    return act


@pytest.fixture
def view(story, cast):
    def read(by=cast.senior):
        return story.see(publish_queries.publish_view, by.actor, cast.tree_id)

    return read


def test_who_changed_the_draft_asks_and_another_one_publishes(story, cast, author, publish, view):
    author.sets("plug", "title", "Plug it in firmly")
    with pytest.raises(Conflict, match=OWN):
        publish(cast.senior)
    with pytest.raises(Conflict, match=OWN):
        story.do(tree_service.change, cast.senior.actor, cast.tree_id, publish=True)
    story.do(review_service.ask_review, cast.senior.actor, cast.tree_id, note=" Firmly. ")
    shown = view(cast.second_senior)
    assert (shown.review.by, shown.review.note) == ("Senior", "Firmly.")
    assert (shown.is_mine, shown.authors, view().is_mine) == (False, ["Senior"], True)
    assert publish(cast.second_senior) == 2
    [version, _] = story.see(version_queries.versions, cast.senior.actor, cast.tree_id).items
    assert version.note == "Firmly.", "what the author wrote, where the other adds nothing"
    after = view()
    assert (after.review, after.authors, after.is_mine) == (None, [], False)
    author.looks()
    author.sets("volume", "title", "Turn it up")
    assert view(cast.second_senior).authors == ["Senior"], "those of the next version"


def test_everybody_who_changed_something_is_an_author(cast, story, author, publish, view):
    author.sets("plug", "title", "Plug it in firmly")
    second = Author(story, cast.second_senior, cast.tree_id)
    second.does(op="move", positions=[{"node": "plug", "x": 1, "y": 1}])
    assert view(cast.second_senior).authors == ["Senior"], "who places steps changes nothing"
    second.sets("plug", "title", "Plug it in with a click")
    for person in (cast.senior, cast.second_senior):
        with pytest.raises(Conflict, match=OWN):
            publish(person)
    assert publish(cast.admin) == 2


def test_a_discarded_change_counts_again_once_that_is_undone(cast, story, author, view, publish):
    author.sets("plug", "title", "Plug it in firmly")
    second = Author(story, cast.second_senior, cast.tree_id)
    discarding = uuid4()
    story.do(
        going_back_service.discard,
        cast.second_senior.actor,
        cast.tree_id,
        client=second.client,
        operation_id=discarding,
    )
    assert view().authors == []
    second.looks()
    second.does(op="undo", operation=str(discarding))
    assert view().authors == ["Second Senior", "Senior"]
    with pytest.raises(Conflict, match=OWN):
        publish(cast.senior)


def test_after_a_discarded_draft_its_author_may_publish_what_another_writes(
    cast, story, author, publish
):
    author.sets("plug", "title", "Plug it in firmly")
    story.do(
        going_back_service.discard,
        cast.senior.actor,
        cast.tree_id,
        client=author.client,
        operation_id=uuid4(),
    )
    Author(story, cast.second_senior, cast.tree_id).sets("plug", "title", "Another idea")
    assert publish(cast.senior) == 2


def test_a_new_tree_is_published_by_another_one_too(cast, story):
    values = {"title": "Lamp", "document": whole()}
    with pytest.raises(Conflict, match=OWN):
        story.do(tree_service.create, cast.senior.actor, **values)
    tree = story.do(tree_service.create, cast.senior.actor, **values, publish=False)
    with pytest.raises(Conflict, match=OWN):
        story.do(tree_service.change, cast.senior.actor, tree.id, publish=True)
    story.do(publish_service.publish, cast.admin.actor, tree.id, revision=0)


def test_renaming_a_tree_makes_nobody_an_author(cast, story, author, publish, view):
    author.sets("plug", "title", "Plug it in firmly")
    story.do(tree_service.change, cast.second_senior.actor, cast.tree_id, title="Silence")
    assert view().authors == ["Senior"]
    assert publish(cast.second_senior) == 2


def test_the_setting_turned_off_lets_an_only_author_publish(cast, story, author, publish, view):
    for person in (cast.second_senior, cast.admin):
        story.deactivate(person)
    story.change(cast.owner, is_active=False)  # nobody can do this to themselves
    author.sets("plug", "title", "Plug it in firmly")
    assert view().reviewers == 0
    with pytest.raises(Conflict, match=OWN):
        publish(cast.senior)
    story.do(
        accounts.change_account,
        cast.owner.actor,
        retention_days=None,
        second_person_publishes=False,
    )
    assert publish(cast.senior) == 2


def test_a_request_can_be_taken_back_and_needs_something_to_review(cast, story, author, view):
    ask = (review_service.ask_review, cast.senior.actor, cast.tree_id)
    with pytest.raises(Conflict, match="no draft"):
        story.do(*ask)
    author.sets("plug", "title", "Plug it in firmly")
    story.do(*ask)
    story.do(*ask, note="Renewed")
    assert view().review.note == "Renewed"
    for _ in range(2):
        story.do(review_service.withdraw_review, cast.second_senior.actor, cast.tree_id)
    assert view().review is None
    actions = story.see(lambda db: [each.action for each in db.query(AuditEntry).all()])
    assert actions.count(Action.TREE_REVIEW_ASKED) == 2
    assert actions.count(Action.TREE_REVIEW_WITHDRAWN) == 1


def test_without_the_setting_nobody_asks(cast, story, author):
    with story.database.transaction() as db:
        db.get(Account, cast.senior.actor.account_id).second_person_publishes = False
    author.sets("plug", "title", "Plug it in firmly")
    with pytest.raises(Conflict, match="No review is needed"):
        story.do(review_service.ask_review, cast.senior.actor, cast.tree_id)


def test_who_may_not_write_and_who_is_outside_neither_ask_nor_withdraw(cast, story, author):
    author.sets("plug", "title", "Plug it in firmly")
    for person, refusal in ((cast.technician, Forbidden), (cast.outsider, NotFound)):
        for verb in (review_service.ask_review, review_service.withdraw_review):
            with pytest.raises(refusal):
                story.do(verb, person.actor, cast.tree_id)


def test_of_two_who_publish_at_once_one_does(cast, story, author, view):
    author.sets("plug", "title", "Plug it in firmly")
    revision = author.seen

    def act(person):
        try:
            story.do(publish_service.publish, person.actor, cast.tree_id, revision=revision)
        except Conflict as refusal:
            return str(refusal)
        return "published"

    with ThreadPoolExecutor(3) as threads:
        people = (cast.second_senior, cast.admin, cast.owner)
        found = sorted(threads.map(act, people))
    assert found == ["There is no draft to publish."] * 2 + ["published"]


def test_an_edit_and_a_publication_at_once_leave_no_edit_unread(cast, story, author):
    """Whichever comes first: the version has the edit only if it was read."""
    author.sets("plug", "title", "Read")
    revision = author.seen
    late = Author(story, cast.senior, cast.tree_id, client="another-tab")

    def publish():
        story.do(publish_service.publish, cast.admin.actor, cast.tree_id, revision=revision)

    with ThreadPoolExecutor(2) as threads:
        edit = threads.submit(late.sets, "volume", "title", "Unread")
        publication = threads.submit(publish)
        edit.result()
        refusal = publication.exception()
    draft = author.draft()
    assert draft.document.node("volume").title == "Unread"
    assert draft.is_changed, "the edit waits for its own publication"
    assert refusal is None or "has changed since" in str(refusal)
