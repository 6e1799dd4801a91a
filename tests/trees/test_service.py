from uuid import UUID

import pytest

from rxapp.core.errors import Invalid, NotFound
from rxapp.trees import queries
from rxapp.trees.importer import read_yaml
from rxapp.trees.service import load_starter_trees
from tests.support.cast import TREE
from tests.support.story import small_tree


def library(story, person) -> dict[str, int]:
    """The titles that somebody sees, with their versions."""
    page = story.see(queries.trees, person.actor, limit=200)
    return {tree.title: tree.version for tree in page.items}


def test_a_tree_published_again_is_its_next_version(story, cast):
    first = story.publish(small_tree("Fan noise", body="dust"))
    second = story.publish(small_tree("Fan noise", body="bearing"))
    assert first == second
    assert library(story, cast.technician) == {"Fan noise": 2, "No sound": 1}
    newest = story.see(queries.newest_version, cast.technician.actor, first)
    assert (newest.number, newest.document.node("only").body) == (2, "bearing")


def test_trees_with_different_titles_are_different_trees(story, cast):
    pairs = (
        ("プリンターが動かない", "ネットワークにつながらない"),
        ("C build fails", "C++ build fails"),
        ("Long " * 18 + "first", "Long " * 18 + "second"),
    )
    titles = [title for pair in pairs for title in pair]
    for title in titles:
        story.publish(small_tree(title))
    assert library(story, cast.technician) == {**dict.fromkeys(titles, 1), "No sound": 1}


def test_a_tree_with_a_fault_is_not_published(story, cast):
    faulty = read_yaml(
        TREE.replace("title: No sound", "title: Fault").replace("to: plug}", "to: plgu}")
    )
    with pytest.raises(Invalid, match="Did you mean 'plug'"):
        story.publish(faulty)
    assert library(story, cast.technician) == {"No sound": 1}


def test_a_new_account_gets_the_starter_trees_under_titles_of_their_own(story, cast):
    count = story.do(load_starter_trees, cast.outsider.actor.account_id)
    assert len(library(story, cast.outsider)) == count + 1
    assert library(story, cast.technician) == {"No sound": 1}


def test_what_another_account_published_does_not_exist(story, cast):
    for query in (queries.tree_with_document, queries.newest_version):
        for tree_id in (cast.outside_tree_id, UUID(int=0)):
            with pytest.raises(NotFound):
                story.see(query, cast.owner.actor, tree_id)
    story.publish(small_tree("Hidden", category="Hidden"), account_of=cast.outsider)
    assert library(story, cast.owner) == {"No sound": 1}
    found = story.see(queries.categories, cast.owner.actor)
    assert "Hidden" not in str(found)
