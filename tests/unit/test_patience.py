"""Bodies that stop half-way and websockets that say nothing, with short limits."""

import asyncio

import pytest

from rxapp.web import patience
from rxapp.web.patience import Body, Waiting, unless_silent


class Client:
    """What a client sends, as an ASGI server hands it on."""

    def __init__(self, *messages: dict) -> None:
        self.messages = list(messages)
        self.sent: list[dict] = []

    async def receive(self) -> dict:
        if not self.messages:
            await asyncio.Event().wait()
        return self.messages.pop(0)

    async def send(self, message: dict) -> None:
        self.sent.append(message)


HALF = {"type": "http.request", "body": b"{", "more_body": True}
REST = {"type": "http.request", "body": b"}", "more_body": False}
GONE = {"type": "http.disconnect"}


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "CROWD_SECONDS", 0.05)
    monkeypatch.setattr(patience, "BODY_PAUSE_SECONDS", 0.2)
    monkeypatch.setattr(patience, "BODY_SECONDS", 0.4)
    monkeypatch.setattr(patience, "SILENT_SOCKET_SECONDS", 0.1)


async def test_a_whole_body_is_passed_on(hurry):
    body = Body(Client(HALF, REST).receive, "1", Waiting())
    assert [await body.receive(), await body.receive()] == [HALF, REST]
    assert not body.was_cut


async def test_a_body_that_stops_half_way_is_cut(hurry):
    body = Body(Client(HALF).receive, "1", Waiting())
    assert await body.receive() == HALF
    assert await asyncio.wait_for(body.receive(), 5) == GONE
    assert body.was_cut


async def test_a_body_that_trickles_is_cut_in_all(hurry):
    async def trickle() -> dict:
        await asyncio.sleep(0.02)
        return HALF

    body = Body(trickle, "1", Waiting())

    async def read() -> int:
        count = 0
        while await body.receive() != GONE:
            count += 1
        return count

    assert await asyncio.wait_for(read(), 5) > 3


async def test_of_a_crowd_those_above_the_number_are_cut_at_once(hurry, monkeypatch):
    monkeypatch.setattr(patience, "BODY_PAUSE_SECONDS", 60.0)
    monkeypatch.setattr(patience, "BODY_SECONDS", 60.0)
    waiting = Waiting()
    crowd = [Body(Client().receive, "1", waiting) for _ in range(100)]
    other = Body(Client().receive, "2", waiting)
    tasks = [asyncio.create_task(body.receive()) for body in [*crowd, other]]
    while sum(body.was_cut for body in crowd) < 100 - patience.WAITING_BODIES_PER_ADDRESS:
        await asyncio.sleep(0.01)
    assert not other.was_cut
    assert not waiting.is_crowd("1")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert not waiting._by_address


async def test_a_long_answer_may_wait_for_its_client(hurry):
    body = Body(Client(REST).receive, "1", Waiting())
    await body.receive()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(body.receive(), 0.6)
    assert not body.was_cut


CONNECT = {"type": "websocket.connect"}


async def test_a_websocket_that_says_nothing_is_closed(hurry):
    client = Client(CONNECT, {"type": "websocket.receive", "text": "40/_event,"})
    receive = unless_silent(client.receive, client.send, "1")
    assert await receive() == CONNECT
    assert (await receive())["text"] == "40/_event,"
    assert (await asyncio.wait_for(receive(), 5))["type"] == "websocket.disconnect"
    assert client.sent == [{"type": "websocket.close", "code": patience.TOO_SLOW}]


@pytest.mark.parametrize("first", ['40/_event,{"event":{"name":"x"}}', '42/_event,["event",{}]'])
async def test_a_websocket_with_an_event_may_be_quiet(hurry, first):
    client = Client({"type": "websocket.receive", "text": first})
    receive = unless_silent(client.receive, client.send, "1")
    await receive()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(receive(), 0.5)
    assert client.sent == []
