"""Operations that nobody sends in good faith: a clear answer, and nothing half applied."""

import json
from copy import deepcopy
from uuid import uuid4

import pytest

from rxapp.drafts.rules import BATCH_LIMIT
from tests.support.drafting import document
from tests.support.story import refused

CLIENT = "a-browser-tab"
FILLS = {"op": "set_field", "node": "plug", "field": "title", "value": "Half"}
GONE = {"op": "remove_node", "node": "plug"}
STEP = {"key": "new", "kind": "action", "title": "New"}
OPTION = {"key": "k", "label": "On", "to": "plug"}


@pytest.fixture
def path(cast) -> str:
    return f"/trees/{cast.tree_id}/draft"


def operation(change: dict, *, seen: int = 0, **values) -> dict:
    return {"id": str(uuid4()), "seen": seen, "change": change} | values


def batch(*operations: dict) -> dict:
    return {"client": CLIENT, "operations": list(operations)}


async def untouched(client, path: str, revision: int = 0) -> bool:
    """Whether the draft is at this revision, and has nothing of what was refused."""
    draft = await client.get(path)
    return draft.headers["etag"] == f'"{revision}"' and "Half" not in draft.text


UNKNOWN = {
    "in the request": lambda body: body | {"colour": "red"},
    "in an operation": lambda body: body["operations"][0].update(colour="red"),
    "in a change": lambda body: body["operations"][0]["change"].update(colour="red"),
    "in a step": lambda body: body["operations"][0]["change"]["node"].update(colour="red"),
    "in an option": lambda body: body["operations"][0]["change"]["node"]["options"][0].update(
        colour="red"
    ),
    "in a command": lambda body: body["operations"][0]["change"]["node"]["commands"][0].update(
        colour="red"
    ),
}


@pytest.mark.parametrize("plant", UNKNOWN.values(), ids=UNKNOWN)
async def test_a_field_that_nobody_knows_is_refused_wherever_it_is(senior, path, plant):
    node = {**STEP, "options": [OPTION], "commands": [{"text": "dir"}]}
    body = batch(operation({"op": "add_node", "node": deepcopy(node)}), operation(FILLS))
    body = plant(body) or body
    assert "colour" in refused(await senior.post(f"{path}/operations", json=body), 422)["field"]
    assert await untouched(senior, path)


@pytest.mark.parametrize("seen", [2, 2**31 - 1, 2**31, -1, 0.5, None])
async def test_operations_of_a_revision_that_is_not_there_are_refused(senior, path, seen):
    bad = operation({**FILLS, "node": "volume"}, seen=seen)
    refused(await senior.post(f"{path}/operations", json=batch(operation(FILLS), bad)), 422)
    assert await untouched(senior, path)


async def test_operations_in_the_wrong_order_are_asked_about_as_a_whole(senior, path):
    """An option of a step that only the next operation adds."""
    first = operation({"op": "add_option", "node": "new", "option": OPTION})
    second = operation({"op": "add_node", "node": STEP})
    answer = await senior.post(f"{path}/operations", json=batch(operation(FILLS), first, second))
    [question] = refused(answer, 409)["asked"]
    assert (question["operation"], question["reason"]) == (first["id"], "removed")
    assert await untouched(senior, path)
    right = batch(second, first)
    assert (await senior.post(f"{path}/operations", json=right)).status_code == 200


async def test_a_request_that_is_sent_again_is_answered_the_same_and_applied_once(
    senior, api, cast, path
):
    body = batch(operation({"op": "add_node", "node": STEP}), operation(FILLS))
    answers = [await senior.post(f"{path}/operations", json=body) for _ in range(3)]
    assert [each.status_code for each in answers] == [200] * 3
    assert len({each.text for each in answers}) == 1
    assert (await senior.get(path)).headers["etag"] == '"2"'
    twice = batch(*[operation(GONE)] * 3)
    done = (await senior.post(f"{path}/operations", json=twice)).json()
    assert (done["revision"], len(done["operations"])) == (3, 1)
    stolen = await (await api(cast.second_senior)).post(f"{path}/operations", json=body)
    assert refused(stolen, 422)["field"] == "id"


@pytest.mark.parametrize(
    "change",
    [
        FILLS,
        {"op": "add_option", "node": "plug", "option": OPTION},
        {"op": "set_option_label", "node": "plug", "option": "works", "label": "Half"},
        {"op": "connect", "node": "plug", "option": "works", "to": "volume"},
        {"op": "reorder_options", "node": "plug", "options": ["silent", "works"]},
    ],
    ids=lambda change: change["op"],
)
async def test_what_is_done_to_a_removed_step_is_asked_about(senior, api, cast, path, change):
    second = await api(cast.second_senior)
    await second.post(f"{path}/operations", json=batch(operation(GONE)))
    other = operation({**FILLS, "node": "volume"})
    answer = await senior.post(f"{path}/operations", json=batch(other, operation(change)))
    [question] = refused(answer, 409)["asked"]
    assert (question["reason"], question["node"]) == ("removed", "plug")
    assert await untouched(senior, path, revision=1)


@pytest.mark.parametrize(
    "change",
    [
        GONE,
        {"op": "remove_option", "node": "plug", "option": "works"},
        {"op": "move", "positions": [{"node": "plug", "x": 1, "y": 1}]},
        {"op": "arrange", "places": {"plug": 1}},
    ],
    ids=lambda change: change["op"],
)
async def test_what_means_nothing_to_a_removed_step_does_nothing(senior, path, change):
    await senior.post(f"{path}/operations", json=batch(operation(GONE)))
    before = (await senior.get(path)).json()["document"]
    answer = await senior.post(f"{path}/operations", json=batch(operation(change, seen=1)))
    assert answer.status_code == 200
    assert (await senior.get(path)).json()["document"] == before


async def test_an_operation_of_another_tree_cannot_be_undone_here(senior, cast, path):
    made = await senior.post(
        "/trees", json={"title": "Other", "document": document(), "publish": False}
    )
    other = f"/trees/{made.json()['id']}/draft"
    theirs = operation({"op": "set_field", "node": "n0", "field": "title", "value": "Other"})
    await senior.post(f"{other}/operations", json=batch(theirs))
    undo = operation({"op": "undo", "operation": theirs["id"]})
    problem = refused(
        await senior.post(f"{path}/operations", json=batch(operation(FILLS), undo)), 422
    )
    assert problem["operation"] == undo["id"]
    assert await untouched(senior, path)
    # The same id in another tree is another operation.
    mine = operation({**FILLS, "value": "Whole"}, id=theirs["id"])
    assert (await senior.post(f"{path}/operations", json=batch(mine))).json()["revision"] == 1


async def test_a_deleted_tree_takes_no_operation(senior, api, cast, path):
    admin = await api(cast.admin)
    await admin.delete(f"/trees/{cast.tree_id}")
    refused(await senior.post(f"{path}/operations", json=batch(operation(FILLS))), 404)
    discard = {"client": CLIENT, "id": str(uuid4())}
    refused(await senior.post(f"{path}/discard", json=discard), 404)
    refused(await senior.get(f"{path}/findings"), 404)
    refused(await senior.get(f"{path}/impact"), 404)


async def test_a_paste_of_five_megabytes_is_refused(senior, path):
    paste = operation({**FILLS, "field": "body", "value": "Half " * 1_000_000})
    assert (await senior.post(f"{path}/operations", json=batch(paste))).status_code == 413
    smaller = operation({**FILLS, "field": "body", "value": "Half " * 10_000})
    problem = refused(await senior.post(f"{path}/operations", json=batch(smaller)), 422)
    assert "20,000 characters" in problem["detail"]
    assert await untouched(senior, path)


async def test_twenty_thousand_steps_come_in_batches_and_not_in_one_request(senior, path):
    nodes = [{**STEP, "key": f"s{n}", "body": "Half a line."} for n in range(20_000)]
    whole = operation({"op": "replace", "document": {"start": "s0", "nodes": nodes}})
    assert (await senior.post(f"{path}/operations", json=batch(whole))).status_code == 413
    for node in nodes:
        del node["body"]
    adds = [operation({"op": "add_node", "node": each}) for each in nodes[: BATCH_LIMIT + 1]]
    refused(await senior.post(f"{path}/operations", json=batch(*adds)), 422)
    assert await untouched(senior, path)
    answer = await senior.post(f"{path}/operations", json=batch(*adds[:BATCH_LIMIT]))
    assert answer.json()["revision"] == BATCH_LIMIT
    found = (await senior.get(f"{path}/findings")).json()
    assert found["errors"] > BATCH_LIMIT


async def test_a_full_tree_takes_no_further_step(senior, path, monkeypatch):
    size = len((await senior.get(path)).json()["document"]["nodes"])
    monkeypatch.setattr("rxapp.drafts.changing.MAX_NODES", size + 1)
    adds = [operation({"op": "add_node", "node": {**STEP, "key": f"s{n}"}}) for n in range(2)]
    problem = refused(
        await senior.post(f"{path}/operations", json=batch(operation(FILLS), *adds)), 422
    )
    assert (problem["operation"], problem["detail"]) == (
        adds[1]["id"],
        f"A tree may have at most {size + 1} steps.",
    )
    assert await untouched(senior, path)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"client": "a-browser-tab", "operations": [' + "[" * 5_000 + "]" * 5_000 + "]}",
        json.dumps(batch(operation(FILLS))).replace("Half", "\\ud800"),
        json.dumps(batch(operation(FILLS))).replace('"seen": 0', '"seen": 1e999'),
        json.dumps(batch(operation(FILLS))).replace('"seen": 0', '"seen": NaN'),
    ],
    ids=["brackets", "nested", "half a character", "too large", "no number"],
)
async def test_json_that_is_none_is_refused(senior, path, text):
    answer = await senior.post(
        f"{path}/operations", content=text, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422), answer.text
    assert await untouched(senior, path)
