from datetime import timedelta
from http.cookies import SimpleCookie

import httpx
import jwt
import pytest

from rxapp.access.cookies import COOKIE
from rxapp.access.queries import actor_by_cookie_hash
from rxapp.access.tokens import sign_access, token_hash
from rxapp.api.app import create_api
from rxapp.core.clock import utc_now
from rxapp.settings import settings
from rxapp.wiring import connect_features, routers
from tests.support.cast import PASSWORD
from tests.support.databases import SQLITE
from tests.support.story import refused

pytestmark = SQLITE

OWN_PAGE = {"Origin": "http://localhost:3000"}


@pytest.fixture
async def page(database):
    """A browser on our own page: it keeps cookies and names its origin."""
    connect_features()
    app = create_api(routers(), version="test")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test/api/v1/auth", headers=OWN_PAGE
    ) as client:
        yield client


def newcomer(**values: str) -> dict[str, str]:
    base = {
        "email": "New.Owner@Example.com ",
        "password": "correct horse battery",
        "name": " New  Owner",
        "account_name": "New Company",
    }
    return {**base, **values}


async def test_who_registers_owns_a_new_account_and_is_signed_in(api):
    client = await api()
    answer = await client.post("/auth/register", json=newcomer())
    assert answer.status_code == 201
    token = answer.json()
    assert (token["token_type"], token["expires_in"] == 900) == ("bearer", True)
    me = await client.get("/auth/me", headers={"Authorization": f"Bearer {token['access_token']}"})
    assert me.status_code == 200
    profile = me.json()
    assert (profile["email"], profile["name"]) == ("new.owner@example.com", "New Owner")
    assert (profile["role"], profile["role_label"]) == ("owner", "Owner")
    assert profile["account_name"] == "New Company"
    again = await client.post(
        "/auth/login/json",
        json={"email": "NEW.OWNER@example.com", "password": "correct horse battery"},
    )
    assert again.status_code == 200
    taken = await client.post("/auth/register", json=newcomer(email="new.owner@example.com"))
    assert refused(taken, 409)["field"] == "email"


async def test_what_is_not_acceptable_in_a_registration_is_named(api):
    client = await api()
    for field, value in (
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a b@example.com"),
        ("email", "a@example.com\r\nBcc: b@example.com"),
        ("email", "a\0@example.com"),
        ("email", "x" * 300 + "@example.com"),
        ("password", "too short"),
        ("password", "x" * 300),
        ("password", "new.owner@example.com"),
        ("name", "\0"),
        ("name", "x" * 121),
        ("account_name", "\0"),
        ("account_name", "x" * 121),
    ):
        answer = await client.post("/auth/register", json=newcomer(**{field: value}))
        assert refused(answer, 422)["field"] == field, (field, value)
    for missing in ("email", "password"):
        body = {name: value for name, value in newcomer().items() if name != missing}
        problem = refused(await client.post("/auth/register", json=body), 422)
        assert missing in problem["detail"]


async def test_names_that_are_not_given_come_from_the_address(api):
    client = await api()
    for n, (name, account_name, called, account) in enumerate(
        [
            (None, None, "jo.0", "jo.0's team"),
            ("  ", "", "jo.1", "jo.1's team"),
            ("Jo", None, "Jo", "Jo's team"),
            ("J" * 120, None, "J" * 120, None),
        ]
    ):
        body = {"email": f"jo.{n}@example.com", "password": "correct horse battery"}
        given = {"name": name, "account_name": account_name}
        body |= {field: value for field, value in given.items() if value is not None}
        answer = await client.post("/auth/register", json=body)
        assert answer.status_code == 201, (name, answer.text)
        token = answer.json()["access_token"]
        me = await client.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert me.json()["name"] == called
        assert me.json()["account_name"] == account or account is None


async def test_both_doors_take_the_password_and_no_other(api, cast):
    client = await api()
    form = {"username": cast.technician.email.upper(), "password": PASSWORD}
    assert (await client.post("/auth/login", data=form)).status_code == 200
    body = {"email": f" {cast.technician.email} ", "password": PASSWORD}
    assert (await client.post("/auth/login/json", json=body)).status_code == 200
    wrong = await client.post("/auth/login/json", json={**body, "password": PASSWORD + "x"})
    nobody = await client.post("/auth/login/json", json={**body, "email": "nobody@example.com"})
    form_wrong = await client.post("/auth/login", data={**form, "password": "x"})
    sentences = {refused(answer, 401)["detail"] for answer in (wrong, nobody, form_wrong)}
    assert sentences == {"Email address or password is wrong."}


async def test_odd_addresses_sign_nobody_in_and_break_nothing(api):
    client = await api()
    for email in ("' OR 1=1 -- é", "a\0@example.com"):
        body = {"email": email, "password": "x"}
        answer = await client.post("/auth/login/json", json=body)
        assert answer.status_code in (401, 422), answer.text
        answer = await client.post("/auth/login", data={"username": email, "password": "x"})
        assert answer.status_code in (401, 422), answer.text


async def test_who_was_deactivated_or_deleted_is_out_at_once(api, cast, story):
    leavers = (cast.senior, cast.admin)
    clients = [await api(person) for person in leavers]
    story.deactivate(cast.senior)
    story.remove(cast.admin)
    for person, client in zip(leavers, clients, strict=True):
        refused(await client.get("/auth/me"), 401)
        body = {"email": person.email, "password": PASSWORD}
        refused(await client.post("/auth/login/json", json=body), 401)


async def test_each_role_is_who_it_is(api, cast):
    seen = {}
    for name in ("technician", "senior", "admin", "owner"):
        profile = (await (await api(cast.person(name))).get("/auth/me")).json()
        assert profile["account_id"] == str(cast.technician.actor.account_id)
        seen[name] = (profile["role"], profile["role_label"])
    assert seen == {
        "technician": ("viewer", "Technician"),
        "senior": ("engineer", "Senior"),
        "admin": ("admin", "Admin"),
        "owner": ("owner", "Owner"),
    }


async def test_a_token_that_is_not_ours_opens_nothing(api, cast, technician):
    good = technician.headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(good, options={"verify_signature": False})
    key = settings().signing_key
    forged = {
        "none": None,
        "empty": "",
        "words": "not.a.token",
        "not ascii": "é",
        "cut": good[:-3],
        "unsigned": jwt.encode(claims, None, algorithm="none"),
        "another key": jwt.encode(claims, "k" * 64, algorithm="HS256"),
        "another audience": jwt.encode({**claims, "aud": "other"}, key, algorithm="HS256"),
        "no end": jwt.encode(
            {name: claims[name] for name in ("jti", "aud")}, key, algorithm="HS256"
        ),
        "no login": jwt.encode({**claims, "jti": "x"}, key, algorithm="HS256"),
        "a browser's login": sign_access(
            cast.technician.actor.login_id, utc_now() + timedelta(hours=1), key
        ),
        "a cookie": cast.technician.cookie,
    }
    client = await api()
    for name, token in forged.items():
        headers = {} if token is None else {"Authorization": f"Bearer {token}".encode()}
        answer = await client.get("/auth/me", headers=headers)
        refused(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer", name
    refused(await client.get("/auth/me", headers={"Authorization": f"Basic {good}"}), 401)


async def test_an_access_token_ends_after_fifteen_minutes(technician, moving_clock):
    moving_clock.move_on(minutes=14)
    assert (await technician.get("/auth/me")).status_code == 200
    moving_clock.move_on(minutes=2)
    problem = refused(await technician.get("/auth/me"), 401)
    assert problem["detail"] == "This access token has expired. Sign in again."


async def test_without_a_token_every_route_but_the_doors_is_closed(api):
    client = await api()
    document = (await client.get("/openapi.json")).json()
    open_routes = {
        "/auth/register",
        "/auth/login",
        "/auth/login/json",
        "/auth/refresh",
        "/auth/forgot",
        "/health",
        "/server",
        "/health/ready",
    }
    closed = 0
    for path, verbs in document["paths"].items():
        route = path.removeprefix("/api/v1")
        if route in open_routes:
            continue
        for verb in verbs:
            url = route.replace("{", "").replace("}", "")
            for headers in ({}, {"Authorization": "Bearer bad"}):
                answer = await client.request(verb, url, headers=headers, json={})
                refused(answer, 401)
                closed += 1
    assert closed >= 40


async def test_the_contract_is_served_and_names_every_route(api):
    client = await api()
    document = (await client.get("/openapi.json")).json()
    assert document["info"]["title"] == "ResolutionFlow API"
    routes = {
        f"{verb.upper()} {path.removeprefix('/api/v1')}"
        for path, verbs in document["paths"].items()
        for verb in verbs
    }
    assert routes >= {
        "POST /auth/register",
        "POST /auth/login",
        "POST /auth/login/json",
        "GET /auth/me",
        "GET /trees",
        "GET /trees/categories",
        "GET /trees/search",
        "GET /trees/{tree_id}",
        "GET /sessions",
        "POST /sessions",
        "GET /sessions/{session_id}",
        "PUT /sessions/{session_id}",
        "POST /sessions/{session_id}/steps",
        "POST /sessions/{session_id}/back",
        "POST /sessions/{session_id}/complete",
        "POST /sessions/{session_id}/export",
        "POST /sessions/{session_id}/handoff",
        "GET /handoffs",
        "GET /handoffs/{handoff_id}",
        "POST /handoffs/{handoff_id}/claim",
        "POST /handoffs/{handoff_id}/hand-back",
        "POST /handoffs/{handoff_id}/resolve",
        "POST /handoffs/{handoff_id}/withdraw",
        "GET /handoffs/{handoff_id}/deliveries",
    }
    assert not any("browser" in route for route in routes)


async def test_the_health_and_the_unknown_are_answered(api):
    client = await api()
    assert (await client.get("/health")).json() == {"status": "ok"}
    refused(await client.get("/nothing/here"), 404)
    refused(await client.delete("/auth/me"), 405)


async def sign_in(page, person) -> httpx.Response:
    return await page.post("/browser/login", json={"email": person.email, "password": PASSWORD})


def cookie_of(answer: httpx.Response):
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE]


async def test_a_browser_signs_in_by_a_cookie_that_no_script_reads(page, story, cast):
    answer = await sign_in(page, cast.technician)
    assert (answer.status_code, answer.content) == (204, b"")
    cookie = cookie_of(answer)
    assert cookie["httponly"] is True
    assert cookie["samesite"].lower() == "lax"
    assert cookie["path"] == "/"
    assert int(cookie["max-age"]) == 30 * 24 * 3600
    assert not cookie["domain"]
    actor = story.see(actor_by_cookie_hash, token_hash(cookie.value))
    assert actor.user_id == cast.technician.actor.user_id


async def test_behind_tls_the_cookie_goes_over_tls_alone(page, cast, monkeypatch):
    anew = settings.__wrapped__
    monkeypatch.setattr("rxapp.sign_in.browser_api.settings", anew)
    monkeypatch.setattr("rxapp.sign_in.cookies.settings", anew)
    for public_url, secure in (
        ("https://flow.example.com", True),
        ("http://flow.example.com", False),
        ("", False),
    ):
        monkeypatch.setenv("PUBLIC_URL", public_url)
        page.headers["Origin"] = public_url or "http://127.0.0.1:3000"
        answer = await sign_in(page, cast.technician)
        assert answer.status_code == 204
        assert bool(cookie_of(answer)["secure"]) is secure


FOREIGN = (
    None,
    "null",
    "",
    "http://localhost:3001",
    "https://localhost:3000",
    "http://localhost",
    "http://localhost:3000.example.net",
    "http://localhost:3000/",
    "http://localhost:3000, http://thief.example.net",
)


async def test_no_foreign_page_signs_anybody_in_or_out(page, cast, story):
    del page.headers["Origin"]
    page.cookies.set(COOKIE, cast.technician.cookie)
    for origin in FOREIGN:
        headers = {} if origin is None else {"Origin": origin}
        for route, body in (
            ("login", {"email": cast.senior.email, "password": PASSWORD}),
            ("register", newcomer()),
            ("logout", None),
        ):
            answer = await page.post(f"/browser/{route}", json=body, headers=headers)
            refused(answer, 403)
            assert "set-cookie" not in answer.headers
    assert story.see(actor_by_cookie_hash, cast.technician.cookie_hash) is not None


async def test_a_wrong_password_sets_no_cookie(page, cast):
    body = {"email": cast.technician.email, "password": "wrong"}
    answer = await page.post("/browser/login", json=body)
    refused(answer, 401)
    assert "set-cookie" not in answer.headers


async def test_a_browser_registers_and_is_signed_in_as_the_owner(page, story):
    answer = await page.post("/browser/register", json=newcomer())
    assert answer.status_code == 204
    actor = story.see(actor_by_cookie_hash, token_hash(cookie_of(answer).value))
    assert (actor.role, actor.name) == ("owner", "New Owner")


async def test_signing_out_ends_the_sign_in_itself_and_takes_the_cookie(page, cast, story):
    value = cookie_of(await sign_in(page, cast.technician)).value
    answer = await page.post("/browser/logout")
    assert answer.status_code == 204
    assert cookie_of(answer).value == ""
    assert int(cookie_of(answer)["max-age"]) == 0
    assert story.see(actor_by_cookie_hash, token_hash(value)) is None
    assert story.see(actor_by_cookie_hash, cast.technician.cookie_hash) is not None, "other browser"
    assert (await page.post("/browser/logout")).status_code == 204, "twice is harmless"


async def test_a_cookie_is_no_bearer_and_a_bearer_no_cookie(page, cast, technician, story):
    page.cookies.set(COOKIE, cast.technician.cookie)
    refused(await page.get("/me"), 401)
    token = technician.headers["Authorization"].removeprefix("Bearer ")
    assert story.see(actor_by_cookie_hash, token_hash(token)) is None


async def test_a_browsers_sign_in_ends_after_thirty_days(page, cast, story, moving_clock):
    value = cookie_of(await sign_in(page, cast.technician)).value
    moving_clock.move_on(days=29)
    assert story.see(actor_by_cookie_hash, token_hash(value)) is not None
    moving_clock.move_on(days=2)
    assert story.see(actor_by_cookie_hash, token_hash(value)) is None
