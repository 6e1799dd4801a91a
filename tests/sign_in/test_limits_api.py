import asyncio
import threading

import bcrypt
import httpx
import pytest

from rxapp.api.app import create_api
from rxapp.core import limits as core_limits
from rxapp.core.errors import TooMany
from rxapp.settings import settings
from rxapp.sign_in import attempt as sign_in
from rxapp.sign_in import limits, passwords
from rxapp.wiring import connect_features, routers
from tests.support.cast import PASSWORD
from tests.support.databases import SQLITE
from tests.support.story import refused

pytestmark = SQLITE

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"
_KEPT = [
    settings,
    *(each for each in vars(limits).values() if hasattr(each, "cache_clear")),
]


@pytest.fixture
def set_limits(monkeypatch):
    """Set limits as a deployment does; everything else stays as it was."""

    def anew() -> None:
        for each in _KEPT:
            each.cache_clear()

    def put(**rates: str) -> None:
        for name, rate in rates.items():
            monkeypatch.setenv(f"LIMIT_{name.upper()}", rate)
        anew()

    yield put
    monkeypatch.undo()
    anew()


@pytest.fixture
async def at(database):
    """A client of the API at a network address."""
    connect_features()
    app = create_api(routers(), version="test")
    clients = []

    def client(address: str = HERE) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, client=(address, 1), raise_app_exceptions=False)
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://test/api/v1"))
        return clients[-1]

    yield client
    for each in clients:
        await each.aclose()


@pytest.fixture
def quick_bcrypt(monkeypatch):
    """Hash cheaply, and count the work with the threads that do it."""
    threads: list[str] = []
    check, make = bcrypt.checkpw, bcrypt.hashpw

    def counted_check(password: bytes, hashed: bytes) -> bool:
        threads.append(threading.current_thread().name)
        return False if hashed == passwords.NOBODY.encode() else check(password, hashed)

    def counted_make(password: bytes, _salt: bytes) -> bytes:
        threads.append(threading.current_thread().name)
        return make(password, bcrypt.gensalt(4))

    monkeypatch.setattr(passwords.bcrypt, "checkpw", counted_check)
    monkeypatch.setattr(passwords.bcrypt, "hashpw", counted_make)
    return threads


async def login(client, email: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/auth/login/json", json={"email": email, "password": password})


def too_many(answer: httpx.Response, *, within: int) -> None:
    """The answer says how long to wait, in its header and in words."""
    problem = refused(answer, 429)
    wait = int(answer.headers["retry-after"])
    assert 1 <= wait <= within
    assert problem["retry_after"] == wait
    assert "Too many attempts" in problem["detail"]


async def test_sign_ins_from_one_address_are_limited(at, cast, set_limits, quick_bcrypt):
    set_limits(sign_in="3/minute")
    here, there = at(), at(ELSEWHERE)
    for person in (cast.technician, cast.senior, cast.admin):
        assert (await login(here, person.email)).status_code == 200
    too_many(await login(here, cast.owner.email), within=60)
    form = {"username": cast.owner.email, "password": PASSWORD}
    too_many(await here.post("/auth/login", data=form), within=60)
    assert (await login(there, cast.owner.email)).status_code == 200


async def test_failures_as_one_user_are_limited_and_lock_nobody_else_out(
    at, cast, set_limits, quick_bcrypt
):
    set_limits(sign_in_failures="3/10minutes")
    here, there = at(), at(ELSEWHERE)
    for _ in range(3):
        refused(await login(here, cast.technician.email, "wrong"), 401)
    too_many(await login(here, cast.technician.email, "wrong"), within=600)
    too_many(await login(here, f" {cast.technician.email.upper()}"), within=600)
    assert (await login(here, cast.senior.email)).status_code == 200
    assert (await login(there, cast.technician.email)).status_code == 200
    for _ in range(3):
        refused(await login(here, "nobody@example.com", "wrong"), 401)
    too_many(await login(here, "nobody@example.com", "wrong"), within=600)


async def test_a_success_starts_the_count_anew(at, cast, set_limits, quick_bcrypt):
    set_limits(sign_in_failures="3/10minutes")
    client = at()
    for _ in range(3):
        for _ in range(2):
            refused(await login(client, cast.technician.email, "wrong"), 401)
        assert (await login(client, cast.technician.email)).status_code == 200


async def test_many_attempts_at_once_are_no_more_than_one_after_the_other(
    at, cast, set_limits, quick_bcrypt
):
    set_limits(sign_in_failures="3/10minutes")
    client = at()
    answers = await asyncio.gather(
        *(login(client, cast.technician.email, f"guess {n}") for n in range(12))
    )
    assert sorted(answer.status_code for answer in answers) == [401] * 3 + [429] * 9
    assert len(quick_bcrypt) == 3


async def test_guesses_from_everywhere_are_limited_in_the_end(at, cast, set_limits, quick_bcrypt):
    set_limits(sign_in_failures="2/10minutes")
    for n in range(10):
        for _ in range(2):
            refused(await login(at(f"10.1.0.{n}"), cast.technician.email, "wrong"), 401)
    too_many(await login(at("10.2.0.1"), cast.technician.email, "wrong"), within=600)
    assert (await login(at("10.2.0.1"), cast.senior.email)).status_code == 200


async def test_own_passwords_are_not_guessed_either(at, cast, set_limits, quick_bcrypt):
    set_limits(sign_in_failures="3/10minutes")
    client = at()
    token = (await login(client, cast.technician.email)).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    for n in range(3):
        body = {"old_password": f"guess {n}", "new_password": "an entirely new one"}
        refused(await client.put("/me/password", json=body), 422)
    body["old_password"] = PASSWORD
    too_many(await client.put("/me/password", json=body), within=600)


async def test_registrations_from_one_address_are_limited(at, set_limits, quick_bcrypt, cast):
    set_limits(register="2/hour")
    here = at()

    async def register(client, n: int) -> httpx.Response:
        body = {"email": f"new.{n}@example.com", "password": "correct horse battery"}
        return await client.post("/auth/register", json=body)

    assert [(await register(here, n)).status_code for n in range(2)] == [201, 201]
    too_many(await register(here, 3), within=3600)
    assert (await register(at(ELSEWHERE), 4)).status_code == 201


async def test_reset_mails_are_limited_for_known_and_unknown_alike(
    at, cast, set_limits, monkeypatch, sends_mail
):
    monkeypatch.setattr(sign_in, "RESET_SECONDS", 0.01)
    set_limits(reset="2/hour")
    for n, email in enumerate((cast.technician.email, "nobody@example.com")):
        for m in range(2):
            client = at(f"10.3.{n}.{m}")
            answer = await client.post("/auth/forgot", json={"email": email})
            assert (answer.status_code, answer.text) == (202, "")
        too_many(await client.post("/auth/forgot", json={"email": email.upper()}), within=3600)
    for n in range(12):
        body = {"email": f"somebody.{n}@example.com"}
        assert (await at().post("/auth/forgot", json=body)).status_code == 202
    too_many(await at().post("/auth/forgot", json={"email": "last@example.com"}), within=3600)


async def test_invitations_of_one_account_are_limited(at, cast, set_limits, quick_bcrypt):
    set_limits(invite="2/hour")
    client, other = at(), at(ELSEWHERE)
    for each, person in ((client, cast.admin), (other, cast.owner)):
        token = (await login(each, person.email)).json()["access_token"]
        each.headers["Authorization"] = f"Bearer {token}"

    async def invite(who, n: int) -> httpx.Response:
        body = {"email": f"new.{n}@example.com", "role": "viewer"}
        return await who.post("/invitations", json=body)

    made = await invite(client, 1)
    assert made.status_code == 201
    assert (await other.post(f"/invitations/{made.json()['id']}/resend")).status_code == 200
    too_many(await invite(client, 2), within=3600)
    too_many(await invite(other, 3), within=3600)
    too_many(await client.post(f"/invitations/{made.json()['id']}/resend"), within=3600)


async def test_a_limit_ends(set_limits):
    set_limits(register="1/second")
    counted = core_limits.configure()
    await counted.hit(limits.register_by_address(), HERE)
    with pytest.raises(TooMany):
        await counted.hit(limits.register_by_address(), HERE)
    await asyncio.sleep(1.1)
    await counted.hit(limits.register_by_address(), HERE)


async def test_known_and_unknown_addresses_take_the_same_work_off_the_event_loop(
    at, cast, quick_bcrypt, story
):
    client = at()
    story.deactivate(cast.second_senior)
    work = {}
    for email in (cast.technician.email, "nobody@example.com", cast.second_senior.email):
        before = len(quick_bcrypt)
        refused(await login(client, email, "wrong"), 401)
        work[email] = len(quick_bcrypt) - before
    assert set(work.values()) == {1}
    body = {"email": "new@example.com", "password": "correct horse battery"}
    assert (await client.post("/auth/register", json=body)).status_code == 201
    assert len(quick_bcrypt) == 4
    assert all(name.startswith("bcrypt") for name in quick_bcrypt)


def test_nobodys_hash_costs_what_a_real_one_does():
    assert passwords.NOBODY.startswith(f"$2b${passwords.ROUNDS}$")
    assert not passwords.check_password("nobody has this password", None)
