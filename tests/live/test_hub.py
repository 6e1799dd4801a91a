"""Presence is recorded as soon as the database accepts writes."""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from rxapp.access.actor import Actor, Role
from rxapp.live import hub as module
from rxapp.live.hub import Hub
from rxapp.live.topics import Kind, Topic


class Records:
    """A database that may refuse writes, and the calls it got."""

    def __init__(self) -> None:
        self.takes_writes = True
        self.calls: list[str] = []

    async def run_if_writable(self, function: Any, *_args: object) -> bool:
        if self.takes_writes:
            self.calls.append(function.__name__)
        return self.takes_writes

    async def run(self, function: Any, *args: object) -> None:
        await self.run_if_writable(function, *args)


def read_nothing(*_: object) -> None:
    pass


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> Records:
    kept = Records()
    monkeypatch.setattr(module, "database", kept)
    return kept


@pytest.fixture
def connected() -> dict[str, str]:
    return {"tab": "socket"}


@pytest.fixture
def hub(connected: dict[str, str]) -> Hub:
    made = Hub()
    sockets: Any = SimpleNamespace(socket_of=connected.get)
    made.connect(sockets)
    return made


INBOX = Kind("inbox").of(uuid4())
ACTOR = Actor(uuid4(), uuid4(), Role.ENGINEER, "Senior", uuid4())


async def test_who_arrives_while_nothing_can_be_written_is_present_later(hub, records):
    records.takes_writes = False
    await hub.watch("tab", ACTOR, INBOX)
    assert records.calls == []
    records.takes_writes = True
    await hub._sweep(beat=True)
    await hub._sweep(beat=True)
    assert records.calls == ["arrive", "beat", "beat"]


async def test_who_leaves_while_nothing_can_be_written_is_gone_later(hub, records, connected):
    await hub.watch("tab", ACTOR, INBOX)
    connected.clear()
    records.takes_writes = False
    await hub._sweep(beat=False)
    records.takes_writes = True
    await hub._sweep(beat=False)
    await hub._sweep(beat=True)
    assert records.calls == ["arrive", "leave"]


@pytest.mark.parametrize(
    ("at_once", "is_free", "is_allowed", "wanted"),
    [
        (True, True, True, ["now"]),
        (True, False, True, ["now", "event"]),
        (True, True, False, ["event"]),
        (False, True, True, ["event"]),
    ],
)
async def test_a_tab_is_told_at_once_and_by_an_event_while_something_goes_on_in_it(
    hub, records, monkeypatch, at_once, is_free, is_allowed, wanted
):
    told: list[str] = []

    async def run_now(_token: str, _handler: Any) -> bool:
        told.append("now")
        return is_free

    async def send(_token: str, _handler: Any) -> asyncio.Future[None]:
        told.append("event")
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    async def read(*_args: object) -> tuple[dict, dict]:
        return ({ACTOR.login_id: ACTOR} if is_allowed else {}, {read_nothing: "what changed"})

    hub._sockets.run_now, hub._sockets.send = run_now, send
    monkeypatch.setattr(records, "read", read, raising=False)
    hub.register(INBOX.kind, read_nothing, lambda: "refresh", at_once=at_once)
    await hub.watch("tab", ACTOR, INBOX)
    hub.notice(INBOX, 1)
    await hub.settled()

    assert told == wanted
    assert hub.reading("tab", read_nothing) == ((INBOX, "what changed") if is_allowed else None)
    assert hub.reading("tab", Records) is None


def test_a_topic_is_the_same_after_its_way_through_the_database():
    assert Topic.parse(str(INBOX)) == INBOX
    for text in ("inbox", "inbox:1", "", f"{INBOX}:"):
        with pytest.raises(ValueError, match="UUID"):
            Topic.parse(text)
