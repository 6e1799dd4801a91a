"""Attacks with tokens and codes: used twice, for more than they are for, or by somebody else."""

import asyncio

import pyotp
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text

from rxapp.access.rules import LoginKind
from rxapp.api.auth import SAFE_METHODS, _caller
from rxapp.core import db as core_db
from rxapp.core.errors import Conflict, DomainError
from rxapp.sign_in import login_service, second_factor_service
from rxapp.sign_in.views import Place
from rxapp.wiring import routers
from tests.support.cast import PASSWORD

NEW_PASSWORD = "another test password"
ELSEWHERE = Place("198.51.100.7", "a test")


async def test_a_refresh_token_is_exchanged_once_however_many_try_at_once(database, cast):
    grant = await core_db.run(
        login_service.start_login, cast.technician.actor.user_id, LoginKind.API
    )
    results = await asyncio.gather(
        *(core_db.run(login_service.refresh, grant.secret, ELSEWHERE) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(getattr(each, "secret", None) is not None for each in results) == 1
    # Somebody else had it too, so whatever came of it is dead.
    [fresh] = [each for each in results if getattr(each, "secret", None) is not None]
    with pytest.raises(DomainError):
        await core_db.run(login_service.refresh, fresh.secret, ELSEWHERE)


async def test_a_recovery_code_works_once_however_many_use_it_at_once(database, cast):
    actor = cast.technician.actor
    made = await core_db.run(second_factor_service.set_up, actor)
    codes = await core_db.run(
        second_factor_service.turn_on, actor, code=pyotp.TOTP(made.secret).now()
    )
    for code in (codes[0], pyotp.TOTP(made.secret).now()):
        results = await asyncio.gather(
            *(core_db.run(second_factor_service.passes, actor.user_id, code) for _ in range(5))
        )
        assert sum(results) == (1 if code == codes[0] else 0)
    with pytest.raises(Conflict):
        await core_db.run(second_factor_service.set_up, actor)


PERSONAL = (
    "PUT /me",
    "PUT /me/password",
    "POST /me/tokens",
    "DELETE /me/tokens/{id}",
    "DELETE /me/logins/{id}",
    "POST /auth/logout",
    "GET /members",
    "PUT /members/{id}/role",
    "DELETE /members/{id}",
    "POST /invitations",
    "PUT /account",
    "GET /account/export",
    "POST /account/deletion",
)
CHANGES = (
    "POST /trees",
    "PUT /trees/{id}",
    "DELETE /trees/{id}",
    "POST /trees/{id}/restore",
    "POST /sessions",
    "PUT /sessions/{id}",
    "POST /handoffs/{id}/claim",
)


async def test_an_api_token_is_no_person_and_a_reading_one_changes_nothing(api, cast):
    owner, integration = await api(cast.owner), await api()
    for scope in ("read", "write"):
        made = await owner.post("/me/tokens", json={"name": "n", "scope": scope})
        bearer = {"Authorization": f"Bearer {made.json()['token']}"}
        refused = PERSONAL + (CHANGES if scope == "read" else ())
        for route in refused:
            method, path = route.format(id=cast.technician.actor.user_id).split(" ")
            answer = await integration.request(method, path, json={}, headers=bearer)
            assert answer.status_code == 403, (scope, route, answer.text)
        for path in ("/me", "/trees", f"/trees/{cast.tree_id}", "/trees/search?q=sound"):
            assert (await integration.get(path, headers=bearer)).status_code == 200
        foreign = await integration.get(f"/trees/{cast.outside_tree_id}", headers=bearer)
        assert foreign.status_code == 404
        revoked = await owner.delete(f"/me/tokens/{made.json()['id']}")
        assert revoked.status_code == 204
        for path in ("/me", "/trees", f"/trees/{cast.tree_id}", "/trees/search?q=sound"):
            assert (await integration.get(path, headers=bearer)).status_code == 401


def test_routes_that_read_who_asks_with_what_they_ask_for_change_nothing():
    """These do not look at a token's scope, so none of them may be one that writes."""
    found = [
        route
        for router in routers()
        for route in router.routes
        if isinstance(route, APIRoute)
        and any(each.call is _caller for each in route.dependant.dependencies)
    ]
    assert found
    assert all(route.methods <= set(SAFE_METHODS) for route in found)


async def test_an_answer_is_repeated_to_nobody_else(api, cast):
    """The same key and the same request of another person, or of nobody, are another request."""
    first, second, nobody = await api(cast.senior), await api(cast.second_senior), await api()
    key = {"Idempotency-Key": "the same"}
    body = {"name": "sync", "scope": "read"}
    mine = (await first.post("/me/tokens", json=body, headers=key)).json()
    theirs = (await second.post("/me/tokens", json=body, headers=key)).json()
    assert mine["token"] != theirs["token"]
    assert (await nobody.post("/me/tokens", json=body, headers=key)).status_code == 401
    person = {"email": "fresh@example.net", "password": NEW_PASSWORD}
    made = await nobody.post("/auth/register", json=person, headers=key)
    assert made.status_code == 201
    for guessed in ("wrong password 12", PASSWORD):
        again = await nobody.post(
            "/auth/register", json={**person, "password": guessed}, headers=key
        )
        assert again.status_code == 409
    # Who signed out and asks again gets what has ended.
    access = {"Authorization": f"Bearer {made.json()['access_token']}"}
    assert (await nobody.post("/auth/logout", headers=access)).status_code == 204
    repeated = await nobody.post("/auth/register", json=person, headers=key)
    access = {"Authorization": f"Bearer {repeated.json()['access_token']}"}
    assert (await nobody.get("/auth/me", headers=access)).status_code == 401


async def test_a_kept_answer_can_be_read_by_nobody_who_reads_the_database(database, api, cast):
    senior = await api(cast.senior)
    made = await senior.post(
        "/me/tokens", json={"name": "n", "scope": "write"}, headers={"Idempotency-Key": "k"}
    )
    secret = made.json()["token"]
    with database.reading() as db:
        for table in ("kept_answer", "api_token", "audit_entry", "outbox_event", "delivery"):
            rows = db.execute(text(f"SELECT * FROM {table}")).all()
            assert secret not in repr(rows), table
