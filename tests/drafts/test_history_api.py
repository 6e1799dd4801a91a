"""Going back, comparing and publish impact over REST."""

from uuid import uuid4

import pytest

from tests.support.drafting import document
from tests.support.story import refused

CLIENT = "a-browser-tab"

SOME_ID = "0f4c3a52-7d61-4a0e-9b1e-2f6f8f1f7c11"
"""The same in every process that shares the tests."""


@pytest.fixture
def tree(cast) -> str:
    return f"/trees/{cast.tree_id}"


def batch(*changes: dict, seen: int = 0) -> dict:
    operations = [{"id": str(uuid4()), "seen": seen, "change": each} for each in changes]
    return {"client": CLIENT, "operations": operations}


def title(value: str, node: str = "plug") -> dict:
    return {"op": "set_field", "node": node, "field": "title", "value": value}


async def test_a_version_is_compared_with_the_draft_and_with_a_later_one(senior, tree):
    changes = [title("Plug them in"), {"op": "remove_node", "node": "was-muted"}]
    new = {"key": "new", "kind": "action", "title": "Wait"}
    back = {"op": "connect", "node": "volume", "option": "works", "to": "was-unplugged"}
    out = {"op": "add_option", "node": "new", "option": {"key": "k", "label": "Go", "to": "plug"}}
    way = {"op": "connect", "node": "plug", "option": "silent", "to": "new"}
    changes += [{"op": "add_node", "node": new}, out, way, back]
    await senior.post(f"{tree}/draft/operations", json=batch(*changes))
    to_draft = (await senior.get(f"{tree}/diff", params={"old": 1})).json()
    assert [(each["kind"], each["key"]) for each in to_draft["items"]] == [
        ("changed", "plug"),
        ("changed", "volume"),
        ("added", "new"),
        ("removed", "was-muted"),
    ]
    plug, volume = to_draft["items"][:2]
    [text] = plug["fields"]
    kept = [each["text"] for each in text["pieces"] if each["kind"] != "removed"]
    assert "".join(kept) == "Plug them in"
    assert volume["options"][0]["after"]["to"] == "was-unplugged"
    assert (await senior.put(tree, json={"publish": True})).status_code == 200
    to_version = (await senior.get(f"{tree}/diff", params={"old": 1, "new": 2})).json()
    assert to_version["items"] == to_draft["items"]
    same = (await senior.get(f"{tree}/diff", params={"old": 2})).json()
    assert (same["items"], same["head"], same["start"], same["has_more"]) == ([], [], None, False)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"old": 9}, 404),
        ({"old": 1, "new": 9}, 404),
        ({}, 422),
        ({"old": 0}, 422),
        ({"old": -1}, 422),
        ({"old": "first"}, 422),
        ({"old": 2**31}, 422),
    ],
)
async def test_versions_that_are_none_are_not_compared(senior, tree, query, status):
    refused(await senior.get(f"{tree}/diff", params=query), status)


async def test_a_tree_that_was_never_published_has_no_version_to_compare(senior):
    body = {"title": "New", "document": document(), "publish": False}
    made = (await senior.post("/trees", json=body)).json()
    refused(await senior.get(f"/trees/{made['id']}/diff", params={"old": 1}), 404)
    impact = (await senior.get(f"/trees/{made['id']}/draft/impact")).json()
    assert impact == {"sessions": 0, "on_removed_steps": 0, "versions": []}


async def test_the_impact_names_the_sessions_that_stand_on_a_removed_step(
    senior, technician, tree, cast
):
    for _ in range(2):
        await technician.post("/sessions", json={"tree_id": str(cast.tree_id)})
    before = (await senior.get(f"{tree}/draft/impact")).json()
    assert (before["sessions"], before["on_removed_steps"]) == (2, 0)
    gone = batch({"op": "remove_node", "node": "plugged"})
    assert (await senior.post(f"{tree}/draft/operations", json=gone)).status_code == 200
    after = (await senior.get(f"{tree}/draft/impact")).json()
    assert after == {
        "sessions": 2,
        "on_removed_steps": 2,
        "versions": [{"number": 1, "sessions": 2, "on_removed_steps": 2}],
    }


async def test_a_discard_that_is_repeated_is_answered_as_the_first_time(senior, api, cast, tree):
    await senior.post(f"{tree}/draft/operations", json=batch(title("Mine")))
    body = {"client": CLIENT, "id": str(uuid4())}
    first = await senior.post(f"{tree}/draft/discard", json=body)
    await senior.post(f"{tree}/draft/operations", json=batch(title("Later"), seen=2))
    again = await senior.post(f"{tree}/draft/discard", json=body)
    assert again.json()["operations"] == first.json()["operations"]
    assert (await senior.get(f"{tree}/draft")).json()["is_changed"], "the later edit stays"
    second = await api(cast.second_senior)
    refused(await second.post(f"{tree}/draft/discard", json=body), 422)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"client": CLIENT},
        {"client": CLIENT, "id": "yesterday"},
        {"client": "short", "id": SOME_ID},
        {"client": CLIENT, "id": SOME_ID, "force": True},
    ],
    ids=str,
)
async def test_a_discard_that_is_not_one_changes_nothing(senior, tree, body):
    await senior.post(f"{tree}/draft/operations", json=batch(title("Mine")))
    refused(await senior.post(f"{tree}/draft/discard", json=body), 422)
    assert (await senior.get(f"{tree}/draft")).headers["etag"] == '"1"'
