"""An escalation on its way to every senior's inbox: time, statements, bytes; and a tab's memory."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp

from rxapp.access.actor import Role
from rxapp.core.db import Database
from rxapp.notifications import planner
from tests.bench import data, servers
from tests.bench.measure import many_connections, median
from tests.bench.size import Size
from tests.bench.table import Row, at_most, kilobytes, limited, milliseconds, whole
from tests.support.cast import PASSWORD
from tests.support.server import Server
from tests.support.socket_client import Tab, Update

TIME = "escalation: commit to the last of {tabs} tabs"
SQL = "escalation: SQL to refresh {few_tabs} and {tabs} tabs"
PLAN = "escalation: SQL to write {few_tabs} and {tabs} deliveries"
BYTES = "escalation: bytes to each of {tabs} tabs, {waiting} and more waiting"
MEMORY = "memory per connected tab"
ROWS = (TIME, SQL, PLAN, BYTES, MEMORY)

TIME_RATIO, TAB_BYTES, MEMORY_RATIO = 1.5, 1_000, 1.5
FEW_BURSTS = 3
PLANNING = f"{planner.__name__}."
REASON = "The speaker stays silent, the caller has a meeting."

ACKNOWLEDGE = "rxapp.handoffs.shown_state.ShownState.acknowledge"


@dataclass
class Sent:
    """One escalation: seconds to the last tab, and how many tabs were not updated.

    ``refreshed`` and ``planned`` count the statements to refresh the tabs and to write the
    deliveries; ``most_bytes`` is the most that one tab received.
    """

    seconds: float
    missed: int
    refreshed: int
    planned: int
    most_bytes: int


class Arrivals:
    """Records the first update of each tab from now on, without parsing anything."""

    def __init__(self, tabs: list[Tab]) -> None:
        self._tabs = tabs
        self._starts = [len(tab.updates) for tab in tabs]
        self._left = len(tabs)
        self._done = asyncio.Event()
        for tab, start in zip(tabs, self._starts, strict=True):
            tab.on_update = self._listener(tab, start)

    def _listener(self, tab: Tab, start: int):
        def heard(_update: Update) -> None:
            if len(tab.updates) == start + 1:
                self._left -= 1
                if not self._left:
                    self._done.set()

        return heard

    async def all(self) -> list[list[Update]]:
        """Wait for every tab, at most ten seconds, and return what each got."""
        try:
            async with asyncio.timeout(10):
                await self._done.wait()
        except TimeoutError:
            pass
        await asyncio.sleep(0.3)
        return [tab.updates[start:] for tab, start in zip(self._tabs, self._starts, strict=True)]


def measure(databases: data.Databases, folder: Path, size: Size) -> list[Row]:
    """Return the rows about escalations and about a tab's memory."""
    prepared = databases.new("escalation")
    technician = prepared.cast.technician
    account_id = technician.actor.account_id
    database = Database(prepared.url)
    with database.transaction() as db:
        seniors = data.add_people(db, account_id, Role.ENGINEER, size.tabs)
        walks = [technician] * (size.waiting + size.bursts + FEW_BURSTS)
        sessions = data.start_sessions(db, walks, prepared.cast.tree_id)
    database.close()
    ours = servers.counted(prepared.url, folder / "counted")
    floor = servers.floor(folder / "floor")
    with servers.running(ours, floor):
        cookies = [senior.cookie for senior in seniors]
        return asyncio.run(_measure(ours, floor, technician.email, cookies, sessions, size))


async def _measure(
    ours: Server, floor: Server, email: str, cookies: list[str], sessions: list[str], size: Size
) -> list[Row]:
    settle = partial(asyncio.sleep, size.settle_seconds)
    async with many_connections() as session:
        escalate = await _escalations(ours, session, email, sessions)
        for _ in range(size.waiting):
            await escalate()
        few = await _open(ours, session, cookies[: size.few_tabs])
        few_floor = await _open(floor, session, [""] * size.few_tabs)
        await settle()
        with_few = [await _sent(ours, session, few, escalate) for _ in range(FEW_BURSTS)]
        await _bumped(floor, session, few_floor)
        await settle()
        before = [servers.resident_bytes(server) for server in (ours, floor)]
        tabs = few + await _open(ours, session, cookies[size.few_tabs :])
        floor_tabs = few_floor + await _open(floor, session, [""] * (size.tabs - size.few_tabs))
        await settle()
        after = [servers.resident_bytes(server) for server in (ours, floor)]
        sent, bumped = [], []
        for _ in range(size.bursts):
            sent.append(await _sent(ours, session, tabs, escalate))
            await settle()
            bumped.append(await _bumped(floor, session, floor_tabs))
            await settle()
        for tab in (*tabs, *floor_tabs):
            await tab.close()
    a_tab = [
        (late - early) / (size.tabs - size.few_tabs)
        for early, late in zip(before, after, strict=True)
    ]
    return [
        _time_row(size, sent, bumped),
        _statements_row(size.name(SQL), with_few, sent, lambda each: each.refreshed),
        _statements_row(size.name(PLAN), with_few, sent, lambda each: each.planned),
        limited(size.name(BYTES), max(each.most_bytes for each in sent), TAB_BYTES, kilobytes),
        at_most(MEMORY, *a_tab, MEMORY_RATIO, kilobytes),
    ]


async def _escalations(
    server: Server, session: aiohttp.ClientSession, email: str, sessions: list[str]
):
    """Return a function that escalates one more session and returns the handoff's id."""
    api = f"{server.base}/api/v1"
    async with session.post(
        f"{api}/auth/login/json", json={"email": email, "password": PASSWORD}
    ) as answer:
        bearer = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
    left = list(sessions)
    body = {"intent": "escalate", "reason": REASON}

    async def escalate() -> str:
        address = f"{api}/sessions/{left.pop()}/handoff"
        async with session.post(address, json=body, headers=bearer) as answer:
            assert answer.status == 201, await answer.text()
            return (await answer.json())["id"]

    return escalate


async def _open(server: Server, session: aiohttp.ClientSession, cookies: list[str]) -> list[Tab]:
    tabs = []
    for start in range(0, len(cookies), 20):
        tabs += await asyncio.gather(
            *(
                Tab.connect(server, cookie, "/inbox", session=session, seconds=60)
                for cookie in cookies[start : start + 20]
            )
        )
    return tabs


async def _sent(server: Server, session: aiohttp.ClientSession, tabs: list[Tab], escalate) -> Sent:
    """Escalate, and return how the tabs were updated; time is counted from the commit."""
    await servers.noted(server, session)
    arrivals = Arrivals(tabs)
    handoff_id = await escalate()
    got = await arrivals.all()
    log = await servers.noted_until_written(server, session, "delivery")
    committed = servers.committed_at(log, "handoff")
    times = [at for at in (_first_with(updates, handoff_id) for updates in got) if at is not None]
    assert times, f"none of {len(tabs)} tabs heard of the escalation"
    for tab in tabs:  # as a browser does a moment after it has rendered
        await tab.send(ACKNOWLEDGE, ids=[handoff_id])
    planned = [each for each in log["statements"] if each["by"].startswith(PLANNING)]
    asked = [each for each in log["statements"] if committed < each["at"] < max(times)]
    refreshed = len([each for each in asked if each not in planned])
    most = max(sum(update.size for update in updates) for updates in got)
    return Sent(max(times) - committed, len(tabs) - len(times), refreshed, len(planned), most)


def _first_with(updates: list[Update], handoff_id: str) -> float | None:
    """Return when the handoff's row arrived, in whatever form."""
    return next(
        (each.at for each in updates if handoff_id in each.text and REASON in each.text), None
    )


async def _bumped(server: Server, session: aiohttp.ClientSession, tabs: list[Tab]) -> float:
    """Enqueue one event to every tab and return the seconds until the last had it."""
    arrivals = Arrivals(tabs)
    async with session.post(f"{server.base}/enqueue") as answer:
        began = (await answer.json())["began"]
    updates = await arrivals.all()
    assert all(updates), "a tab of the floor heard nothing"
    return max(each[0].at for each in updates) - began


def _time_row(size: Size, sent: list[Sent], bumped: list[float]) -> Row:
    missed = sum(each.missed for each in sent)
    seconds, least = median(each.seconds for each in sent), median(bumped)
    ratio = seconds / least
    return Row(
        size.name(TIME),
        f"{milliseconds(seconds)}, {missed} missed",
        milliseconds(least),
        ratio,
        f"<= {TIME_RATIO} x, 0 missed",
        ratio <= TIME_RATIO and not missed,
        (seconds, least),
    )


def _statements_row(
    name: str, few: list[Sent], many: list[Sent], count: Callable[[Sent], int]
) -> Row:
    """Compare the minimum of each, since periodic tasks fall into some of the runs."""
    counts = [min(map(count, runs)) for runs in (few, many)]
    shown = " and ".join(map(whole, counts))
    return Row(name, shown, "-", None, "constant", counts[1] <= counts[0], tuple(counts))
