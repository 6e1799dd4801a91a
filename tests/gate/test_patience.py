"""Bodies that stop halfway and websockets that send nothing."""

import asyncio

import pytest

from rxapp.gate import patience
from rxapp.gate.patience import Body, Waiting, unless_silent
from tests.support.still_time import in_still_time


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


@in_still_time
async def test_a_whole_body_is_passed_on():
    body = Body(Client(HALF, REST).receive, "1", Waiting())
    assert [await body.receive(), await body.receive()] == [HALF, REST]
    assert not body.was_cut


@in_still_time
async def test_a_body_that_stops_half_way_is_cut():
    body = Body(Client(HALF).receive, "1", Waiting())
    assert await body.receive() == HALF
    assert await body.receive() == GONE
    assert body.was_cut


def upload(seconds: float, *, every: float, size: int) -> Client:
    """A client that sends a piece of its body now and then, and ends after so many seconds."""

    class Uploading(Client):
        async def receive(self) -> dict:
            await asyncio.sleep(every)
            is_over = asyncio.get_running_loop().time() >= ends
            return {"type": "http.request", "body": b"x" * size, "more_body": not is_over}

    ends = asyncio.get_running_loop().time() + seconds
    return Uploading()


async def read(body: Body) -> None:
    """Read the body to its end, or until it is cut."""
    while (await body.receive()).get("more_body"):
        pass


@in_still_time
async def test_a_body_that_trickles_is_cut_in_all():
    body = Body(upload(1e9, every=5, size=1).receive, "1", Waiting())
    began = asyncio.get_running_loop().time()
    await read(body)
    assert body.was_cut
    assert asyncio.get_running_loop().time() - began == patience.BODY_SECONDS


async def tried(bodies: list[Body]) -> int:
    """Return how many of the bodies that are read at the same time arrive completely."""
    await asyncio.gather(*(read(body) for body in bodies))
    return sum(not body.was_cut for body in bodies)


@in_still_time
async def test_of_a_crowd_those_above_the_number_are_cut_after_a_second():
    waiting = Waiting()
    crowd = [Body(Client().receive, "1", waiting) for _ in range(100)]
    other = Body(Client().receive, "2", waiting)
    tasks = [asyncio.create_task(body.receive()) for body in [*crowd, other]]
    await asyncio.sleep(patience.CROWD_SECONDS + 0.1)
    assert sum(not body.was_cut for body in crowd) == patience.WAITING_BODIES_PER_ADDRESS
    assert not other.was_cut
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert not waiting._by_address


@in_still_time
async def test_a_crowd_of_slow_uploads_from_one_address_comes_whole():
    waiting = Waiting()
    slow = [Body(upload(50, every=0.5, size=10).receive, "1", waiting) for _ in range(100)]
    silent = [Body(Client().receive, "1", waiting) for _ in range(50)]
    assert await tried([*slow, *silent]) == len(slow)


@in_still_time
async def test_in_a_full_process_only_what_comes_fast_enough_stays():
    waiting = Waiting()
    fast = [
        Body(upload(30, every=0.5, size=20_000).receive, str(number), waiting)
        for number in range(20)
    ]
    slow = [
        Body(upload(30, every=0.5, size=10).receive, str(number), waiting) for number in range(300)
    ]
    stayed = await tried([*fast, *slow])
    assert all(not body.was_cut for body in fast)
    assert stayed <= patience.WAITING_BODIES + 1


@in_still_time
async def test_a_long_answer_may_wait_for_its_client():
    body = Body(Client(REST).receive, "1", Waiting())
    await body.receive()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(body.receive(), 2 * patience.BODY_SECONDS)
    assert not body.was_cut


CONNECT = {"type": "websocket.connect"}


@in_still_time
async def test_a_websocket_that_says_nothing_is_closed():
    client = Client(CONNECT, {"type": "websocket.receive", "text": "40/_event,"})
    receive = unless_silent(client.receive, client.send, "1")
    assert await receive() == CONNECT
    assert (await receive())["text"] == "40/_event,"
    assert (await receive())["type"] == "websocket.disconnect"
    assert client.sent == [{"type": "websocket.close", "code": patience.TOO_SLOW}]


@pytest.mark.parametrize("first", ['40/_event,{"event":{"name":"x"}}', '42/_event,["event",{}]'])
@in_still_time
async def test_a_websocket_with_an_event_may_be_quiet(first):
    client = Client({"type": "websocket.receive", "text": first})
    receive = unless_silent(client.receive, client.send, "1")
    await receive()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(receive(), 2 * patience.SILENT_SOCKET_SECONDS)
    assert client.sent == []
