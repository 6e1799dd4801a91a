"""A case that is escalated over the API, and how each senior was told of it."""

from tests.support.caller import Caller
from tests.support.server import Server


class Escalated:
    """An escalation of the cast's technician on a real server."""

    def __init__(self, server: Server, reason: str = "Who has it on screen?") -> None:
        cast = server.cast  # type: ignore[attr-defined]
        self._technician = Caller(server, cast.technician)
        self.id = self._technician.escalate(cast.tree_id, reason)["id"]

    def told(self, name: str) -> set[tuple[str, str]]:
        """Return the channel and status of each delivery to the senior of this name."""
        items = self._technician.deliveries(self.id)
        mine = [each for each in items if each["recipient"]["name"] == name]
        return {(each["channel"], each["status"]) for each in mine}
