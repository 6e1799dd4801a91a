"""A case that is escalated over the API, and how each senior was told of it."""

from typing import Self

import httpx

from tests.support.cast import PASSWORD
from tests.support.server import Server


class Escalated:
    """An escalation of the cast's technician on a real server; a context manager."""

    def __init__(self, server: Server, reason: str = "Who has it on screen?") -> None:
        cast = server.cast  # type: ignore[attr-defined]
        self._client = httpx.Client(base_url=f"{server.base}/api/v1", timeout=30)
        body = {"email": cast.technician.email, "password": PASSWORD}
        token = self._client.post("/auth/login/json", json=body).json()["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"
        session = self._client.post("/sessions", json={"tree_id": str(cast.tree_id)}).json()
        asked = {"intent": "escalate", "reason": reason}
        answer = self._client.post(f"/sessions/{session['id']}/handoff", json=asked)
        self.id = answer.json()["id"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def told(self, name: str) -> set[tuple[str, str]]:
        """Return the channel and status of each delivery to the senior of this name."""
        items = self._client.get(f"/handoffs/{self.id}/deliveries").json()["items"]
        mine = [each for each in items if each["recipient"]["name"] == name]
        return {(each["channel"], each["status"]) for each in mine}
