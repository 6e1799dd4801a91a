"""Servers that are killed, doubled and cut off, and a client of their API."""

from collections.abc import Callable, Iterator
from typing import ClassVar

import httpx
import pytest

from rxapp.core.db import Database
from tests.support.cast import PASSWORD, Cast, Person, make_cast
from tests.support.net import eventually
from tests.support.redis import RedisServer
from tests.support.server import Server


class Caller:
    """The API of one server, as one person; all are closed at the end of a test."""

    opened: ClassVar[list[httpx.Client]] = []

    def __init__(self, server: Server, person: Person) -> None:
        # A connection for each request: one that is kept may be closed just when it is used again.
        self._http = httpx.Client(
            base_url=f"{server.base}/api/v1",
            timeout=30,
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        self.opened.append(self._http)
        answer = self._http.post(
            "/auth/login/json", json={"email": person.email, "password": PASSWORD}
        )
        assert answer.status_code == 200, answer.text
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path: str) -> httpx.Response:
        return self._http.get(path)

    def post(self, path: str, **body: object) -> httpx.Response:
        return self._http.post(path, json=body)

    def deliveries(self, handoff_id: str) -> list[dict]:
        return self.get(f"/handoffs/{handoff_id}/deliveries").json()["items"]

    def escalate(self, tree_id: object, reason: str = "Please help") -> dict:
        session = self.post("/sessions", tree_id=str(tree_id), ticket_number="T-7").json()
        answer = self.post(f"/sessions/{session['id']}/handoff", intent="escalate", reason=reason)
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture(autouse=True)
def _close_callers() -> Iterator[None]:
    yield
    while Caller.opened:
        Caller.opened.pop().close()


@pytest.fixture
def people(database_url: str) -> Cast:
    database = Database(database_url)
    cast = make_cast(database)
    database.close()
    return cast


@pytest.fixture
def serve(database_url: str) -> Iterator[Callable[..., Server]]:
    """Start servers on this test's database; all are stopped at its end."""
    servers: list[Server] = []

    def run(**environment: str) -> Server:
        server = Server(database_url=database_url, **environment)
        servers.append(server)
        return server.start()

    yield run
    for server in servers:
        server.stop()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer().start()
    yield server
    server.remove()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    return redis_server.url


__all__ = ["Caller", "eventually"]
