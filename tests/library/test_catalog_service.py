"""Categories and tags are renamed and merged in all trees at once, drafts included."""

import pytest

from rxapp.core.errors import Conflict, Forbidden, Invalid, NotFound
from rxapp.library import catalog_queries, catalog_service, making_service, shelf_service
from rxapp.library.rules import Name
from rxapp.trees import queries
from rxapp.trees.rules import Show
from tests.support.drafting import Author
from tests.support.story import small_tree

CATEGORY, TAG = Name.CATEGORY, Name.TAG


@pytest.fixture
def counts(story, cast):
    def of(kind: Name, person=cast.senior) -> dict[str, int]:
        query = catalog_queries.categories if kind is CATEGORY else catalog_queries.tags
        return {each.name: each.trees for each in story.see(query, person.actor)}

    return of


@pytest.fixture
def chips(story, cast):
    """The categories that readers see, with the number of published trees."""
    return lambda: {
        each.name: each.count for each in story.see(queries.categories, cast.technician.actor)
    }


def card(story, person, title, show=Show.PUBLISHED):
    page = story.see(queries.trees, person.actor, show=show, title=title)
    return next(tree for tree in page.items if tree.title == title)


def find(story, person, text: str) -> list[str]:
    return [tree.title for tree in story.see(queries.search_page, person.actor, text).items]


def test_a_category_is_renamed_wherever_it_is(story, cast, counts, chips):
    senior = cast.senior
    story.publish(small_tree("Router", category="Devices"))
    story.publish(small_tree("Theirs", category="Devices"), account_of=cast.outsider)
    fresh = story.do(making_service.make_empty, senior.actor, title="Fan", category="Devices")
    drafted = Author(story, senior, story.publish(small_tree("Cable", category="Network")))
    drafted.sets(None, "category", "Devices")
    put_aside = story.do(making_service.make_empty, senior.actor, title="Old", category="Devices")
    story.do(shelf_service.archive, senior.actor, put_aside.id)
    assert counts(CATEGORY) == {"Devices": 5, "Network": 1}

    count = story.do(catalog_service.rename, senior.actor, CATEGORY, "Devices", to="Hardware")
    assert count == 5
    assert counts(CATEGORY) == {"Hardware": 5, "Network": 1}
    assert chips() == {"Hardware": 2, "Network": 1}
    assert card(story, senior, "Router").category == "Hardware"
    assert card(story, senior, "Cable").category == "Network", "what is published there stays"
    assert drafted.draft().category == "Hardware"
    assert Author(story, senior, fresh.id).draft().category == "Hardware"
    story.do(shelf_service.restore, senior.actor, put_aside.id)
    assert card(story, senior, "Old", Show.DRAFTS).category == "Hardware"
    assert card(story, cast.outsider, "Theirs").category == "Devices"


def test_a_new_name_is_no_change_to_publish(story, cast):
    author = Author(story, cast.senior, cast.tree_id)
    author.does(op="move", positions=[{"node": "plug", "x": 1, "y": 2}])
    seen = author.draft().revision
    story.do(catalog_service.rename, cast.admin.actor, CATEGORY, "Devices", to="Hardware")
    story.do(catalog_service.rename, cast.admin.actor, TAG, "audio", to="sound")
    draft = author.draft()
    assert (draft.category, draft.tags, draft.is_changed) == (
        "Hardware",
        ["sound", "speaker"],
        False,
    )
    assert not card(story, cast.senior, "No sound").has_changes
    assert draft.revision == seen + 2, "the tabs of its authors follow the operations"


def test_a_category_is_merged_into_another(story, cast, counts, chips):
    story.publish(small_tree("Router", category="Device"))
    story.do(catalog_service.merge, cast.senior.actor, CATEGORY, "Device", into="Devices")
    assert counts(CATEGORY) == {"Devices": 2}
    assert chips() == {"Devices": 2}


def test_a_tag_is_renamed_and_found_under_its_new_name(story, cast, counts):
    senior = cast.senior
    story.publish(small_tree("Both", tags=("speaker", "audio", "loud"), body="humming"))
    drafted = Author(story, senior, story.publish(small_tree("Cable", tags=("wire",))))
    drafted.sets(None, "tags", ["wire", "audio"])
    story.do(catalog_service.rename, senior.actor, TAG, "audio", to="hi-fi stereo")
    assert counts(TAG) == {"hi-fi stereo": 3, "loud": 1, "speaker": 2, "wire": 1}
    assert card(story, senior, "Both").tags == ["speaker", "hi-fi stereo", "loud"]
    assert drafted.draft().tags == ["wire", "hi-fi stereo"]
    assert card(story, senior, "Cable").tags == ["wire"]
    assert sorted(find(story, senior, "fi")) == ["Both", "No sound"]
    assert sorted(find(story, senior, "stereo")) == ["Both", "No sound"]
    assert find(story, senior, "humming") == ["Both"]
    tagged = story.see(queries.trees, senior.actor, tag="hi-fi stereo")
    assert [tree.title for tree in tagged.items] == ["Both", "No sound"]


def test_a_merged_tag_is_there_once(story, cast, counts):
    story.publish(small_tree("Both", tags=("zither", "audio")))
    story.do(catalog_service.merge, cast.senior.actor, TAG, "zither", into="audio")
    assert counts(TAG) == {"audio": 2, "speaker": 1}
    assert card(story, cast.senior, "Both").tags == ["audio"]
    assert find(story, cast.senior, "zither") == []
    assert "Both" in find(story, cast.senior, "audio")


@pytest.mark.parametrize("kind", Name)
def test_what_cannot_be_done_is_refused_and_changes_nothing(story, cast, counts, kind):
    senior = cast.senior.actor
    story.publish(small_tree("Router", category="Network", tags=("cable",)))
    here, there = ("Devices", "Network") if kind is CATEGORY else ("audio", "cable")
    before = counts(kind)
    for verb, name, values, error in (
        (catalog_service.rename, here, {"to": there}, Conflict),
        (catalog_service.rename, "Lost", {"to": "Found"}, NotFound),
        (catalog_service.rename, "", {"to": "Found"}, NotFound),
        (catalog_service.merge, here, {"into": "Lost"}, NotFound),
        (catalog_service.merge, here, {"into": here}, Invalid),
    ):
        with pytest.raises(error):
            story.do(verb, senior, kind, name, **values)
    with pytest.raises(Forbidden):
        story.do(catalog_service.rename, cast.technician.actor, kind, here, to="X")
    story.do(catalog_service.rename, cast.outsider.actor, kind, here, to="Theirs")
    assert counts(kind) == before
    with pytest.raises(Forbidden):
        counts(kind, cast.technician)
