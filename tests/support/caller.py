"""Clients of a server's API."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, ClassVar

import httpx

from tests.support.cast import PASSWORD, Person
from tests.support.server import Server


def signed_in(server: Server, person: Person | None, **options: Any) -> httpx.Client:
    """Return a client of the server's API, signed in as the person if there is one."""
    client = httpx.Client(base_url=f"{server.base}/api/v1", timeout=30, **options)
    if person is not None:
        body = {"email": person.email, "password": PASSWORD}
        answer = client.post("/auth/login/json", json=body)
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


@contextmanager
def api_client(server: Server, person: Person | None = None) -> Iterator[httpx.Client]:
    """The same for as long as a block runs."""
    with closing(signed_in(server, person)) as client:
        yield client


class Caller:
    """The API of one server, as one person; all are closed at the end of a test."""

    opened: ClassVar[list[httpx.Client]] = []

    def __init__(self, server: Server, person: Person) -> None:
        # A connection for each request: one that is kept may be closed just when it is used again.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = signed_in(server, person, limits=limits)
        self.opened.append(self._http)

    def get(self, path: str) -> httpx.Response:
        return self._http.get(path)

    def post(self, path: str, **body: object) -> httpx.Response:
        return self._http.post(path, json=body)

    def delete(self, path: str) -> httpx.Response:
        return self._http.delete(path)

    def deliveries(self, handoff_id: str) -> list[dict]:
        return self.get(f"/handoffs/{handoff_id}/deliveries").json()["items"]

    def escalate(
        self,
        tree_id: object,
        reason: str = "Please help",
        *,
        ticket: str = "T-7",
        priority: str = "normal",
    ) -> dict:
        """Start a case and escalate it at its first step; return the handoff."""
        started = self.post("/sessions", tree_id=str(tree_id), ticket_number=ticket)
        assert started.status_code == 201, started.text
        asked = {"intent": "escalate", "reason": reason, "priority": priority}
        answer = self.post(f"/sessions/{started.json()['id']}/handoff", **asked)
        assert answer.status_code == 201, answer.text
        return answer.json()

    @classmethod
    def close_all(cls) -> None:
        while cls.opened:
            cls.opened.pop().close()
