"""An event that meets a state which Redis has lost, on the wire."""

from rxapp.handoffs.state import HandoffState
from tests.support.caller import Caller
from tests.support.redis import RedisServer
from tests.support.server import with_cast
from tests.support.socket_client import Tab

READ_PACKAGE = f"{HandoffState.__module__}.HandoffState.read_package"


async def test_an_act_is_confirmed_once_it_is_done_and_not_with_the_page(new_database):
    redis = RedisServer().start()
    servers = with_cast(new_database("sqlite"), REDIS_URL=redis.url)
    try:
        server = next(servers)
        technician = server.cast.technician
        caller = Caller(server, technician)
        session = caller.post("/sessions", tree_id=str(server.cast.tree_id)).json()["id"]
        tab = await Tab.connect(
            server, technician.cookie, f"/sessions/{session}", arguments={"session_id": session}
        )
        redis.forget_everything()
        known = len(tab.updates)
        event = tab.message(READ_PACKAGE, {"page": session, "opening": "this-one"})
        await tab.emit("event", {**event, "act": "act-1"})
        await tab.until(lambda: tab.vars("GuardState").get("act") == "act-1")
        by_update = [
            {
                name.partition("_rx_state_")[0]: value
                for part in update.delta.values()
                for name, value in part.items()
            }
            for update in tab.updates[known:]
        ]
        confirming = next(each for each in by_update if each.get("act") == "act-1")
        assert confirming["package_opening"] == "this-one"
        await tab.close()
    finally:
        next(servers, None)
        redis.remove()
