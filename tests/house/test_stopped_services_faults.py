"""PostgreSQL or Redis hang or accept no writes: every request gets an answer that says so."""

import asyncio
import time
from collections.abc import Callable, Iterator

import httpx
import psycopg
import pytest
from sqlalchemy import text

from rxapp.core.db import Database, configure, run_patiently
from rxapp.core.errors import Unavailable
from tests.support.caller import Caller
from tests.support.cast import PASSWORD, Cast, make_cast
from tests.support.databases import migrate
from tests.support.net import eventually
from tests.support.postgres import Cluster
from tests.support.redis import RedisServer
from tests.support.server import Server
from tests.support.socket_client import Tab

SOON = 9.0
"""Seconds within which everything answers, on a machine that is busy with other tests."""


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    running = Cluster()
    yield running
    running.remove()


@pytest.fixture(scope="module")
def people_and_url(own_cluster: Cluster) -> tuple[Cast, str]:
    url = migrate(own_cluster.new_database())
    database = Database(url)
    cast = make_cast(database)
    database.close()
    return cast, url


@pytest.fixture(scope="module")
def served(people_and_url: tuple[Cast, str]) -> Iterator[Server]:
    running = Server(database_url=people_and_url[1]).start()
    yield running
    running.stop()


def answer_soon(ask: Callable[[], httpx.Response]) -> httpx.Response:
    began = time.monotonic()
    answer = ask()
    assert time.monotonic() - began < SOON
    return answer


def assert_said(answer: httpx.Response, words: str) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "2"
    assert words in answer.json()["detail"]


async def click(server: Server, person: object, words: str) -> None:
    """Open a page whose parts cannot be read, and find the words on it."""
    tab = await Tab.connect(server, person.cookie, "/sessions")
    try:
        await tab.until(lambda: words in tab.vars("GuardState").get("notice", ""), SOON)
    finally:
        await tab.close()


async def test_a_postgresql_that_hangs_holds_up_nobody(
    own_cluster: Cluster, people_and_url: tuple[Cast, str], served: Server
):
    cast, _ = people_and_url
    technician = Caller(served, cast.technician)
    session = technician.post("/sessions", tree_id=str(cast.tree_id)).json()
    path = f"/sessions/{session['id']}"
    own_cluster.pause()
    try:
        words = "database does not answer"
        assert_said(answer_soon(lambda: technician.get(path)), words)
        assert_said(answer_soon(lambda: technician.post(f"{path}/steps", option="x", seq=1)), words)
        assert_said(
            answer_soon(lambda: httpx.get(f"{served.base}/api/v1/health/ready")), "database"
        )
        assert httpx.get(f"{served.base}/api/v1/health", timeout=2).json() == {"status": "ok"}
        await click(served, cast.technician, words)
    finally:
        own_cluster.go_on()
    eventually(lambda: technician.get(path).is_success, what="the service to resume")
    eventually(lambda: httpx.get(f"{served.base}/api/v1/health/ready").is_success, what="readiness")
    assert technician.post(f"{path}/steps", option="yes-it-is", seq=1).is_success
    log = served.log.read_text()
    assert "Traceback" not in log, log[log.index("Traceback") :][:3000]


def test_a_server_ends_while_postgresql_hangs(own_cluster: Cluster, people_and_url):
    server = Server(database_url=people_and_url[1]).start()
    own_cluster.pause()
    try:
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < SOON
    finally:
        own_cluster.go_on()


async def test_work_that_may_take_any_time_does_not_hold_up_the_end(own_cluster: Cluster):
    database = configure(own_cluster.new_database())
    slow = asyncio.create_task(run_patiently(lambda db: db.execute(text("SELECT pg_sleep(60)"))))
    asleep = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND state = 'active'"
    with psycopg.connect(own_cluster.url("postgres"), autocommit=True) as connection:
        while not connection.execute(asleep).fetchone():
            await asyncio.sleep(0.05)
    began = time.monotonic()
    await asyncio.to_thread(database.close)
    assert time.monotonic() - began < SOON
    with pytest.raises(Unavailable):
        await slow


async def test_a_postgresql_that_takes_no_writes_is_said(
    own_cluster: Cluster, people_and_url: tuple[Cast, str], served: Server
):
    cast, url = people_and_url
    name = url.rpartition("/")[2]
    technician = Caller(served, cast.technician)

    def read_only(value: str) -> None:
        with psycopg.connect(own_cluster.url("postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )

    words = "The database is read-only right now."
    read_only("on")
    try:
        eventually(lambda: technician.get("/trees").is_success, what="reads")
        assert_said(technician.post("/sessions", tree_id=str(cast.tree_id)), words)
        person = {"email": cast.senior.email, "password": PASSWORD}
        assert_said(httpx.post(f"{served.base}/api/v1/auth/login/json", json=person), words)
        ready = f"{served.base}/api/v1/health/ready"
        eventually(lambda: httpx.get(ready).status_code == 503, what="readiness to say so")
        assert_said(httpx.get(ready), "database: The database is read-only right now")
        tab = await Tab.connect(served, cast.technician.cookie, "/sessions")
        assert tab.vars("MeState")["name"] == "Technician"
        await tab.send("rxapp.own_settings.state.SettingsState.set_email_on_return", on=False)
        await tab.until(lambda: words in tab.vars("GuardState").get("notice", ""), SOON)
        await tab.close()
    finally:
        read_only("off")
    eventually(
        lambda: technician.post("/sessions", tree_id=str(cast.tree_id)).is_success, what="writes"
    )
    log = served.log.read_text()
    assert "Traceback" not in log, log[log.index("Traceback") :][:3000]
    assert log.count("the database is read-only: nothing can be saved") == 1


@pytest.mark.parametrize("how", ["hangs", "is gone"])
def test_without_redis_signing_in_says_so_and_resumes(people_and_url: tuple[Cast, str], how: str):
    cast, url = people_and_url
    redis = RedisServer().start()
    server = Server(database_url=url, REDIS_URL=redis.url).start()
    person = {"email": cast.senior.email, "password": PASSWORD}

    def sign_in() -> httpx.Response:
        return httpx.post(f"{server.base}/api/v1/auth/login/json", json=person, timeout=30)

    try:
        assert sign_in().is_success
        redis.pause() if how == "hangs" else redis.stop()
        assert_said(answer_soon(sign_in), "part of the server is not responding")
        ready = answer_soon(lambda: httpx.get(f"{server.base}/api/v1/health/ready", timeout=30))
        assert_said(ready, "redis")
        standings = {each["name"]: each["standing"] for each in ready.json()["checks"]}
        assert (standings["redis"], standings["database"]) == ("failed", "ok")
        assert httpx.get(f"{server.base}/api/v1/health").is_success
        redis.go_on() if how == "hangs" else redis.start()
        eventually(lambda: sign_in().is_success, what="signing in")
        eventually(
            lambda: httpx.get(f"{server.base}/api/v1/health/ready").is_success, what="readiness"
        )
        assert "Traceback" not in server.log.read_text()
    finally:
        server.stop()
        redis.remove()
