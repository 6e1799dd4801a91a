"""A queue of escalations: filled in the database at once, or changed through the server's API."""

from uuid import UUID

from rxapp.core.db import Database
from rxapp.handoffs.trace_service import show_in_inbox
from tests.support.caller import Caller
from tests.support.cast import Cast, Person
from tests.support.many_rows import empty_queue, fill_queue
from tests.support.server import Server


class Queue:
    """The queue of a server's account; what changes here is told to every tab."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.cast: Cast = server.cast  # type: ignore[attr-defined]

    def fill(self, count: int, *, urgent: int = 0) -> list[str]:
        """Like :func:`fill_queue`, directly in the database: for pages that are opened later."""
        database = Database(self._server.database_url)  # type: ignore[attr-defined]
        with database.transaction() as db:
            ids = fill_queue(db, self.cast, count, urgent=urgent)
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
            empty_queue(db)
        database.close()

    def escalate(self, words: str, *, by: Person | None = None, urgent: bool = False) -> str:
        """Escalate a case; returns the handoff's id."""
        person = by or self.cast.technician
        is_inside = person.actor.account_id == self.cast.technician.actor.account_id
        tree_id = self.cast.tree_id if is_inside else self.cast.outside_tree_id
        escalated = Caller(self._server, person).escalate(
            tree_id, words, ticket="", priority="urgent" if urgent else "normal"
        )
        return escalated["id"]

    def claim(self, handoff_id: str, *, by: Person) -> None:
        """Claim an escalation."""
        done = Caller(self._server, by).post(f"/handoffs/{handoff_id}/claim")
        assert done.status_code == 200, done.text

    def hand_back(self, handoff_id: str, *, by: Person) -> None:
        """Hand a claim back."""
        path = f"/handoffs/{handoff_id}/hand-back"
        done = Caller(self._server, by).post(path, reason="Not my field")
        assert done.status_code == 200, done.text
