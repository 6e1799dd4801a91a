"""A starter that a later release improved is offered, and taken over only by who wants it."""

from uuid import uuid4

import pytest

from rxapp.core.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from rxapp.library import making_service, shelf_service, starter_queries, starter_service
from rxapp.trees import queries, starters
from rxapp.trees.rules import Show
from rxapp.trees.service import load_starter_trees
from rxapp.versions import publish_service
from tests.support.drafting import Author
from tests.support.story import small_tree

KEY = "pc-slow"


def release(monkeypatch, **trees: str) -> None:
    """Ship one starter, whose decision says this."""
    shipped = {}
    for key, body in trees.items():
        tree = small_tree("PC is slow", description="A slow PC", category="Devices", body=body)
        digest = starters.digest_of(tree.description, tree.document)
        shipped[key.replace("_", "-")] = starters.Starter(key.replace("_", "-"), digest, tree)
    for module in (starters, making_service, starter_queries):
        monkeypatch.setattr(module, "shipped", lambda: shipped)
    monkeypatch.setattr("rxapp.trees.service.shipped", lambda: shipped)


@pytest.fixture
def tree_id(story, cast, monkeypatch):
    """A tree that came from a starter at the account's beginning."""
    release(monkeypatch, pc_slow="Look at the fan.")
    story.do(load_starter_trees, cast.senior.actor.account_id)
    return card(story, cast.senior).id


def card(story, person, show=Show.PUBLISHED):
    page = story.see(queries.trees, person.actor, show=show, title="slow")
    return page.items[0]


def is_offered(story, cast) -> bool:
    return card(story, cast.senior).has_update


def take(story, person, tree_id, **values):
    operation_id = uuid4()
    answer = story.do(
        starter_service.take,
        person.actor,
        tree_id,
        client="starter-page",
        operation_id=operation_id,
        **values,
    )
    return operation_id, answer


def test_nothing_is_offered_until_a_release_improves_the_starter(story, cast, tree_id, monkeypatch):
    assert not is_offered(story, cast)
    with pytest.raises(NotFound):
        story.see(starter_queries.starter_update, cast.senior.actor, tree_id)
    release(monkeypatch, pc_slow="Listen to the fan.")
    assert is_offered(story, cast)
    assert not card(story, cast.technician).has_update
    update = story.see(starter_queries.starter_update, cast.senior.actor, tree_id)
    assert (update.starter, update.is_own, update.has_changes) == (KEY, False, False)
    diff = story.see(starter_queries.compared_with_update, cast.senior.actor, tree_id)
    assert (diff.changed, diff.added, diff.removed) == (1, 0, 0)
    words = {piece.kind.value: piece.text for piece in diff.items[0].fields[0].pieces}
    assert (words["removed"], words["added"]) == ("Look at", "Listen to")
    release(monkeypatch)
    assert not is_offered(story, cast), "a starter that is gone is no update"


def test_a_taken_update_is_a_draft_until_somebody_publishes_it(story, cast, tree_id, monkeypatch):
    release(monkeypatch, pc_slow="Listen to the fan.")
    operation_id, answer = take(story, cast.senior, tree_id, revisions={0})
    draft = Author(story, cast.senior, tree_id).draft()
    assert draft.document.node("only").body == "Listen to the fan."
    assert draft.is_changed
    assert not is_offered(story, cast)
    newest = story.see(queries.newest_version, cast.technician.actor, tree_id)
    assert newest.document.node("only").body == "Look at the fan."
    again = story.do(
        starter_service.take,
        cast.senior.actor,
        tree_id,
        client="starter-page",
        operation_id=operation_id,
    )
    assert again == answer
    story.do(publish_service.publish, cast.senior.actor, tree_id, revision=answer.revision)
    assert not is_offered(story, cast)
    assert card(story, cast.senior).version == 2


def test_an_update_that_is_undone_is_offered_again(story, cast, tree_id, monkeypatch):
    release(monkeypatch, pc_slow="Listen to the fan.")
    operation_id, answer = take(story, cast.senior, tree_id)
    author = Author(story, cast.senior, tree_id, client="starter-page")
    assert author.seen == answer.revision
    author.does(op="undo", operation=str(operation_id))
    assert author.draft().document.node("only").body == "Look at the fan."
    assert is_offered(story, cast)


def test_what_the_account_changed_is_said_and_kept_where_it_is_its_own(
    story, cast, tree_id, monkeypatch
):
    author = Author(story, cast.senior, tree_id)
    author.sets("only", "title", "Ours")
    author.sets(None, "title", "Our slow PC")
    author.sets(None, "category", "Ours")
    release(monkeypatch, pc_slow="Listen to the fan.")
    update = story.see(starter_queries.starter_update, cast.senior.actor, tree_id)
    assert (update.is_own, update.has_changes) == (True, True)
    with pytest.raises(PreconditionFailed):
        take(story, cast.senior, tree_id, revisions={author.seen - 1})
    take(story, cast.second_senior, tree_id, revisions={author.seen})
    draft = author.draft()
    assert (draft.title, draft.category) == ("Our slow PC", "Ours")
    assert draft.document.node("only").title == "Ready"


def test_a_skipped_update_is_not_offered_but_the_next_one_is(story, cast, tree_id, monkeypatch):
    release(monkeypatch, pc_slow="Listen to the fan.")
    story.do(starter_service.skip, cast.senior.actor, tree_id)
    assert not is_offered(story, cast)
    assert card(story, cast.senior).version == 1
    release(monkeypatch, pc_slow="Feel the fan.")
    assert is_offered(story, cast)


def test_who_may_not_write_neither_sees_nor_takes_an_update(story, cast, tree_id, monkeypatch):
    release(monkeypatch, pc_slow="Listen to the fan.")
    for person, error in ((cast.technician, Forbidden), (cast.outsider, NotFound)):
        for query in (starter_queries.starter_update, starter_queries.compared_with_update):
            with pytest.raises(error):
                story.see(query, person.actor, tree_id)
        with pytest.raises(error):
            take(story, person, tree_id)
        with pytest.raises(error):
            story.do(starter_service.skip, person.actor, tree_id)
    story.do(shelf_service.archive, cast.senior.actor, tree_id)
    with pytest.raises(Conflict):
        take(story, cast.senior, tree_id)


def test_a_tree_made_from_a_starter_remembers_it(story, cast, monkeypatch):
    release(monkeypatch, pc_slow="Look at the fan.", wifi="Look at the light.")
    listed = story.see(queries.starter_list, cast.senior.actor)
    assert [each.is_in_library for each in listed] == [False, False]
    made = story.do(making_service.make_from_starter, cast.senior.actor, KEY)
    assert (made.title, made.description) == ("PC is slow", "A slow PC")
    twice = story.do(making_service.make_from_starter, cast.senior.actor, KEY)
    assert twice.title == "PC is slow (2)"
    listed = story.see(queries.starter_list, cast.senior.actor)
    assert [(each.key, each.is_in_library) for each in listed] == [("wifi", False), (KEY, True)]
    release(monkeypatch, pc_slow="Listen to the fan.")
    assert card(story, cast.senior, Show.DRAFTS).has_update
    with pytest.raises(NotFound):
        story.do(making_service.make_from_starter, cast.senior.actor, "lost")
    with pytest.raises(Forbidden):
        story.do(making_service.make_from_starter, cast.technician.actor, KEY)


def test_what_is_shipped_has_keys_that_files_have_and_digests_of_content():
    found = starters.shipped()
    assert len(found) >= 12
    assert len({each.digest for each in found.values()}) == len(found)
    assert not starters.has_update(KEY, found[KEY].digest)
    assert starters.has_update(KEY, "older")
    assert not starters.has_update("", "")
