import asyncio
from types import SimpleNamespace

import pyotp
import pytest

from rxapp.access.queries import actor_by_cookie_hash
from rxapp.members import service as member_service
from rxapp.own_settings import service as settings_service
from rxapp.sign_in import second_factor_service
from tests.support.cast import PASSWORD
from tests.support.databases import SQLITE
from tests.support.story import refused

pytestmark = SQLITE


@pytest.fixture
def sign_in(api):
    """Sign somebody in; gives a client with both of the tokens."""

    async def signed_in(person):
        client = await api()
        body = {"email": person.email, "password": PASSWORD}
        answer = await client.post("/auth/login/json", json=body)
        assert answer.status_code == 200, answer.text
        return wear(client, answer.json())

    return signed_in


def wear(client, token: dict):
    client.headers["Authorization"] = f"Bearer {token['access_token']}"
    return SimpleNamespace(client=client, **token)


async def refresh(client, token: str):
    return await client.post("/auth/refresh", json={"refresh_token": token})


async def works(client, access_token: str | None = None) -> bool:
    headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
    answer = await client.get("/auth/me", headers=headers)
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


async def test_a_refresh_token_gets_the_next_pair(sign_in, cast):
    first = await sign_in(cast.technician)
    answer = await refresh(first.client, first.refresh_token)
    assert answer.status_code == 200
    second = answer.json()
    assert second.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert second["refresh_token"] != first.refresh_token
    assert await works(first.client, second["access_token"])
    assert (await refresh(first.client, second["refresh_token"])).status_code == 200


async def test_used_twice_it_ends_the_whole_sign_in(sign_in, cast):
    first = await sign_in(cast.technician)
    other = await sign_in(cast.technician)
    second = (await refresh(first.client, first.refresh_token)).json()
    assert await works(first.client, second["access_token"])
    problem = refused(await refresh(first.client, first.refresh_token), 401)
    assert "was used before" in problem["detail"]
    assert not await works(first.client, second["access_token"])
    assert not await works(first.client, first.access_token)
    refused(await refresh(first.client, second["refresh_token"]), 401)
    assert await works(other.client), "another sign-in of theirs goes on"
    assert (await refresh(other.client, other.refresh_token)).status_code == 200


async def test_of_two_refreshes_at_once_one_wins_and_the_sign_in_ends(sign_in, cast):
    first = await sign_in(cast.technician)
    answers = await asyncio.gather(*(refresh(first.client, first.refresh_token) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 401]
    [won] = [answer.json() for answer in answers if answer.status_code == 200]
    assert not await works(first.client, won["access_token"])
    refused(await refresh(first.client, won["refresh_token"]), 401)


async def test_no_other_text_refreshes(sign_in, cast):
    first = await sign_in(cast.technician)
    for token in ("", "x", first.access_token, cast.technician.cookie, first.refresh_token[:-1]):
        answer = await refresh(first.client, token)
        assert answer.status_code in (401, 422), token
    assert (await refresh(first.client, first.refresh_token)).status_code == 200


async def test_a_sign_in_that_is_not_refreshed_ends_after_thirty_days(sign_in, cast, moving_clock):
    first = await sign_in(cast.technician)
    moving_clock.move_on(days=29)
    second = (await refresh(first.client, first.refresh_token)).json()
    moving_clock.move_on(days=29)
    third = await refresh(first.client, second["refresh_token"])
    assert third.status_code == 200, "each refresh gives thirty days anew"
    moving_clock.move_on(days=31)
    refused(await refresh(first.client, third.json()["refresh_token"]), 401)


async def test_signing_out_ends_access_and_refresh_at_once(sign_in, cast, story):
    first, other = await sign_in(cast.technician), await sign_in(cast.technician)
    assert (await first.client.post("/auth/logout")).status_code == 204
    assert not await works(first.client)
    refused(await refresh(first.client, first.refresh_token), 401)
    refused(await first.client.post("/auth/logout"), 401)
    assert await works(other.client)
    assert story.see(actor_by_cookie_hash, cast.technician.cookie_hash) is not None


async def test_signing_out_everywhere_ends_browsers_too_and_nobody_else(sign_in, cast, story):
    first, other = await sign_in(cast.technician), await sign_in(cast.technician)
    senior = await sign_in(cast.senior)
    answer = await first.client.post("/auth/logout", params={"everywhere": "true"})
    assert answer.status_code == 204
    assert not await works(first.client)
    assert not await works(other.client)
    refused(await refresh(other.client, other.refresh_token), 401)
    assert story.see(actor_by_cookie_hash, cast.technician.cookie_hash) is None
    assert await works(senior.client)


async def test_a_new_password_ends_every_token(sign_in, cast):
    first, other = await sign_in(cast.technician), await sign_in(cast.technician)
    body = {"old_password": PASSWORD, "new_password": "an entirely new one"}
    wrong = await first.client.put("/me/password", json={**body, "old_password": "wrong"})
    refused(wrong, 422)
    assert await works(first.client)
    assert (await first.client.put("/me/password", json=body)).status_code == 204
    for each in (first, other):
        assert not await works(each.client)
        refused(await refresh(each.client, each.refresh_token), 401)
    old = {"email": cast.technician.email, "password": PASSWORD}
    refused(await first.client.post("/auth/login/json", json=old), 401)
    new = {**old, "password": "an entirely new one"}
    assert (await first.client.post("/auth/login/json", json=new)).status_code == 200


async def test_who_is_deactivated_is_out_and_reactivation_revives_no_token(sign_in, cast, story):
    first = await sign_in(cast.senior)
    admin = await sign_in(cast.admin)
    path = f"/members/{cast.senior.actor.user_id}"
    answer = await admin.client.post(f"{path}/deactivate")
    assert (answer.status_code, answer.json()) == (
        200,
        {"claims": 0, "active": 0, "parked": 0, "trees": 0},
    )
    assert not await works(first.client)
    assert (await admin.client.post(f"{path}/reactivate")).status_code == 204
    assert not await works(first.client)
    refused(await refresh(first.client, first.refresh_token), 401)
    assert await works((await sign_in(cast.senior)).client)


# --- second factor


@pytest.fixture
def phone(story, cast, moving_clock):
    setup = story.do(second_factor_service.set_up, cast.senior.actor)
    totp = pyotp.TOTP(setup.secret)
    first = totp.at(moving_clock.now())
    codes = story.do(second_factor_service.turn_on, cast.senior.actor, code=first)
    moving_clock.move_on(seconds=90)
    return SimpleNamespace(code=lambda: totp.at(moving_clock.now()), codes=codes)


async def test_a_sign_in_asks_for_the_second_factor(api, cast, phone):
    client = await api()
    body = {"email": cast.senior.email, "password": PASSWORD}
    form = {"username": cast.senior.email, "password": PASSWORD}
    for answer in (
        await client.post("/auth/login/json", json=body),
        await client.post("/auth/login", data=form),
        await client.post("/auth/login/json", json={**body, "code": " "}),
        await client.post("/auth/login/json", json={**body, "code": "000000x"}),
    ):
        assert refused(answer, 401)["second_factor"] is True
    answer = await client.post("/auth/login/json", json={**body, "code": phone.code()})
    assert answer.status_code == 200
    assert await works(client, answer.json()["access_token"])
    again = await client.post("/auth/login/json", json={**body, "code": phone.code()})
    assert refused(again, 401)["second_factor"] is True


async def test_the_form_takes_the_code_too_and_a_recovery_code_once(api, cast, phone):
    client = await api()
    form = {"username": cast.senior.email, "password": PASSWORD}
    for code in (phone.code(), phone.codes[0].upper()):
        answer = await client.post("/auth/login", data={**form, "code": code})
        assert answer.status_code == 200, answer.text
        refused(await client.post("/auth/login", data={**form, "code": code}), 401)


async def test_a_wrong_password_does_not_tell_of_the_second_factor(api, cast, phone):
    client = await api()
    code = phone.code()
    body = {"email": cast.senior.email, "password": "wrong", "code": code}
    problem = refused(await client.post("/auth/login/json", json=body), 401)
    assert "second_factor" not in problem
    assert problem["detail"] == "Email address or password is wrong."
    good = {**body, "password": PASSWORD}
    assert (await client.post("/auth/login/json", json=good)).status_code == 200, "not used up"


# --- API tokens


@pytest.fixture
def with_token(api, story):
    async def client_of(person, scope: str):
        made = story.do(
            settings_service.make_api_token, person.actor, name=f"{scope} sync", scope=scope
        )
        client = await api()
        client.headers["Authorization"] = f"Bearer {made.token}"
        return SimpleNamespace(client=client, id=made.id)

    return client_of


READS = (
    "/auth/me",
    "/me",
    "/me/tokens",
    "/trees",
    "/trees/categories",
    "/trees/search?q=sound",
    "/sessions",
    "/handoffs",
    "/audit",
)


async def test_a_read_token_reads_and_exports_and_changes_nothing(with_token, cast, story):
    session_id = story.start(cast.admin)
    handoff = story.escalate()
    token = await with_token(cast.admin, "read")
    client = token.client
    for path in (*READS, f"/sessions/{session_id}", f"/trees/{cast.tree_id}"):
        assert (await client.get(path)).status_code == 200, path
    note = await client.post(f"/sessions/{session_id}/export", json={"format": "text"})
    assert note.status_code == 200
    one = f"/sessions/{session_id}"
    for method, path, body in (
        ("POST", "/sessions", {"tree_id": str(cast.tree_id)}),
        ("PUT", one, {"scratchpad": "x"}),
        ("POST", f"{one}/steps", {"option": "yes-it-is", "seq": 1}),
        ("POST", f"{one}/back", {}),
        ("POST", f"{one}/complete", {"outcome": "resolved"}),
        ("POST", f"{one}/handoff", {"intent": "park"}),
        ("POST", f"/handoffs/{handoff.id}/claim", None),
        ("POST", f"/handoffs/{handoff.id}/hand-back", {"reason": "x"}),
        ("POST", f"/handoffs/{handoff.id}/withdraw", None),
        ("POST", f"/handoffs/{handoff.id}/resolve", {}),
        ("POST", "/trees", {"title": "X", "document": {}}),
        ("PUT", f"/trees/{cast.tree_id}", {"title": "X"}),
        ("DELETE", f"/trees/{cast.tree_id}", None),
        ("POST", f"/trees/{cast.tree_id}/restore", None),
    ):
        answer = await client.request(method, path, json=body)
        assert refused(answer, 403)["detail"] == "This API token may only read.", path
    assert story.case(session_id, cast.admin).seq == 1


async def test_a_write_token_works_but_leaves_sign_ins_members_and_tokens_alone(
    with_token, cast, story
):
    token = await with_token(cast.owner, "write")
    client = token.client
    started = await client.post("/sessions", json={"tree_id": str(cast.tree_id)})
    assert started.status_code == 201
    member = f"/members/{cast.senior.actor.user_id}"
    for method, path, body in (
        ("POST", "/auth/logout", None),
        ("PUT", "/me", {"name": "Thief"}),
        ("PUT", "/me/password", {"old_password": PASSWORD, "new_password": "a new long one"}),
        ("DELETE", f"/me/logins/{cast.owner.actor.login_id}", None),
        ("POST", "/me/tokens", {"name": "More", "scope": "write"}),
        ("DELETE", f"/me/tokens/{token.id}", None),
        ("GET", "/members", None),
        ("GET", f"{member}/held", None),
        ("PUT", f"{member}/role", {"role": "owner"}),
        ("POST", f"{member}/deactivate", None),
        ("POST", f"{member}/reactivate", None),
        ("DELETE", member, None),
        ("GET", "/invitations", None),
        ("POST", "/invitations", {"email": "thief@example.net", "role": "owner"}),
        ("GET", "/account", None),
        ("PUT", "/account", {"name": "Taken"}),
        ("GET", "/account/export", None),
        ("POST", "/account/deletion", {"name": "Inside"}),
        ("DELETE", "/account/deletion", None),
    ):
        answer = await client.request(method, path, json=body)
        assert "API token may not" in refused(answer, 403)["detail"], path
    assert (await client.get("/me")).json()["name"] == "Owner"


async def test_a_token_does_no_more_than_its_user(with_token, cast, story):
    token = await with_token(cast.technician, "write")
    refused(await token.client.get("/audit"), 403)
    refused(await token.client.delete(f"/trees/{cast.tree_id}"), 403)
    story.do(member_service.deactivate, cast.admin.actor, cast.technician.actor.user_id)
    refused(await token.client.get("/me"), 401)


async def test_when_a_token_was_last_used_is_kept(with_token, sign_in, cast, moving_clock):
    token = await with_token(cast.senior, "read")
    person = await sign_in(cast.senior)

    async def used_at() -> str | None:
        await person.client.get("/auth/me")
        [listed] = (await person.client.get("/me/tokens")).json()["items"]
        return listed["used_at"]

    assert await used_at() is None
    await token.client.get("/me")
    first = await used_at()
    assert first
    moving_clock.move_on(seconds=30)
    await token.client.get("/trees/search?q=sound")
    assert await used_at() == first, "not written at every request"
    moving_clock.move_on(seconds=60)
    await token.client.get("/trees/search?q=sound")
    assert await used_at() > first


async def test_a_revoked_token_opens_nothing(with_token, sign_in, cast):
    token = await with_token(cast.senior, "read")
    person = await sign_in(cast.senior)
    assert (await token.client.get("/me")).status_code == 200
    assert (await person.client.delete(f"/me/tokens/{token.id}")).status_code == 204
    refused(await token.client.get("/me"), 401)
    refused(await token.client.get("/trees/search?q=sound"), 401)
    for odd in ("rft_", "rft_x", "rft_é"):
        headers = {"Authorization": f"Bearer {odd}".encode()}
        refused(await token.client.get("/me", headers=headers), 401)
