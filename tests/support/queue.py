"""A queue of escalations: filled in the database at once, or changed through the server's API."""

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import insert, update

from rxapp.core.clock import utc_now
from rxapp.core.db import Database, DbSession
from rxapp.core.ids import new_id
from rxapp.handoffs.models import Handoff
from rxapp.handoffs.trace_service import show_in_inbox
from rxapp.sessions.models import GuidedSession
from rxapp.trees.models import Tree
from tests.support.cast import PASSWORD, Cast, Person
from tests.support.server import Server


def fill(db: DbSession, cast: Cast, count: int, *, urgent: int = 0) -> list[UUID]:
    """Put escalations of the technician into the queue; returns their ids in its order."""
    version_id = db.get_one(Tree, cast.tree_id).version_id
    technician, now = cast.technician.actor, utc_now()
    sessions: list[dict[str, Any]] = []
    handoffs: list[dict[str, Any]] = []
    for number in range(count):
        is_urgent = number < urgent
        common = {"account_id": technician.account_id, "node_title": "Turn the volume up"}
        session = {
            "id": new_id(),
            "tree_id": cast.tree_id,
            "version_id": version_id,
            "title": "No sound",
            "ticket_number": f"T-{number}",
            "status": "escalated",
            "started_by": technician.user_id,
            "belongs_to": technician.user_id,
            "node_key": "volume",
            "seq": 2,
            "started_at": now,
            "updated_at": now,
            "entered_at": now,
        }
        handoff = {
            "id": new_id(),
            "session_id": session["id"],
            "intent": "escalate",
            "status": "open",
            "priority": "urgent" if is_urgent else "normal",
            "rank": 0 if is_urgent else 1,
            "reason": f"Case {number}: the speaker stays silent",
            "tree_title": "No sound",
            "belongs_to": technician.user_id,
            "escalated_by": technician.user_id,
            "created_at": now,
            "queued_at": now,
        }
        sessions.append(common | session)
        handoffs.append(common | handoff)
    db.execute(insert(GuidedSession), sessions)
    db.execute(insert(Handoff), handoffs)
    return [each["id"] for each in handoffs]


class Queue:
    """The queue of a server's account; what changes here is told to every tab."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.cast: Cast = server.cast  # type: ignore[attr-defined]
        self._clients: dict[UUID, httpx.Client] = {}

    def fill(self, count: int, *, urgent: int = 0) -> list[str]:
        """Like :func:`fill`, directly in the database: for pages that are opened later."""
        database = Database(self._server.database_url)  # type: ignore[attr-defined]
        with database.transaction() as db:
            ids = fill(db, self.cast, count, urgent=urgent)
        database.close()
        return [str(each) for each in ids]

    def miss(self, count: int) -> list[str]:
        """Like :meth:`fill`, but open pages miss it: they learn of it with the next change."""
        ids = self.fill(count)
        database = Database(self._server.database_url)  # type: ignore[attr-defined]
        with database.transaction() as db:
            for handoff_id in ids:
                show_in_inbox(db, self.cast.technician.actor.account_id, UUID(handoff_id))
        database.close()
        return ids

    def empty(self) -> None:
        """Empty the queue, and end all claims."""
        database = Database(self._server.database_url)  # type: ignore[attr-defined]
        with database.transaction() as db:
            db.execute(update(Handoff).values(status="withdrawn", closed_at=None, revision=0))
        database.close()

    def escalate(self, words: str, *, by: Person | None = None, urgent: bool = False) -> str:
        """Escalate a case; returns the handoff's id."""
        person = by or self.cast.technician
        is_inside = person.actor.account_id == self.cast.technician.actor.account_id
        tree_id = self.cast.tree_id if is_inside else self.cast.outside_tree_id
        api = self._api(person)
        started = api.post("/sessions", json={"tree_id": str(tree_id)})
        assert started.status_code == 201, started.text
        priority = "urgent" if urgent else "normal"
        body = {"intent": "escalate", "reason": words, "priority": priority}
        done = api.post(f"/sessions/{started.json()['id']}/handoff", json=body)
        assert done.status_code == 201, done.text
        return done.json()["id"]

    def claim(self, handoff_id: str, *, by: Person) -> None:
        """Claim an escalation."""
        done = self._api(by).post(f"/handoffs/{handoff_id}/claim")
        assert done.status_code == 200, done.text

    def hand_back(self, handoff_id: str, *, by: Person) -> None:
        """Hand a claim back."""
        body = {"reason": "Not my field"}
        done = self._api(by).post(f"/handoffs/{handoff_id}/hand-back", json=body)
        assert done.status_code == 200, done.text

    def _api(self, person: Person) -> httpx.Client:
        if person.actor.user_id not in self._clients:
            client = httpx.Client(base_url=f"{self._server.base}/api/v1", timeout=30)
            body = {"email": person.email, "password": PASSWORD}
            token = client.post("/auth/login/json", json=body).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            self._clients[person.actor.user_id] = client
        return self._clients[person.actor.user_id]

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()
