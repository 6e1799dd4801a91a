import asyncio

import pytest

from tests.support.databases import SQLITE
from tests.support.story import YES, refused

pytestmark = SQLITE


@pytest.fixture
async def tree(senior, cast):
    answer = await senior.get(f"/trees/{cast.tree_id}")
    return f"/trees/{cast.tree_id}", answer.headers["etag"]


@pytest.fixture
async def session(technician, cast):
    answer = await technician.post("/sessions", json={"tree_id": str(cast.tree_id)})
    return f"/sessions/{answer.json()['id']}", answer.headers["etag"]


def strong(tag: str) -> bool:
    return tag.startswith('"') and tag.endswith('"') and len(tag) > 2


async def change(client, path: str, text: str, if_match: str | None = None):
    """Change the description of a tree, or the scratchpad of a session."""
    name = "description" if path.startswith("/trees") else "scratchpad"
    headers = {} if if_match is None else {"If-Match": if_match}
    return await client.put(path, json={name: text}, headers=headers)


@pytest.fixture(params=["tree", "session"])
def thing(request, tree, session, technician, senior):
    """What is changed, by whom: its path, its first tag, and the client."""
    path, tag = tree if request.param == "tree" else session
    return path, tag, senior if request.param == "tree" else technician


async def test_a_change_from_the_newest_state_passes_and_gives_the_next_tag(thing):
    path, tag, client = thing
    assert strong(tag)
    assert (await client.get(path)).headers["etag"] == tag, "reading changes nothing"
    answer = await change(client, path, "First", tag)
    assert answer.status_code == 200, answer.text
    newer = answer.headers["etag"]
    assert strong(newer)
    assert newer != tag
    assert (await client.get(path)).headers["etag"] == newer
    assert (await change(client, path, "Second", newer)).status_code == 200


async def test_a_change_from_an_older_state_is_refused_and_changes_nothing(thing):
    path, tag, client = thing
    assert (await change(client, path, "First", tag)).status_code == 200
    problem = refused(await change(client, path, "Lost", tag), 412)
    assert "has changed since you read it" in problem["detail"]
    now = (await client.get(path)).json()
    assert "First" in (now.get("description"), now.get("scratchpad"))


async def test_any_state_and_no_word_of_it_pass(thing):
    path, _, client = thing
    for if_match in (None, "*", " * "):
        assert (await change(client, path, f"Any {if_match}", if_match)).status_code == 200


async def test_one_of_a_list_is_enough(thing):
    path, tag, client = thing
    answer = await change(client, path, "One", f'"old", {tag} ,"other"')
    assert answer.status_code == 200, answer.text
    refused(await change(client, path, "Two", f'{tag}, "old"'), 412)


async def test_weak_tags_and_garbage_match_nothing(thing):
    path, tag, client = thing
    bare = tag.strip('"')
    odd = (f"W/{tag}", bare, f"'{bare}'", f'"{bare}', '""', '"0"', '"-1"', "x", ",", '"*"', "²")
    for if_match in (*odd, '"99999999999999999999"', ""):
        headers = {"If-Match": if_match.encode("latin-1")}
        answer = await client.put(path, json={}, headers=headers)
        refused(answer, 412)
    assert (await client.get(path)).headers["etag"] == tag


async def test_of_two_changes_at_once_from_one_state_one_is_lost(thing):
    path, tag, client = thing
    answers = await asyncio.gather(*(change(client, path, f"Change {n}", tag) for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    [won] = [answer.json() for answer in answers if answer.status_code == 200]
    assert (await client.get(path)).json() == won


async def test_every_write_of_a_session_looks_at_the_tag(session, technician):
    path, old = session
    stepped = await technician.post(
        f"{path}/steps", json={"option": YES, "seq": 1}, headers={"If-Match": old}
    )
    assert stepped.status_code == 200
    newer = stepped.headers["etag"]
    for route, body in (
        ("steps", {"option": "works", "seq": 2}),
        ("back", {}),
        ("complete", {"outcome": "resolved"}),
    ):
        answer = await technician.post(f"{path}/{route}", json=body, headers={"If-Match": old})
        refused(answer, 412)
    assert (await technician.get(path)).json()["seq"] == 2
    back = await technician.post(f"{path}/back", json={}, headers={"If-Match": newer})
    done = await technician.post(
        f"{path}/complete",
        json={"outcome": "resolved"},
        headers={"If-Match": back.headers["etag"]},
    )
    assert done.json()["status"] == "completed"


async def test_a_tree_is_deleted_from_the_newest_state_alone(api, cast, senior, tree):
    path, old = tree
    admin = await api(cast.admin)
    newer = (await change(senior, path, "Changed")).headers["etag"]
    refused(await admin.delete(path, headers={"If-Match": old}), 412)
    assert (await admin.get(path)).status_code == 200
    assert (await admin.delete(path, headers={"If-Match": newer})).status_code == 204


async def test_a_tag_lets_nobody_at_what_is_not_theirs(api, cast, tree, session, technician):
    outsider = await api(cast.outsider)
    for path, tag in (tree, session):
        for if_match in (tag, "*", '"x"'):
            refused(await change(outsider, path, "Mine", if_match), 404)
    refused(await change(technician, tree[0], "Mine", tree[1]), 403)


async def test_everything_that_changes_a_tree_changes_its_tag(api, cast, senior, story):
    admin = await api(cast.admin)
    path = f"/trees/{cast.tree_id}"
    seen = [(await admin.get(path)).headers["etag"]]
    document = (await admin.get(path)).json()["document"]
    for body in ({"document": document}, {"publish": True}, {"tags": ["x"]}):
        seen.append((await senior.put(path, json=body)).headers["etag"])
    await admin.delete(path)
    seen.append((await admin.post(f"{path}/restore")).headers["etag"])
    assert len(set(seen)) == len(seen) == 5
