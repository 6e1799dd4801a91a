import base64
import json
from uuid import uuid4

import pytest

from tests.support.story import every_page, refused, small_tree


@pytest.fixture
def library(story, cast):
    """Seven more trees in two categories, and one of the other account."""
    for n in range(7):
        category = "Printing" if n % 2 else "Network"
        story.publish(small_tree(f"Tree {n}", category=category, tags=("cable",)))
    story.publish(small_tree("Hidden", category="Hidden"), account_of=cast.outsider)


async def test_the_library_lists_the_published_trees_by_title(technician, library, cast):
    items = await every_page(technician, "/trees", limit=3)
    assert [tree["title"] for tree in items] == ["No sound", *(f"Tree {n}" for n in range(7))]
    assert items[0] == {
        "id": str(cast.tree_id),
        "title": "No sound",
        "description": "The speakers are silent.",
        "category": "Devices",
        "tags": ["audio", "speaker"],
        "version": 1,
        "steps": 6,
        "updated_at": items[0]["updated_at"],
        "status": "published",
        "owner_id": None,
        "owner": "",
        "review_on": None,
        "is_due": False,
        "has_changes": False,
        "has_update": False,
    }
    assert items[0]["updated_at"].endswith("+00:00")


async def test_every_page_size_leads_through_everything_once(technician, library):
    whole = await every_page(technician, "/trees", limit=200)
    for limit in (1, 2, 4, 8):
        assert await every_page(technician, "/trees", limit=limit) == whole


async def test_a_category_narrows_the_list(technician, library):
    items = await every_page(technician, "/trees", category="Printing", limit=2)
    assert [tree["title"] for tree in items] == ["Tree 1", "Tree 3", "Tree 5"]
    assert await every_page(technician, "/trees", category="Hidden") == []


async def test_categories_are_counted(technician, library):
    assert await every_page(technician, "/trees/categories") == [
        {"name": "Devices", "count": 1},
        {"name": "Network", "count": 4},
        {"name": "Printing", "count": 3},
    ]


async def test_search_finds_by_the_beginning_of_words(technician, library):
    answer = await technician.get("/trees/search", params={"q": "spea sil"})
    page = answer.json()
    assert ([tree["title"] for tree in page["items"]], page["next_cursor"]) == (["No sound"], None)
    found = await technician.get(
        "/trees/search", params={"q": "cable", "category": "Printing", "limit": 2}
    )
    assert len(found.json()["items"]) == 2
    assert (await technician.get("/trees/search", params={"q": "hidden"})).json()["items"] == []
    assert (await technician.get("/trees/search", params={"q": ""})).json()["items"] == []


async def test_a_tree_comes_with_the_document_of_its_newest_version(technician, cast):
    tree = (await technician.get(f"/trees/{cast.tree_id}")).json()
    assert (tree["title"], tree["version"], tree["steps"]) == ("No sound", 1, 6)
    assert tree["document"]["start"] == "plugged"
    nodes = {node["key"]: node for node in tree["document"]["nodes"]}
    assert len(nodes) == 6
    assert nodes["volume"]["commands"] == [{"label": "", "text": "Get-AudioDevice -PlaybackVolume"}]
    assert nodes["plugged"]["options"][0] == {"key": "yes-it-is", "label": "Yes", "to": "volume"}
    assert nodes["call-senior"]["ending"] == "escalate"


async def test_a_tree_of_another_account_does_not_exist(api, technician, cast):
    theirs = await technician.get(f"/trees/{cast.outside_tree_id}")
    nothing = await technician.get(f"/trees/{uuid4()}")
    words = await technician.get("/trees/nothing")
    assert refused(theirs, 404) == refused(nothing, 404) == refused(words, 404)
    assert (await (await api(cast.outsider)).get(f"/trees/{cast.outside_tree_id}")).is_success


async def test_a_question_that_cannot_be_answered_is_named(technician):
    for path, field in (
        ("/trees?limit=0", "limit"),
        ("/trees?limit=201", "limit"),
        ("/trees?limit=many", "limit"),
        ("/trees?cursor=x", "cursor"),
        (f"/trees?cursor={'x' * 1001}", "cursor"),
        ("/trees/search", "q"),
        (f"/trees/search?q={'x' * 201}", "q"),
    ):
        problem = refused(await technician.get(path), 422)
        assert problem["field"] == field
        assert problem["detail"]


def cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


async def test_no_cursor_that_somebody_made_up_breaks_the_list(technician, cast):
    for made_up in (
        cursor("No sound"),
        cursor("No sound", "no id"),
        cursor("\ud800", str(cast.tree_id)),
        cursor("\0", str(cast.tree_id)),
        cursor(1, 2),
        cursor("'; --", str(cast.tree_id)),
    ):
        answer = await technician.get("/trees", params={"cursor": made_up})
        assert answer.status_code in (200, 404, 422), (made_up, answer.text)


async def test_no_text_in_an_address_breaks_the_library(technician):
    for path in (
        "/trees?category=%00",
        "/trees/search?q=%00",
        "/trees/search?q=sound&category=%00",
        "/trees?category=%ff%fe",
        "/trees/%00",
        "/trees/search?q=%F0%9F%98%80",
    ):
        answer = await technician.get(path)
        assert answer.status_code in (200, 404, 422), (path, answer.text)
