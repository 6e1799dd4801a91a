import asyncio
import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from rxapp.access.models import Account, ApiToken, Invitation, User
from rxapp.core.idempotency import KeptAnswer, forget_old
from rxapp.handoffs.models import Handoff
from rxapp.members import invitation_service
from rxapp.sessions.models import GuidedSession
from rxapp.sign_in import joining_service
from rxapp.trees.models import SearchSynonyms, Tree, TreeVersion
from tests.support.drafting import Author
from tests.support.story import refused

REPLAYED = "idempotent-replayed"
KEY = {"Idempotency-Key": "ticket 1042"}

DOCUMENT = {
    "start": "only",
    "nodes": [
        {
            "key": "only",
            "kind": "decision",
            "title": "Ready",
            "options": [{"key": "go", "label": "Go", "to": "end"}],
        },
        {"key": "end", "kind": "solution", "ending": "solved", "title": "Done"},
    ],
}


def count(story, table) -> int:
    return story.see(lambda db: db.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.fixture
async def owner(api, cast):
    return await api(cast.owner)


@pytest.fixture
def creations(cast, story):
    """Every POST that creates: its path, two bodies that differ, and the table it writes."""
    mine = story.start(cast.owner)
    author = Author(story, cast.owner, cast.tree_id)
    changed = author.sets("plug", "title", "Plug it in firmly")
    return {
        "/sessions": ({"tree_id": str(cast.tree_id)}, {"ticket_number": "T-2"}, GuidedSession),
        "/trees": ({"title": "New", "document": DOCUMENT}, {"title": "Other"}, Tree),
        "/invitations": (
            {"email": "a@example.com", "role": "viewer"},
            {"role": "admin"},
            Invitation,
        ),
        "/me/tokens": ({"name": "Sync", "scope": "read"}, {"scope": "write"}, ApiToken),
        "/auth/register": (
            {"email": "b@example.com", "password": "correct horse battery"},
            {"name": "Other"},
            User,
        ),
        f"/sessions/{mine}/handoff": (
            {"intent": "escalate", "reason": "Help"},
            {"reason": "Please"},
            Handoff,
        ),
        "/trees/starters": (
            {"starter": "printer-offline", "title": "Ours"},
            {"title": "Yours"},
            Tree,
        ),
        "/synonyms": (
            {"expressions": ["till", "cash register"]},
            {"expressions": ["till", "cash desk"]},
            SearchSynonyms,
        ),
        f"/trees/{cast.tree_id}/copy": ({"title": "A copy"}, {"title": "Another copy"}, Tree),
        f"/trees/{cast.tree_id}/versions": (
            {"revision": changed.revision, "note": "Say it firmly"},
            {"note": "Say it"},
            TreeVersion,
        ),
    }


async def test_every_creation_takes_a_key(owner, creations):
    document = (await owner.get("/openapi.json")).json()
    creating = {
        path.removeprefix("/api/v1"): verbs["post"]
        for path, verbs in document["paths"].items()
        if "201" in verbs.get("post", {}).get("responses", {})
    }
    known = {re.sub(r"/(\w+)s/[0-9a-f-]{36}", r"/\1s/{\1_id}", path) for path in creations}
    assert creating.keys() == known | {"/members/{member_id}/reset-link"}
    for path, operation in creating.items():
        assert "idempotency-key" in [each["name"] for each in operation["parameters"]], path


async def test_a_repeat_gets_the_first_answer_and_creates_nothing(owner, creations, story):
    for path, (body, other, table) in creations.items():
        before = count(story, table)
        first = await owner.post(path, json=body, headers=KEY | {"X": "1"})
        assert first.status_code == 201, (path, first.text)
        assert REPLAYED not in first.headers
        again = await owner.post(path, json=body, headers=KEY)
        assert (again.status_code, again.headers.get(REPLAYED)) == (201, "true"), path
        assert again.content == first.content
        assert count(story, table) == before + 1, path
        if path == "/auth/register":
            continue  # another body is another person, who knows nothing of the first
        problem = refused(await owner.post(path, json={**body, **other}, headers=KEY), 422)
        assert "another request" in problem["detail"]
        assert count(story, table) == before + 1, path
        story.do(lambda db: db.execute(text("DELETE FROM kept_answer")))


async def test_a_repeated_reset_link_is_the_same_link(owner, cast):
    path = f"/members/{cast.senior.actor.user_id}/reset-link"
    first, again = [await owner.post(path, headers=KEY) for _ in range(2)]
    assert first.status_code == 201
    assert again.content == first.content
    assert (await owner.post(path)).content != first.content


async def test_a_key_belongs_to_one_path(owner, cast):
    both = {"tree_id": str(cast.tree_id), "name": "S", "scope": "read"}
    assert (await owner.post("/sessions", json=both, headers=KEY)).status_code == 201
    refused(await owner.post("/me/tokens", json=both, headers=KEY), 422)
    assert (await owner.post("/me/tokens", json=both)).status_code == 201


async def test_without_a_key_everything_is_made_again(owner, cast, story):
    for _ in range(2):
        answer = await owner.post("/sessions", json={"tree_id": str(cast.tree_id)})
        assert answer.status_code == 201
    assert count(story, GuidedSession) == 2
    assert count(story, KeptAnswer) == 0


async def test_the_same_key_of_somebody_else_is_another(api, owner, technician, cast, story):
    body = {"tree_id": str(cast.tree_id)}
    mine = await owner.post("/sessions", json=body, headers=KEY)
    theirs = await technician.post("/sessions", json=body, headers=KEY)
    assert (theirs.status_code, REPLAYED in theirs.headers) == (201, False)
    assert theirs.json()["id"] != mine.json()["id"]
    outsider = await api(cast.outsider)
    body = {"tree_id": str(cast.outside_tree_id)}
    assert (await outsider.post("/sessions", json=body, headers=KEY)).status_code == 201
    assert count(story, GuidedSession) == 3


async def test_a_request_that_failed_keeps_nothing(owner, cast, story):
    refused(await owner.post("/sessions", json={"tree_id": str(uuid4())}, headers=KEY), 404)
    refused(await owner.post("/sessions", json={}, headers=KEY), 422)
    assert count(story, KeptAnswer) == 0
    good = await owner.post("/sessions", json={"tree_id": str(cast.tree_id)}, headers=KEY)
    assert (good.status_code, REPLAYED in good.headers) == (201, False)


async def test_of_many_at_once_one_creates_and_all_get_its_answer(owner, creations, story):
    for path, (body, _, table) in creations.items():
        before = count(story, table)
        answers = await asyncio.gather(
            *(owner.post(path, json=body, headers=KEY) for _ in range(4))
        )
        assert [answer.status_code for answer in answers] == [201] * 4, (path, answers[0].text)
        assert len({answer.content for answer in answers}) == 1, path
        assert sum(REPLAYED not in answer.headers for answer in answers) == 1, path
        assert count(story, table) == before + 1, path
        story.do(lambda db: db.execute(text("DELETE FROM kept_answer")))


async def test_after_a_day_the_key_is_free(owner, cast, story, moving_clock, api):
    body = {"tree_id": str(cast.tree_id)}
    first = (await owner.post("/sessions", json=body, headers=KEY)).json()
    moving_clock.move_on(hours=23, minutes=59)
    owner = await api(cast.owner)
    assert (await owner.post("/sessions", json=body, headers=KEY)).json()["id"] == first["id"]
    moving_clock.move_on(minutes=2)
    owner = await api(cast.owner)
    answers = await asyncio.gather(
        *(owner.post("/sessions", json=body, headers=KEY) for _ in range(2))
    )
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["id"] for answer in answers} - {first["id"]}) == 1
    moving_clock.move_on(hours=25)
    story.do(forget_old)
    assert count(story, KeptAnswer) == 0


async def test_what_is_kept_is_sealed(owner, api, story):
    made = await owner.post("/me/tokens", json={"name": "S", "scope": "read"}, headers=KEY)
    body = {"email": "b@example.com", "password": "correct horse battery"}
    joined = await owner.post("/auth/register", json=body, headers=KEY)
    kept = story.see(lambda db: str(db.execute(text("SELECT * FROM kept_answer")).all()))
    assert count(story, KeptAnswer) == 2
    secrets = [made.json()["token"], joined.json()["refresh_token"], joined.json()["access_token"]]
    for word in (*secrets, *body.values(), KEY["Idempotency-Key"]):
        assert word not in kept


async def test_the_answer_of_a_registration_is_for_who_knows_the_password(owner):
    body = {"email": "b@example.com", "password": "correct horse battery"}
    assert (await owner.post("/auth/register", json=body, headers=KEY)).status_code == 201
    guess = {**body, "password": "correct horse batters"}
    refused(await owner.post("/auth/register", json=guess, headers=KEY), 409)


async def test_an_accepted_invitation_is_answered_again(owner, cast, story, api):
    row = story.do(
        invitation_service.invite, cast.admin.actor, email="c@example.com", role="viewer"
    )
    token = story.see(lambda db: joining_service.token_of(db.get(Invitation, row.id)))
    accounts = count(story, Account)
    body = {"password": "correct horse battery", "invitation": token}
    client = await api()
    first = await client.post("/auth/register", json=body, headers=KEY)
    assert first.status_code == 201, first.text
    again = await client.post("/auth/register", json=body, headers=KEY)
    assert (again.status_code, again.headers.get(REPLAYED)) == (201, "true")
    assert again.json() == first.json()
    refused(await client.post("/auth/register", json=body), 404)
    assert count(story, Account) == accounts


async def test_a_key_that_is_none_is_refused(owner, cast):
    body = {"tree_id": str(cast.tree_id)}
    for key in ("", "x" * 201):
        refused(await owner.post("/sessions", json=body, headers={"Idempotency-Key": key}), 422)
    longest = {"Idempotency-Key": "x" * 200}
    assert (await owner.post("/sessions", json=body, headers=longest)).status_code == 201
