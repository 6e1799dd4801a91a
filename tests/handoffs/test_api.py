import asyncio
from uuid import uuid4

import pytest

from rxapp.notifications.dispatcher import Dispatcher
from tests.support.story import YES, every_page, refused


@pytest.fixture
async def second_senior(api, cast):
    return await api(cast.second_senior)


@pytest.fixture
async def handoff(technician, story) -> dict:
    """An open escalation."""
    session_id = story.start(ticket_number="T-1", client_name="Client A")
    story.walk(session_id, YES)
    answer = await technician.post(
        f"/sessions/{session_id}/handoff",
        json={"intent": "escalate", "reason": "Which volume?", "priority": "urgent"},
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def do(client, handoff: dict, verb: str, body: dict | None = None):
    return await client.post(f"/handoffs/{handoff['id']}/{verb}", json=body)


async def test_an_escalation_answers_with_what_the_senior_gets(technician, handoff):
    assert (handoff["intent"], handoff["status"], handoff["priority"]) == (
        "escalate",
        "open",
        "urgent",
    )
    assert (handoff["reason"], handoff["node_title"]) == ("Which volume?", "Turn the volume up")
    assert (handoff["ticket_number"], handoff["client_name"]) == ("T-1", "Client A")
    assert (handoff["escalated_by"], handoff["claimed_by"]) == ("Technician", "")
    session = (await technician.get(f"/sessions/{handoff['session_id']}")).json()
    assert (session["status"], session["holder"]) == ("escalated", "")


async def test_a_handoff_that_is_not_acceptable_is_named(technician, story):
    url = f"/sessions/{story.start()}/handoff"
    good = {"intent": "escalate", "reason": "Help", "priority": "normal"}
    for field, value in (
        ("intent", "drop"),
        ("intent", None),
        ("reason", ""),
        ("reason", " \0 "),
        ("reason", "x" * 4_001),
        ("reason", 7),
        ("priority", "low"),
    ):
        answer = await technician.post(url, json={**good, field: value})
        assert refused(answer, 422)["field"] == field
    missing = await technician.post(url, json={"intent": "escalate"})
    assert refused(missing, 422)["field"] == "reason"
    assert (await technician.get("/handoffs")).json()["items"] == []


async def test_a_double_press_is_told_that_it_waits_already(technician, handoff):
    url = f"/sessions/{handoff['session_id']}/handoff"
    answer = await technician.post(url, json={"intent": "escalate", "reason": "Again"})
    assert "is waiting for a senior" in refused(answer, 409)["detail"]


async def test_presses_in_the_same_moment_escalate_once(technician, story):
    url = f"/sessions/{story.start()}/handoff"
    body = {"intent": "escalate", "reason": "Help"}
    answers = await asyncio.gather(*(technician.post(url, json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_parking_needs_no_reason_and_is_private(technician, senior, story):
    session_id = story.start()
    answer = await technician.post(f"/sessions/{session_id}/handoff", json={"intent": "park"})
    parked = answer.json()
    assert (answer.status_code, parked["intent"], parked["status"]) == (201, "park", "open")
    refused(await senior.get(f"/sessions/{session_id}"), 404)
    refused(await senior.get(f"/handoffs/{parked['id']}"), 404)
    refused(await do(senior, parked, "claim"), 404)
    resumed = await do(technician, parked, "withdraw")
    assert (resumed.status_code, resumed.json()["status"]) == (200, "withdrawn")
    session = (await technician.get(f"/sessions/{session_id}")).json()
    assert session["status"] == "active"


async def test_one_claims_and_the_other_is_told_who(senior, second_senior, handoff, cast):
    claimed = await do(senior, handoff, "claim")
    assert claimed.status_code == 200
    assert (claimed.json()["status"], claimed.json()["claimed_by"]) == ("claimed", "Senior")
    assert claimed.json()["held_until"] > claimed.json()["claimed_at"]
    lost = refused(await do(second_senior, handoff, "claim"), 409)
    assert lost["claimed_by"] == {"id": str(cast.senior.actor.user_id), "name": "Senior"}
    assert "Senior has it" in lost["detail"]
    assert (await do(senior, handoff, "claim")).json() == claimed.json(), "again is harmless"


async def test_of_claims_in_the_same_moment_one_wins(api, cast, handoff):
    clients = [await api(cast.person(name)) for name in ("senior", "second_senior", "admin")]
    answers = await asyncio.gather(*(do(client, handoff, "claim") for client in clients * 4))
    won = {answer.json()["claimed_by"] for answer in answers if answer.status_code == 200}
    lost = [answer for answer in answers if answer.status_code != 200]
    assert len(won) == 1
    assert len(lost) == 8
    assert {refused(answer, 409)["claimed_by"]["name"] for answer in lost} == won


async def test_the_senior_goes_on_at_the_same_step(senior, handoff):
    await do(senior, handoff, "claim")
    url = f"/sessions/{handoff['session_id']}"
    session = (await senior.get(url)).json()
    assert (session["seq"], session["current_node"]["key"]) == (2, "volume")
    moved = await senior.post(f"{url}/steps", json={"option": "works", "seq": 2})
    assert moved.json()["current_node"]["key"] == "was-muted"
    assert [step["user"] for step in moved.json()["steps"]] == ["Technician", "Senior"]


async def test_nobody_claims_what_they_escalated_themselves(senior, second_senior, story, cast):
    own = {"id": story.escalate(by=cast.senior).id}
    assert "yourself" in refused(await do(senior, own, "claim"), 409)["detail"]
    assert (await do(second_senior, own, "claim")).status_code == 200


async def test_handing_back_says_why(senior, second_senior, handoff):
    await do(senior, handoff, "claim")
    for body in ({"reason": ""}, {"reason": "  "}, {"reason": "x" * 4_001}, {}, None):
        assert refused(await do(senior, handoff, "hand-back", body), 422)["detail"]
    back = await do(senior, handoff, "hand-back", {"reason": "No time"})
    assert (back.json()["status"], back.json()["returned"]) == ("open", 1)
    refused(await do(senior, handoff, "hand-back", {"reason": "Twice"}), 409)
    assert (await do(second_senior, handoff, "claim")).json()["claimed_by"] == "Second Senior"


async def test_resolving_completes_the_session(senior, second_senior, technician, handoff):
    refused(await do(senior, handoff, "resolve"), 409)
    await do(senior, handoff, "claim")
    refused(await do(second_senior, handoff, "resolve"), 409)
    wrong = await do(senior, handoff, "resolve", {"outcome": "solved"})
    assert refused(wrong, 422)["field"] == "outcome"
    body = {"outcome": "workaround", "outcome_notes": "Headphones", "next_steps": "New card"}
    resolved = await do(senior, handoff, "resolve", body)
    assert (resolved.status_code, resolved.json()["status"]) == (200, "resolved")
    session = (await technician.get(f"/sessions/{handoff['session_id']}")).json()
    assert (session["status"], session["outcome"]) == ("completed", "workaround")
    assert (session["outcome_notes"], session["next_steps"]) == ("Headphones", "New card")
    assert (await do(senior, handoff, "resolve", body)).status_code == 200, "again is harmless"
    refused(await do(second_senior, handoff, "claim"), 409)


async def test_resolving_needs_no_body_and_completing_resolves_too(senior, technician, story):
    first, second = (story.escalate() for _ in range(2))
    await do(senior, {"id": first.id}, "claim")
    await do(senior, {"id": second.id}, "claim")
    assert (await do(senior, {"id": first.id}, "resolve")).json()["status"] == "resolved"
    url = f"/sessions/{second.session_id}/complete"
    assert (await senior.post(url, json={"outcome": "resolved"})).status_code == 200
    assert (await technician.get(f"/handoffs/{second.id}")).json()["status"] == "resolved"


async def test_what_one_holds_by_a_claim_is_not_given_up_again(senior, handoff):
    await do(senior, handoff, "claim")
    url = f"/sessions/{handoff['session_id']}/handoff"
    for intent in ("escalate", "park"):
        answer = await senior.post(url, json={"intent": intent, "reason": "x"})
        assert "Hand it back" in refused(answer, 409)["detail"]


async def test_only_the_escalator_takes_it_back_and_only_while_nobody_has_it(
    technician, senior, second_senior, handoff
):
    assert "Only the one" in refused(await do(senior, handoff, "withdraw"), 409)["detail"]
    await do(senior, handoff, "claim")
    assert (
        "Senior already has it" in refused(await do(technician, handoff, "withdraw"), 409)["detail"]
    )
    await do(senior, handoff, "hand-back", {"reason": "No time"})
    assert (await do(technician, handoff, "withdraw")).json()["status"] == "withdrawn"
    assert "withdrawn" in refused(await do(second_senior, handoff, "claim"), 409)["detail"]


async def test_what_technicians_may_not_do_is_said(technician, handoff):
    for verb, body in (("claim", None), ("hand-back", {"reason": "x"}), ("resolve", None)):
        problem = refused(await do(technician, handoff, verb, body), 403)
        assert problem["detail"].startswith("As Technician you may not")


ROUTES = (
    ("GET", "", None),
    ("GET", "/deliveries", None),
    ("POST", "/withdraw", None),
    ("POST", "/claim", None),
    ("POST", "/hand-back", {"reason": "x"}),
    ("POST", "/resolve", None),
)


async def test_to_a_stranger_no_route_of_it_exists(api, cast, technician, handoff):
    for name, routes in (
        ("outsider", ROUTES),
        ("outside_technician", ROUTES[:3]),
        ("second_technician", ROUTES[:3]),
    ):
        stranger = await api(cast.person(name))
        for verb, path, body in routes:
            theirs = await stranger.request(verb, f"/handoffs/{handoff['id']}{path}", json=body)
            nothing = await stranger.request(verb, f"/handoffs/{uuid4()}{path}", json=body)
            words = await stranger.request(verb, f"/handoffs/x{path}", json=body)
            assert refused(theirs, 404) == refused(nothing, 404) == refused(words, 404)
        assert await every_page(stranger, "/handoffs") == []
    assert (await technician.get(f"/handoffs/{handoff['id']}")).json() == handoff


async def test_the_list_leads_through_everything_and_narrows_by_status(
    technician, senior, second_senior, story
):
    made = [story.escalate() for _ in range(5)]
    story.claim(made[3])
    newest_first = [str(each.id) for each in reversed(made)]
    for limit in (1, 2, 5, 200):
        rows = await every_page(senior, "/handoffs", limit=limit)
        assert [row["id"] for row in rows] == newest_first
    claimed = await every_page(senior, "/handoffs", status="claimed", limit=1)
    assert [(row["id"], row["claimed_by"]) for row in claimed] == [(str(made[3].id), "Senior")]
    assert len(await every_page(technician, "/handoffs", status="open")) == 4
    own = story.escalate(by=story.cast.second_technician)
    assert own.id not in {row["id"] for row in await every_page(technician, "/handoffs")}
    for query, field in (
        ({"status": "lost"}, "status"),
        ({"cursor": "x"}, "cursor"),
        ({"limit": 0}, "limit"),
    ):
        assert refused(await senior.get("/handoffs", params=query), 422)["field"] == field


async def test_the_ledger_says_who_was_told_and_how(technician, story, cast, handoff):
    url = f"/handoffs/{handoff['id']}/deliveries"
    assert (await technician.get(url)).json() == {"items": [], "next_cursor": None}
    story.comes_online(cast.senior)
    await Dispatcher(None).work()
    ledger = (await technician.get(url)).json()
    told = {item["recipient"]["name"]: item for item in ledger["items"]}
    assert sorted(told) == ["Admin", "Owner", "Second Senior", "Senior"]
    screen, skipped = told["Senior"], told["Admin"]
    assert screen["recipient"]["id"] == str(cast.senior.actor.user_id)
    assert (screen["channel"], screen["status"], screen["attempts"]) == ("screen", "sending", 1)
    assert (skipped["channel"], skipped["status"], skipped["attempts"]) == ("email", "skipped", 0)
    assert skipped["detail"] == "no mail server configured"
    assert len({item["id"] for item in ledger["items"]}) == 4
    assert not any("@" in str(item) for item in ledger["items"]), "addresses stay inside"
