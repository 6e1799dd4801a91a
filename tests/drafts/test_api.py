"""Drafts over REST: read with an ETag, changed by operations, discarded, and a whole PUT."""

from uuid import uuid4

import pytest

from tests.support.drafting import document
from tests.support.story import refused

CLIENT = "a-browser-tab"


@pytest.fixture
async def second_senior(api, cast):
    return await api(cast.second_senior)


@pytest.fixture
def path(cast) -> str:
    return f"/trees/{cast.tree_id}/draft"


def batch(*changes: dict, seen: int = 0, **values) -> dict:
    operations = [{"id": str(uuid4()), "seen": seen, "change": each} for each in changes]
    return {"client": CLIENT, "operations": operations, **values}


def title(value: object, node: str | None = "plug") -> dict:
    return {"op": "set_field", "node": node, "field": "title", "value": value}


async def test_a_draft_is_read_once_and_then_by_its_operations(senior, path):
    first = await senior.get(path)
    assert (first.status_code, first.headers["etag"]) == (200, '"0"')
    answer = await senior.post(f"{path}/operations", json=batch(title("Plug it in firmly")))
    assert answer.headers["etag"] == '"1"'
    assert answer.json()["operations"][0]["was_merged"] is False
    same = await senior.get(path, headers={"If-None-Match": '"1"'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", '"1"')
    newer = await senior.get(path, headers={"If-None-Match": '"0"'})
    assert newer.json()["revision"] == 1
    log = (await senior.get(f"{path}/operations", params={"after": 0})).json()
    assert log["items"][0]["changes"] == [title("Plug it in firmly")]
    assert len(answer.content) < 1_000
    assert len(str(log["items"][0])) < 1_000


async def test_what_is_asked_holds_both_texts(senior, second_senior, path):
    await senior.post(f"{path}/operations", json=batch(title("Mine")))
    problem = refused(
        await second_senior.post(f"{path}/operations", json=batch(title("Theirs"))), 409
    )
    [question] = problem["asked"]
    assert (question["reason"], question["mine"], question["theirs"], question["by"]) == (
        "changed",
        "Theirs",
        "Mine",
        "Senior",
    )
    assert problem["revision"] == 1


HOSTILE = [
    {"op": "dance"},
    {},
    {**title("X"), "colour": "red"},
    title(""),
    title("x" * 201),
    title("a\0b"),
    title(None),
    title(["a"]),
    {"op": "set_field", "node": "plug", "field": "tags", "value": ["x"]},
    {"op": "set_field", "node": "plug", "field": "commands", "value": [{"text": ""}]},
    {"op": "set_field", "field": "body", "value": "of the tree"},
    {"op": "set_field", "node": "plug", "field": "kind", "value": "poem"},
    {"op": "add_node", "node": {"key": "../..", "kind": "action", "title": "X"}},
    {"op": "move", "positions": [{"node": "plug", "x": 1e308, "y": 0}]},
    {"op": "move", "positions": []},
    {"op": "reorder_options", "node": "plug", "options": ["x"] * 51},
    {"op": "arrange", "places": {"plug": -1}},
    {"op": "replace", "document": {"start": "a", "nodes": []}},
    {"op": "undo", "operation": "yesterday"},
]


@pytest.mark.parametrize("change", HOSTILE, ids=str)
async def test_hostile_operations_are_refused_and_nothing_is_half_applied(senior, path, change):
    answer = await senior.post(f"{path}/operations", json=batch(title("Half"), change))
    assert refused(answer, 422)["field"].startswith("operations.1")
    assert (await senior.get(path)).headers["etag"] == '"0"'


async def test_bodies_have_their_limits(senior, path):
    many = batch(*[title(f"Title {n}") for n in range(501)])
    assert (
        "at most 500" in refused(await senior.post(f"{path}/operations", json=many), 422)["detail"]
    )
    large = batch({"op": "replace", "document": document(size=3), "title": "x" * 5_000_000})
    assert (await senior.post(f"{path}/operations", json=large)).status_code == 413
    for client in ("short", "x" * 41, "with space", None):
        refused(await senior.post(f"{path}/operations", json=batch(title("X"), client=client)), 422)
    assert (await senior.get(path)).headers["etag"] == '"0"'


async def test_discarding_asks_for_what_it_is_based_on(senior, path):
    before = (await senior.get(path)).json()
    await senior.post(f"{path}/operations", json=batch(title("Mine")))
    body = {"client": CLIENT, "id": str(uuid4())}
    refused(await senior.post(f"{path}/discard", json=body, headers={"If-Match": '"0"'}), 412)
    answer = await senior.post(f"{path}/discard", json=body, headers={"If-Match": '"1"'})
    assert answer.json()["revision"] == 2
    after = (await senior.get(path)).json()
    assert (after["document"], after["is_changed"]) == (before["document"], False)
    undo = batch({"op": "undo", "operation": body["id"]}, seen=2)
    assert (await senior.post(f"{path}/operations", json=undo)).status_code == 200
    assert (await senior.get(path)).json()["is_changed"]


async def test_a_tree_that_was_never_published_has_nothing_to_go_back_to(senior):
    made = await senior.post(
        "/trees", json={"title": "New", "document": document(), "publish": False}
    )
    body = {"client": CLIENT, "id": str(uuid4())}
    refused(await senior.post(f"/trees/{made.json()['id']}/draft/discard", json=body), 409)


async def test_the_list_of_drafts_follows_a_tree_that_was_never_published(senior):
    made = await senior.post(
        "/trees", json={"title": "New", "document": document(), "publish": False}
    )
    path = f"/trees/{made.json()['id']}/draft/operations"
    tags = {"op": "set_field", "field": "tags", "value": ["lamp"]}
    await senior.post(path, json=batch(title("Newer", node=None), tags))
    assert (
        refused(await senior.post(path, json=batch(title("No sound", node=None), seen=2)), 409)[
            "field"
        ]
        == "title"
    )
    [listed] = (await senior.get("/trees", params={"show": "drafts", "tag": "lamp"})).json()[
        "items"
    ]
    assert (listed["title"], listed["tags"]) == ("Newer", ["lamp"])


async def test_readers_of_a_published_tree_see_the_same_while_its_draft_changes(
    senior, technician, path, cast
):
    tree = f"/trees/{cast.tree_id}"
    before = (await technician.get(tree)).json()
    await senior.post(f"{path}/operations", json=batch(title("Mine"), title("New", node=None)))
    document = {**before["document"], "start": "volume"}
    await senior.put(tree, json={"document": document})
    after = (await technician.get(tree)).json()
    assert after == before | {"revision": after["revision"]}
    await senior.put(tree, json={"description": "For all speakers."})
    assert (await technician.get(tree)).json()["updated_at"] > before["updated_at"]


async def test_the_draft_built_by_operations_is_the_one_that_put_would_have_stored(senior, cast):
    wanted = document(size=6)
    ids = []
    for n in range(2):
        made = await senior.post(
            "/trees", json={"title": f"T{n}", "document": document(), "publish": False}
        )
        ids.append(made.json()["id"])
    by_put = await senior.put(f"/trees/{ids[0]}", json={"document": wanted})
    added = [
        {"op": "add_node", "node": {k: v for k, v in node.items() if k != "options"}}
        for node in wanted["nodes"][2:5]
    ]
    options = [
        {"op": "add_option", "node": node["key"], "option": option}
        for node in wanted["nodes"][2:5]
        for option in node["options"]
    ]
    last = {"op": "connect", "node": "n1", "option": "on", "to": "n2"}
    order = {"op": "arrange", "places": {node["key"]: n for n, node in enumerate(wanted["nodes"])}}
    path = f"/trees/{ids[1]}"
    answer = await senior.post(
        f"{path}/draft/operations", json=batch(*added, *options, last, order)
    )
    assert answer.status_code == 200, answer.text
    by_operations = (await senior.get(path)).json()
    assert by_operations["draft"] == by_put.json()["draft"]


async def test_a_put_merges_with_what_others_write(senior, second_senior, path, cast):
    tree = f"/trees/{cast.tree_id}"
    whole = (await senior.get(tree)).json()["document"]
    await senior.put(tree, json={"document": {**whole, "start": "volume"}})
    await second_senior.post(f"{path}/operations", json=batch(title("Plug")))
    draft = (await senior.get(path)).json()
    assert draft["document"]["start"] == "volume"
    assert [each["title"] for each in draft["document"]["nodes"] if each["key"] == "plug"] == [
        "Plug"
    ]
    log = (await senior.get(f"{path}/operations")).json()["items"]
    assert [each["kind"] for each in log] == ["replace", "set_field"]
    assert log[0]["changes"] == [{"op": "set_start", "node": "volume"}]
