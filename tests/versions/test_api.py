"""Versions over REST: publish what was read, their history, and one of them as the draft."""

from uuid import uuid4

import pytest

from tests.support.story import every_page, refused

CLIENT = "an-integration"


@pytest.fixture
async def second_senior(api, cast):
    return await api(cast.second_senior)


@pytest.fixture
async def admin(api, cast):
    return await api(cast.admin)


@pytest.fixture
def path(cast) -> str:
    return f"/trees/{cast.tree_id}"


@pytest.fixture
def rename(senior, path):
    """Give a step another title; returns the draft's revision."""

    async def change(title: str) -> int:
        seen = (await senior.get(f"{path}/draft")).json()["revision"]
        change = {"op": "set_field", "node": "plug", "field": "title", "value": title}
        operations = [{"id": str(uuid4()), "seen": seen, "change": change}]
        body = {"client": CLIENT, "operations": operations}
        return (await senior.post(f"{path}/draft/operations", json=body)).json()["revision"]

    return change


async def test_what_was_read_is_published_with_its_note(senior, second_senior, path, rename):
    read = await rename("Plug it in firmly")
    newer = await rename("Plug it in with a click")
    problem = refused(await second_senior.post(f"{path}/versions", json={"revision": read}), 409)
    assert problem["revision"] == newer
    body = {"revision": newer, "note": "It clicks."}
    made = await second_senior.post(f"{path}/versions", json=body)
    assert made.status_code == 201
    assert (made.json()["number"], made.json()["note"]) == (2, "It clicks.")
    listed = await every_page(senior, f"{path}/versions", limit=1)
    assert [(each["number"], each["published_by"]) for each in listed] == [
        (2, "Second Senior"),
        (1, ""),
    ]
    assert listed[0] == made.json()
    old = (await senior.get(f"{path}/versions/1")).json()
    titles = {node["key"]: node["title"] for node in old["document"]["nodes"]}
    assert titles["plug"] == "Plug it in"
    refused(await senior.get(f"{path}/versions/3"), 404)
    refused(await senior.get(f"{path}/versions/0"), 422)


async def test_an_old_version_is_the_draft_unless_somebody_was_faster(senior, path, rename):
    await senior.post(f"{path}/versions", json={"revision": await rename("Plug it in firmly")})
    body = {"client": CLIENT, "id": str(uuid4()), "version": 1}
    old = {"If-Match": '"0"'}
    refused(await senior.post(f"{path}/draft/take", json=body, headers=old), 412)
    taken = await senior.post(f"{path}/draft/take", json=body)
    again = await senior.post(f"{path}/draft/take", json=body)
    assert taken.json() == again.json()
    assert taken.headers["etag"] == f'"{taken.json()["revision"]}"'
    diff = (await senior.get(f"{path}/diff", params={"old": 1})).json()
    assert (diff["changed"], diff["items"], diff["revision"]) == (0, [], taken.json()["revision"])


async def test_a_whole_document_is_published_with_a_note_too(senior, path):
    document = (await senior.get(path)).json()["document"]
    document["nodes"][0]["title"] = "Is the plug in?"
    body = {"document": document, "publish": True, "note": "Asked in fewer words."}
    assert (await senior.put(path, json=body)).json()["version"] == 2
    newest = (await senior.get(f"{path}/versions/2")).json()
    assert newest["note"] == "Asked in fewer words."
    body = {"title": "Lamp", "document": document, "note": "Begun."}
    made = (await senior.post("/trees", json=body)).json()
    [first] = (await senior.get(f"/trees/{made['id']}/versions")).json()["items"]
    assert first["note"] == "Begun."


async def test_where_a_second_person_publishes_the_first_asks(
    senior, second_senior, admin, path, rename
):
    account = await admin.put("/account", json={"second_person_publishes": True})
    assert account.json()["second_person_publishes"] is True
    assert (await admin.put("/account", json={})).json()["second_person_publishes"] is True
    revision = await rename("Plug it in firmly")
    body = {"revision": revision}
    assert (
        "Ask for a review"
        in refused(await senior.post(f"{path}/versions", json=body), 409)["detail"]
    )
    asked = await senior.post(f"{path}/draft/review", json={"note": "Firmly."})
    assert (asked.json()["by"], asked.json()["note"]) == ("Senior", "Firmly.")
    assert (await second_senior.post(f"{path}/versions", json=body)).status_code == 201
    refused(await senior.post(f"{path}/draft/review", json={}), 409)
    assert (await senior.delete(f"{path}/draft/review")).status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"revision": -1},
        {"revision": 2**40},
        {"revision": "newest"},
        {"revision": 0, "note": "x" * 1_001},
        {"revision": 0, "note": "a\0b"},
        {"revision": 0, "colour": "red"},
    ],
    ids=str,
)
async def test_what_cannot_be_published_is_said(senior, path, body):
    refused(await senior.post(f"{path}/versions", json=body), 422)
