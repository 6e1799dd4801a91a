import asyncio
from collections import Counter

import pytest

from rxapp.core.paging import encode_cursor
from tests.support.story import YES, every_page, refused, small_tree


def document(word: str = "Ready", start: str = "only", to: str = "end") -> dict:
    return {
        "start": start,
        "nodes": [
            {
                "key": "only",
                "kind": "decision",
                "title": word,
                "options": [{"key": "go", "label": "Go", "to": to}],
            },
            {"key": "end", "kind": "solution", "ending": "solved", "title": "Done"},
        ],
    }


@pytest.fixture
async def admin(api, cast):
    return await api(cast.admin)


@pytest.fixture
def create(senior):
    async def made(title: str, **values) -> dict:
        body = {"title": title, "document": document(title), **values}
        answer = await senior.post("/trees", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


async def titles(client, **filters) -> list[str]:
    return [tree["title"] for tree in await every_page(client, "/trees", limit=2, **filters)]


async def found(client, words: str) -> list[str]:
    items = await every_page(client, "/trees/search", q=words)
    return [tree["title"] for tree in items]


async def counts(client) -> dict[str, int]:
    return {each["name"]: each["count"] for each in await every_page(client, "/trees/categories")}


async def test_a_created_tree_is_published_and_found(create, technician):
    tree = await create("Fan noise", category=" Devices ", tags=["fan", "noise", "fan"])
    assert (tree["status"], tree["version"], tree["revision"]) == ("published", 1, 1)
    assert (tree["category"], tree["tags"], tree["steps"]) == ("Devices", ["fan", "noise"], 2)
    assert (tree["draft"], tree["findings"]) == (None, [])
    read = (await technician.get(f"/trees/{tree['id']}")).json()
    assert read == tree
    assert await found(technician, "fan") == ["Fan noise"]
    started = await technician.post("/sessions", json={"tree_id": tree["id"]})
    assert started.json()["current_node"]["title"] == "Fan noise"


async def test_a_draft_is_for_those_who_write_until_it_is_published(create, senior, technician):
    tree = await create("Fan noise", publish=False, category="Devices")
    path = f"/trees/{tree['id']}"
    assert (tree["status"], tree["version"], tree["document"]) == ("draft", 0, None)
    assert tree["draft"]["nodes"][0]["title"] == "Fan noise"
    refused(await technician.get(path), 404)
    refused(await technician.post("/sessions", json={"tree_id": tree["id"]}), 404)
    assert "Fan noise" not in await titles(technician)
    assert await found(senior, "fan") == []
    assert await counts(senior) == {"Devices": 1}
    answer = await senior.put(path, json={"publish": True})
    assert (answer.json()["status"], answer.json()["version"]) == ("published", 1)
    assert await found(technician, "fan") == ["Fan noise"]
    refused(await senior.put(path, json={"publish": True}), 409)


async def test_a_change_becomes_the_next_version_and_sessions_keep_theirs(
    create, senior, technician
):
    tree = await create("Fan noise")
    path = f"/trees/{tree['id']}"
    session = (await technician.post("/sessions", json={"tree_id": tree["id"]})).json()
    draft = (await senior.put(path, json={"document": document("Bearing")})).json()
    assert (draft["version"], draft["revision"]) == (1, 2)
    assert draft["document"]["nodes"][0]["title"] == "Fan noise"
    assert draft["draft"]["nodes"][0]["title"] == "Bearing"
    seen = (await technician.get(path)).json()
    assert seen["draft"] is None
    assert "Bearing" not in str(seen)
    assert await found(technician, "bearing") == []
    published = (await senior.put(path, json={"publish": True})).json()
    assert (published["version"], published["draft"]) == (2, None)
    assert await found(technician, "bearing") == ["Fan noise"]
    again = (await technician.get(f"/sessions/{session['id']}")).json()
    assert (again["version"], again["current_node"]["title"]) == (1, "Fan noise")
    fresh = (await technician.post("/sessions", json={"tree_id": tree["id"]})).json()
    assert (fresh["version"], fresh["current_node"]["title"]) == (2, "Bearing")


async def test_sessions_go_on_when_their_tree_is_deleted(admin, technician, cast):
    path = f"/trees/{cast.tree_id}"
    session = (await technician.post("/sessions", json={"tree_id": str(cast.tree_id)})).json()
    assert (await admin.delete(path)).status_code == 204
    refused(await technician.post("/sessions", json={"tree_id": str(cast.tree_id)}), 404)
    step = await technician.post(f"/sessions/{session['id']}/steps", json={"option": YES, "seq": 1})
    assert step.json()["current_node"]["key"] == "volume"
    note = await technician.post(f"/sessions/{session['id']}/export", json={"format": "text"})
    assert "No sound" in note.text


async def test_what_is_left_out_stays(create, senior):
    tree = await create("Fan noise", description="Loud", category="Devices", tags=["fan"])
    path = f"/trees/{tree['id']}"
    changed = (await senior.put(path, json={"title": "Fan is loud"})).json()
    assert (changed["title"], changed["description"]) == ("Fan is loud", "Loud")
    assert (changed["category"], changed["tags"]) == ("Devices", ["fan"])
    assert await found(senior, "loud") == ["Fan is loud"]
    emptied = (await senior.put(path, json={"tags": [], "description": ""})).json()
    assert (emptied["tags"], emptied["description"]) == ([], "")
    assert await titles(senior, tag="fan") == []


async def test_two_trees_have_two_titles_also_when_one_was_deleted(create, senior, admin):
    first, second = await create("First"), await create("Second")
    path = f"/trees/{first['id']}"
    same = {"title": " First ", "document": document()}
    assert refused(await senior.post("/trees", json=same), 409)["field"] == "title"
    taken = await senior.put(f"/trees/{second['id']}", json={"title": "First"})
    assert refused(taken, 409)["field"] == "title"
    await admin.delete(path)
    heir = await create("First")
    assert refused(await admin.post(f"{path}/restore"), 409)["field"] == "title"
    await senior.put(f"/trees/{heir['id']}", json={"title": "Third"})
    assert (await admin.post(f"{path}/restore")).status_code == 200
    assert await titles(senior) == ["First", "No sound", "Second", "Third"]


async def test_of_two_created_at_once_with_one_title_one_is(senior, technician):
    body = {"title": "Twin", "document": document(), "category": "Twins"}
    answers = await asyncio.gather(*(senior.post("/trees", json=body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert await counts(technician) == {"Devices": 1, "Twins": 1}


async def test_what_lint_finds_keeps_a_tree_from_being_published(create, senior, technician, cast):
    faulty = {"title": "Fault", "document": document(to="ende")}
    problem = refused(await senior.post("/trees", json=faulty), 422)
    assert problem["field"] == "document"
    names = ("severity", "node", "code")
    assert [tuple(each[name] for name in names) for each in problem["findings"]] == [
        ("error", "only", "dangling"),
        ("error", "only", "endless"),
        ("error", "end", "unreachable"),
        ("warning", "only", "one-option"),
        ("warning", "end", "unchecked"),
    ]
    assert "Did you mean 'end'?" in problem["findings"][0]["message"]
    kept = await create("Fault", document=document(to="ende"), publish=False)
    assert len(kept["findings"]) == 5
    path = f"/trees/{kept['id']}"
    assert len(refused(await senior.put(path, json={"publish": True}), 422)["findings"]) == 5
    worse = {"document": document(to="ende"), "publish": True, "title": "Renamed"}
    refused(await senior.put(f"/trees/{cast.tree_id}", json=worse), 422)
    assert (await technician.get(f"/trees/{cast.tree_id}")).json()["title"] == "No sound"
    mended = await senior.put(path, json={"document": document(), "publish": True})
    assert mended.json()["status"] == "published"


async def test_the_step_at_fault_is_named_in_plain_words(senior, create):
    tree = await create("Good")
    crowded = document("Router")
    crowded["nodes"][0]["options"] = [
        {"key": f"k{n}", "label": f"Option {n}", "to": "end"} for n in range(51)
    ]
    tagged = {"title": "Other", "document": document(), "tags": ["x"] * 21}
    for body, field, words in (
        (crowded, "document.nodes.0.options", "Step 'only': at most 50 answers, this one has 51."),
        (document(start="A b"), "document.start", "This tree: the start may only have letters"),
        ({"start": "a"}, "document.nodes", "This tree: the list of steps (nodes) is missing."),
    ):
        for answer in (
            await senior.post("/trees", json={"title": "New", "document": body}),
            await senior.put(f"/trees/{tree['id']}", json={"document": body}),
        ):
            problem = refused(answer, 422)
            assert problem["field"] == field
            assert problem["detail"].startswith(words)
    assert (
        "tags may have at most 20"
        in refused(await senior.post("/trees", json=tagged), 422)["detail"]
    )


async def test_options_that_look_the_same_are_no_tree_to_publish(senior):
    twins = document()
    twins["nodes"][0]["options"] = [
        {"key": "Yes.1", "label": "Yes", "to": "end"},
        {"key": "Yes_2", "label": "Yes\u200b", "to": "end"},
    ]
    problem = refused(await senior.post("/trees", json={"title": "T", "document": twins}), 422)
    assert [each["code"] for each in problem["findings"]] == ["same-label", "unchecked"]
    assert problem["detail"] == "T: 'Ready' has 2 answers with the label 'Yes'."


async def test_what_is_no_tree_is_refused(senior):
    good = {"title": "Good", "document": document()}
    for body in (
        {},
        {"title": "X"},
        {**good, "title": " "},
        {**good, "title": "x" * 201},
        {**good, "title": "a\0b"},
        {**good, "tags": ["x"] * 21},
        {**good, "tags": [""]},
        {**good, "category": "x" * 61},
        {**good, "owner": "me"},
        {**good, "document": {"start": "a", "nodes": []}},
        {**good, "document": {**document(), "nodes": document()["nodes"] * 2}},
    ):
        refused(await senior.post("/trees", json=body), 422)
    assert await titles(senior) == ["No sound"]


async def test_each_role_writes_what_it_may_and_a_stranger_nothing(
    api, cast, create, senior, technician, admin
):
    tree = await create("Fan noise")
    path = f"/trees/{tree['id']}"
    body = {"title": "Mine", "document": document()}
    refused(await technician.post("/trees", json=body), 403)
    refused(await technician.put(path, json={"title": "Mine"}), 403)
    for client in (technician, senior):
        refused(await client.delete(path), 403)
    refused(await technician.post(f"{path}/restore"), 403)
    refused(await senior.post(f"{path}/restore"), 422)
    outsider = await api(cast.outsider)
    refused(await outsider.put(path, json={"title": "Mine"}), 404)
    refused(await outsider.get(path), 404)
    refused(await admin.delete(f"/trees/{cast.outside_tree_id}"), 404)
    refused(await admin.post(f"/trees/{cast.outside_tree_id}/restore"), 404)
    assert (await outsider.get(f"/trees/{cast.outside_tree_id}")).status_code == 200
    assert (await technician.get(path)).json() == tree


async def test_a_deleted_tree_is_gone_until_it_is_restored_as_it_was(
    create, senior, admin, technician
):
    tree = await create("Fan noise", tags=["fan"])
    draft = await create("Half done", publish=False)
    for each in (tree, draft):
        path = f"/trees/{each['id']}"
        assert (await admin.delete(path)).status_code == 204
        assert (await admin.delete(path)).status_code == 204, "twice is harmless"
        refused(await admin.get(path), 404)
        refused(await senior.put(path, json={"title": "X"}), 404)
        refused(await senior.post(f"{path}/restore"), 403)
    assert await found(technician, "fan") == []
    assert await titles(technician, tag="fan") == []
    assert await titles(admin, show="deleted") == ["Fan noise", "Half done"]
    states = [
        (await admin.post(f"/trees/{each['id']}/restore")).json()["status"]
        for each in (tree, draft)
    ]
    assert states == ["published", "draft"]
    assert await found(technician, "fan") == ["Fan noise"]
    refused(await admin.post(f"/trees/{tree['id']}/restore"), 422)


async def test_the_list_is_filtered(create, senior, admin, technician, moving_clock, cast):
    await create("Old", category="Network", tags=["cable", "wall"])
    await create("Draft", publish=False)
    gone = await create("Gone", category="Network")
    await admin.delete(f"/trees/{gone['id']}")
    moving_clock.move_on(minutes=5)
    since = moving_clock.now().isoformat()
    await create("New", category="Network", tags=["cable"])
    assert await titles(technician) == ["New", "No sound", "Old"]
    assert await titles(technician, category="Network") == ["New", "Old"]
    assert await titles(technician, tag="cable") == ["New", "Old"]
    assert await titles(technician, tag="wall", category="Network") == ["Old"]
    assert await titles(technician, tag="cab") == []
    assert await titles(technician, updated_since=since) == ["New"]
    assert await titles(technician, updated_since=since[:19]) == ["New"], "no zone is UTC"
    assert await titles(technician, title="sound no") == ["No sound"]
    assert await titles(senior, show="drafts") == ["Draft"]
    assert await titles(admin, show="deleted") == ["Gone"]
    refused(await technician.get("/trees?show=drafts"), 403)
    refused(await senior.get("/trees?show=deleted"), 403)
    refused(await admin.get("/trees?show=lost"), 422)
    for path in ("/trees", "/sessions"):
        for odd in ("yesterday", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"):
            refused(await admin.get(path, params={"updated_since": odd}), 422)


async def test_paging_by_title_misses_and_repeats_nothing(create, technician):
    made = [f"Tree {n:02}" for n in range(11)]
    for title in made:
        await create(title)
    for limit in (1, 3, 12):
        items = await every_page(technician, "/trees", limit=limit)
        assert [tree["title"] for tree in items] == ["No sound", *made]


async def test_categories_count_published_trees_after_every_operation(
    create, senior, admin, technician
):
    tree = await create("Fan noise", category="Fans", publish=False)
    path = f"/trees/{tree['id']}"

    async def after(expected: dict[str, int]) -> None:
        assert await counts(technician) == {"Devices": 1, **expected}

    await after({})
    await senior.put(path, json={"publish": True})
    await after({"Fans": 1})
    await senior.put(path, json={"document": document("Two"), "publish": True})
    await after({"Fans": 1})
    await senior.put(path, json={"category": "Noise"})
    await after({"Noise": 1})
    await senior.put(
        path, json={"category": "Fans", "document": document("Three"), "publish": True}
    )
    await after({"Fans": 1})
    await admin.delete(path)
    await admin.delete(path)
    await after({})
    await admin.post(f"{path}/restore")
    await after({"Fans": 1})
    await senior.put(path, json={"category": ""})
    await after({"": 1})


async def test_counts_add_up_when_many_are_published_at_once(senior, technician, admin):
    bodies = [{"title": f"Tree {n}", "document": document(), "category": "Same"} for n in range(8)]
    answers = await asyncio.gather(*(senior.post("/trees", json=body) for body in bodies))
    assert {answer.status_code for answer in answers} == {201}
    assert (await counts(technician))["Same"] == 8
    ids = [answer.json()["id"] for answer in answers]
    await asyncio.gather(
        *(admin.delete(f"/trees/{tree_id}") for tree_id in ids[:4]),
        *(senior.put(f"/trees/{tree_id}", json={"category": "Else"}) for tree_id in ids[4:6]),
    )
    assert await counts(technician) == {"Devices": 1, "Else": 2, "Same": 2}


async def test_an_import_is_a_change_that_nobody_overwrites_unseen(senior, story):
    tree_id = story.publish(small_tree("Imported"))
    before = (await senior.get(f"/trees/{tree_id}")).headers["etag"]
    assert story.publish(small_tree("Imported", body="new words")) == tree_id
    answer = await senior.put(
        f"/trees/{tree_id}", json={"description": "Lost"}, headers={"If-Match": before}
    )
    refused(answer, 412)


async def test_search_ranks_by_where_the_word_stands(create, technician):
    filler = "plain words that say little about it"
    await create("Alpha", description=filler, document=document("toner"))
    await create("Beta", description="toner low in the tray of it")
    await create("Gamma", description=filler, tags=["toner"])
    await create("Toner low", description=filler)
    for n in range(6):
        await create(f"Other {n}", description=filler)
    assert await found(technician, "toner") == ["Toner low", "Gamma", "Beta", "Alpha"]


async def test_pages_of_a_search_neither_miss_nor_repeat_equal_ranks(story, technician):
    for n in range(9):
        story.publish(small_tree(f"Cable {n}", category="Odd" if n % 2 else "Even"))
    story.publish(small_tree("Cable cable cable", tags=("cable",), category="Odd"))
    for n in range(3):
        story.publish(small_tree(f"Other {n}", description="a cable far behind", category="Odd"))
    whole = await every_page(technician, "/trees/search", q="cable", limit=200)
    assert len(whole) == 13
    assert whole[0]["title"] == "Cable cable cable"
    assert {tree["title"] for tree in whole[-3:]} == {f"Other {n}" for n in range(3)}
    for limit in (1, 2, 5):
        paged = await every_page(technician, "/trees/search", q="cable", limit=limit)
        assert paged == whole, limit
        assert max(Counter(tree["id"] for tree in paged).values()) == 1
        odd = await every_page(technician, "/trees/search", q="cable", category="Odd", limit=limit)
        assert odd == [tree for tree in whole if tree["category"] == "Odd"]


async def test_a_made_up_cursor_of_a_search_breaks_nothing(technician, cast):
    for parts in (("nan", "x"), ("inf", str(cast.tree_id)), ("-1", "no id"), ("1e999", ""), ("1",)):
        answer = await technician.get(
            "/trees/search", params={"q": "sound", "cursor": encode_cursor(*parts)}
        )
        assert answer.status_code in (404, 422), parts
    # Ties are broken by a row's number on one database and by its id on the other.
    pages = [
        await technician.get(
            "/trees/search", params={"q": "sound", "cursor": encode_cursor("0", place)}
        )
        for place in ("1", str(cast.tree_id))
    ]
    [page] = [page.json() for page in pages if page.status_code == 200]
    assert (page["items"], page["next_cursor"]) == ([], None)
