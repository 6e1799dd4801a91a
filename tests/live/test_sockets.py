"""Who may connect, who is connected, and on which page; without a server."""

from types import SimpleNamespace
from typing import Any

import pytest
from socketio.exceptions import ConnectionRefusedError as SocketRefused

from rxapp.live import sockets as module
from rxapp.live.sockets import Sockets


class Namespace:
    """As much of Reflex's namespace as is wrapped: it links a tab and fills in its place."""

    def __init__(self) -> None:
        self.records: dict[str, SimpleNamespace] = {}
        self.sid_to_token: dict[str, str] = {}
        self._token_manager = SimpleNamespace(token_to_socket=self.records, instance_id="here")

    async def on_connect(self, sid: str, _environ: dict[str, Any], auth: Any = None) -> None:
        if auth == "broken":
            raise ValueError
        self.records[sid] = SimpleNamespace(sid=sid, instance_id="here")
        self.sid_to_token[sid] = sid

    async def on_event(self, _sid: str, data: dict[str, Any]) -> None:
        data["router_data"]["headers"] = {}

    def on_disconnect(self, sid: str) -> None:
        self.records.pop(self.sid_to_token.pop(sid), None)


@pytest.fixture
def namespace(monkeypatch) -> Namespace:
    monkeypatch.setattr(module, "TABS_PER_ADDRESS", 2)
    return Namespace()


@pytest.fixture
def sockets(namespace: Namespace) -> Sockets:
    app: Any = SimpleNamespace(event_namespace=namespace)
    followed = Sockets(app, address_header="x-address", login_header="x-login")
    followed.follow()
    return followed


def environ(address: str, login: str = "") -> dict[str, Any]:
    headers = [(b"x-address", address.encode())]
    if login:
        headers.append((b"x-login", login.encode()))
    return {"asgi.scope": {"headers": headers}}


async def test_more_tabs_than_one_address_may_open_are_refused_in_words(sockets, namespace):
    await namespace.on_connect("a", environ("192.0.2.1"))
    await namespace.on_connect("b", environ("192.0.2.1"))
    with pytest.raises(SocketRefused) as refused:
        await namespace.on_connect("c", environ("192.0.2.1"))
    assert module.TOO_MANY_TABS in str(refused.value.error_args)
    await namespace.on_connect("d", environ("192.0.2.2"))
    namespace.on_disconnect("a", "transport close")
    await namespace.on_connect("c", environ("192.0.2.1"))
    assert sorted(sockets.connected()) == ["b", "c", "d"]


async def test_a_connection_that_fails_does_not_count(sockets, namespace):
    for _ in range(5):
        with pytest.raises(ValueError):
            await namespace.on_connect("a", environ("192.0.2.1"), "broken")
    await namespace.on_connect("b", environ("192.0.2.1"))
    assert sockets.connected() == ["b"]


async def test_it_knows_who_left_and_who_came_back(sockets, namespace):
    await namespace.on_connect("signed-out", environ("192.0.2.1"))
    await namespace.on_connect("signed-in", environ("192.0.2.1", login="x"))
    await namespace.on_event("signed-in", {"router_data": {"pathname": "/inbox"}})
    assert sockets.place_of("signed-in") == {"pathname": "/inbox", "headers": {}}
    for sid in ("signed-out", "signed-in"):
        namespace.on_disconnect(sid)
    assert sockets.place_of("signed-in") is None
    assert sockets.gone() == {"signed-out": False, "signed-in": True}
    assert sockets.gone() == {}
    await namespace.on_connect("back", environ("192.0.2.1"))
    namespace.on_disconnect("back")
    await namespace.on_connect("back", environ("192.0.2.1"))
    assert sockets.gone() == {}


async def test_an_event_that_outlives_its_socket_leaves_nothing_behind(sockets, namespace):
    await namespace.on_connect("a", environ("192.0.2.1"))
    namespace.on_disconnect("a")
    await namespace.on_event("a", {"router_data": {"pathname": "/"}})
    assert sockets._places == {}
