"""A client of a server's API."""

from typing import ClassVar

import httpx

from tests.support.cast import PASSWORD, Person
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

    def delete(self, path: str) -> httpx.Response:
        return self._http.delete(path)

    def deliveries(self, handoff_id: str) -> list[dict]:
        return self.get(f"/handoffs/{handoff_id}/deliveries").json()["items"]

    def escalate(self, tree_id: object, reason: str = "Please help") -> dict:
        session = self.post("/sessions", tree_id=str(tree_id), ticket_number="T-7").json()
        answer = self.post(f"/sessions/{session['id']}/handoff", intent="escalate", reason=reason)
        assert answer.status_code == 201, answer.text
        return answer.json()

    @classmethod
    def close_all(cls) -> None:
        while cls.opened:
            cls.opened.pop().close()
