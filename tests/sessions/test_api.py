import base64
import json
from uuid import uuid4

import pytest

from tests.support.story import NO, SILENT, WORKS, YES, every_page, refused


@pytest.fixture
async def session(technician, cast) -> dict:
    """A session that the technician has just started."""
    body = {"tree_id": str(cast.tree_id), "ticket_number": "T-1", "client_name": "Client A"}
    answer = await technician.post("/sessions", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def answer_step(client, session: dict, option: str, seq: int, **values):
    body = {"option": option, "seq": seq, **values}
    return await client.post(f"/sessions/{session['id']}/steps", json=body)


async def test_a_session_starts_at_the_first_node(session, cast):
    assert session["tree_id"] == str(cast.tree_id)
    assert (session["status"], session["version"], session["seq"]) == ("active", 1, 1)
    assert (session["ticket_number"], session["client_name"]) == ("T-1", "Client A")
    assert (session["tree_title"], session["started_by"]) == ("No sound", "Technician")
    assert session["steps"] == []
    assert session["current_node"] == {
        "key": "plugged",
        "kind": "decision",
        "title": "Is the speaker plugged in?",
        "body": "Look **behind** the desk.",
        "commands": [],
        "expected": "",
        "ending": None,
        "options": [{"key": YES, "label": "Yes"}, {"key": NO, "label": "No"}],
    }


async def test_ticket_and_client_may_be_left_out_or_be_null(technician, cast):
    for body in ({}, {"ticket_number": None, "client_name": None}):
        answer = await technician.post("/sessions", json={"tree_id": str(cast.tree_id), **body})
        assert (answer.status_code, answer.json()["ticket_number"]) == (201, "")


async def test_a_walk_to_a_solution(technician, session):
    moved = (await answer_step(technician, session, YES, 1, note="Dusty")).json()
    assert (moved["seq"], moved["current_node"]["key"]) == (2, "volume")
    assert moved["current_node"]["commands"] == [
        {"label": "", "text": "Get-AudioDevice -PlaybackVolume"}
    ]
    ended = (await answer_step(technician, session, WORKS, 2)).json()
    assert ended["current_node"]["ending"] == "solved"
    assert ended["current_node"]["options"] == []
    assert ended["status"] == "active"
    answer = await technician.post(
        f"/sessions/{session['id']}/complete",
        json={"outcome": "resolved", "outcome_notes": "Muted", "next_steps": "None"},
    )
    done = answer.json()
    assert (answer.status_code, done["status"], done["outcome"]) == (200, "completed", "resolved")
    assert (done["outcome_notes"], done["completed_by"], done["holder"]) == (
        "Muted",
        "Technician",
        "",
    )
    steps = [
        (step["seq"], step["node_key"], step["answer"], [note["text"] for note in step["notes"]])
        for step in done["steps"]
    ]
    assert steps == [(1, "plugged", "Yes", ["Dusty"]), (2, "volume", "Works now", [])]
    assert {step["user"] for step in done["steps"]} == {"Technician"}
    assert (await technician.get(f"/sessions/{session['id']}")).json() == done


async def test_an_end_to_hand_over_at_says_so(technician, session):
    await answer_step(technician, session, YES, 1)
    ended = (await answer_step(technician, session, SILENT, 2)).json()
    assert ended["current_node"]["ending"] == "escalate"


async def test_the_same_answer_again_changes_nothing(technician, session):
    first = await answer_step(technician, session, YES, 1)
    again = await answer_step(technician, session, YES, 1)
    assert (again.status_code, again.json()["steps"]) == (200, first.json()["steps"])
    other = await answer_step(technician, session, NO, 1)
    assert "already been answered" in refused(other, 409)["detail"]


async def test_an_answer_that_does_not_fit_is_named(technician, session):
    assert refused(await answer_step(technician, session, WORKS, 1), 422)["field"] == "option"
    assert refused(await answer_step(technician, session, YES, 2), 422)["field"] == "seq"
    for seq in (0, -1, 2**31, "one", None, 1.5):
        assert refused(await answer_step(technician, session, YES, seq), 422)["field"] == "seq"
    too_long = await answer_step(technician, session, YES, 1, note="x" * 20_001)
    assert refused(too_long, 422)["field"] == "note"
    untouched = (await technician.get(f"/sessions/{session['id']}")).json()
    assert (untouched["seq"], untouched["steps"]) == (1, [])


async def test_back_is_recorded_and_harmless_when_repeated(technician, session):
    await answer_step(technician, session, YES, 1)
    url = f"/sessions/{session['id']}/back"
    back = (await technician.post(url, json={"seq": 2})).json()
    assert (back["seq"], back["current_node"]["key"]) == (3, "plugged")
    assert [step["kind"] for step in back["steps"]] == ["answer", "back"]
    again = (await technician.post(url, json={"seq": 2})).json()
    assert (again["seq"], len(again["steps"])) == (3, 2)
    for body in (None, {}, {"seq": 3}):
        answer = await technician.post(url, json=body)
        assert "first step" in refused(answer, 409)["detail"]


async def test_back_needs_no_body(technician, session):
    await answer_step(technician, session, YES, 1)
    back = await technician.post(f"/sessions/{session['id']}/back")
    assert (back.status_code, back.json()["current_node"]["key"]) == (200, "plugged")


async def test_details_change_one_by_one(technician, session):
    url = f"/sessions/{session['id']}"
    await technician.put(url, json={"client_name": "Client B"})
    changed = (await technician.put(url, json={"scratchpad": "call\nback", "note": "hm"})).json()
    assert (changed["ticket_number"], changed["client_name"]) == ("T-1", "Client B")
    assert changed["scratchpad"] == "call\nback"
    assert [(note["user"], note["text"]) for note in changed["notes"]] == [("Technician", "hm")]
    assert (await technician.put(url, json={"ticket_number": ""})).json()["ticket_number"] == ""
    for field, limit in (("ticket_number", 80), ("client_name", 120), ("scratchpad", 20_000)):
        answer = await technician.put(url, json={field: "x" * (limit + 1)})
        assert refused(answer, 422)["field"] == field


async def test_completing_twice_is_harmless_and_otherwise_refused(technician, session):
    url = f"/sessions/{session['id']}/complete"
    for outcome in ("solved", "", None, 7):
        assert refused(await technician.post(url, json={"outcome": outcome}), 422)["field"]
    assert (await technician.post(url, json={"outcome": "not_resolved"})).status_code == 200
    assert (await technician.post(url, json={"outcome": "not_resolved"})).status_code == 200
    refused(await technician.post(url, json={"outcome": "resolved"}), 409)
    refused(await answer_step(technician, session, YES, 1), 409)
    refused(await technician.put(f"/sessions/{session['id']}", json={"note": "x"}), 409)


async def test_the_ticket_note_comes_in_four_formats_also_midway(technician, session):
    await answer_step(technician, session, YES, 1, note="<b>Dusty</b>")
    url = f"/sessions/{session['id']}/export"
    kinds = {
        "markdown": ("text/markdown; charset=utf-8", "session-T-1.md", "\\<b\\>Dusty"),
        "text": ("text/plain; charset=utf-8", "session-T-1.txt", "<b>Dusty</b>"),
        "html": ("text/html; charset=utf-8", "session-T-1.html", "&lt;b&gt;Dusty"),
        "json": ("application/json", "session-T-1.json", "<b>Dusty</b>"),
    }
    for name, (media_type, filename, note) in kinds.items():
        answer = await technician.post(url, json={"format": name})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == media_type
        assert answer.headers["content-disposition"] == f'attachment; filename="{filename}"'
        assert note in answer.text
        assert name == "json" or "In progress" in answer.text
    for wrong in ("pdf", "", None):
        assert refused(await technician.post(url, json={"format": wrong}), 422)["field"] == "format"


async def test_a_ticket_number_breaks_no_header(technician, session):
    url = f"/sessions/{session['id']}"
    await technician.put(url, json={"ticket_number": 'x"\r\nSet-Cookie: a=b; ü'})
    answer = await technician.post(f"{url}/export", json={"format": "text"})
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-disposition"].count('"') == 2


async def test_technicians_list_their_own_and_seniors_all(api, cast, technician, senior, session):
    other = await api(cast.second_technician)
    theirs = (await other.post("/sessions", json={"tree_id": str(cast.tree_id)})).json()
    assert [row["id"] for row in await every_page(technician, "/sessions")] == [session["id"]]
    assert {row["id"] for row in await every_page(senior, "/sessions", limit=1)} == {
        session["id"],
        theirs["id"],
    }
    assert await every_page(await api(cast.outsider), "/sessions") == []
    [row] = await every_page(technician, "/sessions")
    assert (row["ticket_number"], row["node_title"]) == ("T-1", "Is the speaker plugged in?")


async def test_every_page_size_leads_through_everything_once(technician, cast):
    body = {"tree_id": str(cast.tree_id)}
    started = [(await technician.post("/sessions", json=body)).json()["id"] for _ in range(7)]
    for limit in (1, 3, 7, 200):
        rows = await every_page(technician, "/sessions", limit=limit)
        assert [row["id"] for row in rows] == started[::-1]
    url = f"/sessions/{started[2]}/complete"
    await technician.post(url, json={"outcome": "resolved"})
    rows = await every_page(technician, "/sessions", status="completed", limit=1)
    assert [row["id"] for row in rows] == [started[2]]
    assert len(await every_page(technician, "/sessions", status="active", limit=4)) == 6


def cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


async def test_a_list_that_cannot_be_given_is_refused_by_name(technician, session):
    now = "2026-03-01T08:00:00+00:00"
    for query, field in (
        ({"status": "finished"}, "status"),
        ({"status": "\0"}, "status"),
        ({"limit": 0}, "limit"),
        ({"limit": 1000}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": cursor("yesterday", session["id"])}, "cursor"),
        ({"cursor": cursor(now)}, "cursor"),
    ):
        assert refused(await technician.get("/sessions", params=query), 422)["field"] == field


async def test_no_cursor_that_somebody_made_up_breaks_the_list(technician, session):
    for moment in (
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+00:00",
        "2026-03-01T08:00:00+00:00:00.000001",
        "\ud800",
    ):
        for row in (session["id"], "no id"):
            query = {"cursor": cursor(moment, row)}
            answer = await technician.get("/sessions", params=query)
            assert answer.status_code in (200, 404, 422), (moment, answer.text)


async def test_a_senior_reads_a_session_but_does_not_walk_it(senior, session):
    url = f"/sessions/{session['id']}"
    assert (await senior.get(url)).status_code == 200
    assert (await senior.post(f"{url}/export", json={"format": "text"})).status_code == 200
    for verb, path, body in WRITES:
        problem = refused(await senior.request(verb, f"{url}{path}", json=body), 409)
        assert "Technician is working on this session now" in problem["detail"]


WRITES = (
    ("PUT", "", {"note": "x"}),
    ("POST", "/steps", {"option": YES, "seq": 1}),
    ("POST", "/back", {}),
    ("POST", "/complete", {"outcome": "resolved"}),
    ("POST", "/handoff", {"intent": "escalate", "reason": "x"}),
)
ROUTES = (("GET", "", None), ("POST", "/export", {"format": "text"}), *WRITES)


async def test_to_a_stranger_no_route_of_it_exists(api, cast, technician, session):
    for name in ("outsider", "outside_technician", "second_technician"):
        stranger = await api(cast.person(name))
        for verb, path, body in ROUTES:
            theirs = await stranger.request(verb, f"/sessions/{session['id']}{path}", json=body)
            nothing = await stranger.request(verb, f"/sessions/{uuid4()}{path}", json=body)
            assert refused(theirs, 404) == refused(nothing, 404), (name, verb, path)
    untouched = (await technician.get(f"/sessions/{session['id']}")).json()
    assert (untouched["seq"], untouched["status"]) == (1, "active")


async def test_what_is_no_id_is_not_found(technician):
    for verb, path, body in ROUTES:
        for session_id in ("1", "%00", "x" * 500, "..%2F..", "%F0%9F%98%80"):
            answer = await technician.request(verb, f"/sessions/{session_id}{path}", json=body)
            refused(answer, 404)


async def test_no_session_starts_from_a_tree_of_another_account(technician, cast):
    for tree_id in (str(cast.outside_tree_id), str(uuid4()), "no id", "\0"):
        refused(await technician.post("/sessions", json={"tree_id": tree_id}), 404)


NO_JSON = (b"{", b"\xff\xfe", b"[" * 5_000, b"{'a': 1}", b'{"tree_id": "x"')
NO_BODY = (b"", b"[]", b"null", b"7", b'"x"', b"{}")


async def test_a_body_that_makes_no_sense_is_refused_with_a_word_about_it(technician, session):
    json_type = {"content-type": "application/json"}
    for path in ("/sessions", f"/sessions/{session['id']}/steps"):
        for content in NO_JSON:
            answer = await technician.post(path, content=content, headers=json_type)
            detail = refused(answer, 400 if len(content) > 1_000 else 422)["detail"]
            assert "JSON" in detail or "parsing the body" in detail
            assert not detail[0].isdigit(), f"{detail!r} begins with a position in the text"
        for content in NO_BODY:
            answer = await technician.post(path, content=content, headers=json_type)
            assert len(refused(answer, 422)["detail"]) > 8
    for body in (
        {"tree_id": None},
        {"tree_id": ["x"]},
        {"tree_id": {"a": 1}},
        {"tree_id": "x" * 65},
        {"tree_id": str(uuid4()), "ticket_number": 7},
    ):
        refused(await technician.post("/sessions", json=body), 422)
    lone = b'{"tree_id": "x", "client_name": "\\ud800"}'
    answer = await technician.post("/sessions", content=lone, headers=json_type)
    assert answer.status_code in (404, 422)


async def test_what_no_database_takes_is_left_out_of_what_is_typed(technician, session):
    body = {
        "client_name": "a\0b",
        "ticket_number": "\0T",
        "scratchpad": "a\0\nb",
        "note": "\0",
    }
    changed = await technician.put(f"/sessions/{session['id']}", json=body)
    assert changed.status_code == 200
    kept = changed.json()
    assert (kept["client_name"], kept["ticket_number"]) == ("ab", "T")
    assert (kept["scratchpad"], kept["notes"]) == ("a\nb", [])
