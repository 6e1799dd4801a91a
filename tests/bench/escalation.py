"""An escalation on its way to every senior's inbox, against a bare enqueue; and a tab's memory."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from rxapp.access.actor import Role
from rxapp.core.db import Database
from tests.bench import data, servers
from tests.bench.measure import many_connections, median
from tests.bench.table import Row, at_most, kilobytes, milliseconds
from tests.support.cast import PASSWORD
from tests.support.server import Server
from tests.support.socket_client import Tab, Update

TABS, FEW, ROUNDS, WAITING = 500, 10, 9, 5
NOT_THE_REFRESH = (
    *servers.BACKGROUND,
    "rxapp.handoffs.service.hand_off",
    "rxapp.accounts.queries.actor_by_login",  # the bearer of the request that escalates
)


@dataclass
class Sent:
    """One escalation: seconds to the last tab, tabs that did not hear, and the refresh's SQL."""

    seconds: float
    missed: int
    statements: Counter[str]


class Arrivals:
    """The first update that each of the tabs gets from now on; nothing is parsed meanwhile."""

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


def measure(databases: data.Databases, folder: Path) -> list[Row]:
    """Return the rows about escalations and about a tab's memory."""
    prepared = databases.new("escalation")
    technician = prepared.cast.technician
    account_id = technician.actor.account_id
    database = Database(prepared.url)
    with database.transaction() as db:
        seniors = data.add_people(db, account_id, Role.ENGINEER, TABS)
        walks = [technician] * (WAITING + 2 * ROUNDS + 4)
        sessions = data.start_sessions(db, walks, prepared.cast.tree_id)
    database.close()
    ours = servers.counted(prepared.url, folder / "counted")
    floor = servers.floor(folder / "floor")
    with servers.running(ours, floor):
        cookies = [senior.cookie for senior in seniors]
        return asyncio.run(_measure(ours, floor, technician.email, cookies, sessions))


async def _measure(
    ours: Server, floor: Server, email: str, cookies: list[str], sessions: list[str]
) -> list[Row]:
    async with many_connections() as session:
        escalate = await _escalations(ours, session, email, sessions)
        for _ in range(WAITING):
            await escalate()
        few = await _open(ours, session, cookies[:FEW])
        few_floor = await _open(floor, session, [""] * FEW)
        with_few = [await _sent(ours, session, few, escalate) for _ in range(3)]
        await _bumped(floor, session, few_floor)
        before = [servers.resident_bytes(server) for server in (ours, floor)]
        tabs = few + await _open(ours, session, cookies[FEW:])
        floor_tabs = few_floor + await _open(floor, session, [""] * (TABS - FEW))
        after = [servers.resident_bytes(server) for server in (ours, floor)]
        sent, bumped = [], []
        for _ in range(ROUNDS):
            sent.append(await _sent(ours, session, tabs, escalate))
            bumped.append(await _bumped(floor, session, floor_tabs))
        for tab in (*tabs, *floor_tabs):
            await tab.close()
    each = [(late - early) / (TABS - FEW) for early, late in zip(before, after, strict=True)]
    return [
        _time_row(sent, bumped),
        _statements_row(with_few, sent),
        at_most("memory per connected tab", each[0], each[1], 1.5, kilobytes),
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
    body = {"intent": "escalate", "reason": "The speaker stays silent, the caller has a meeting."}

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
    await asyncio.sleep(1)
    return tabs


async def _sent(server: Server, session: aiohttp.ClientSession, tabs: list[Tab], escalate) -> Sent:
    """Escalate, and return how the tabs heard of it; time runs from the commit."""
    await asyncio.sleep(0.7)
    await servers.noted(server, session)
    arrivals = Arrivals(tabs)
    handoff_id = await escalate()
    heard = [_first_with(updates, handoff_id) for updates in await arrivals.all()]
    log = await servers.noted(server, session)
    committed = next(each["at"] for each in log["commits"] if each["by"].endswith(".hand_off"))
    asked = [each["by"] for each in log["statements"] if not each["by"].startswith(NOT_THE_REFRESH)]
    times = [at for at in heard if at is not None]
    return Sent(max(times) - committed, len(tabs) - len(times), Counter(asked))


def _first_with(updates: list[Update], handoff_id: str) -> float | None:
    """Return when the inbox with the handoff in it came."""
    for update in updates:
        for name, values in update.delta.items():
            ids = values.get("waiting_ids_rx_state_", [])
            if name.endswith("inbox_state") and handoff_id in ids:
                return update.at
    return None


async def _bumped(server: Server, session: aiohttp.ClientSession, tabs: list[Tab]) -> float:
    """Enqueue one event to every tab and return the seconds until the last had it."""
    await asyncio.sleep(0.7)
    arrivals = Arrivals(tabs)
    async with session.post(f"{server.base}/enqueue") as answer:
        began = (await answer.json())["began"]
    updates = await arrivals.all()
    assert all(updates), "a tab of the floor heard nothing"
    return max(each[0].at for each in updates) - began


def _time_row(sent: list[Sent], bumped: list[float]) -> Row:
    missed = sum(each.missed for each in sent)
    seconds, least = median(each.seconds for each in sent), median(bumped)
    ratio = seconds / least
    return Row(
        f"escalation: commit to the last of {TABS} tabs",
        f"{milliseconds(seconds)}, {missed} missed",
        milliseconds(least),
        ratio,
        "<= 1.5 x, 0 missed",
        ratio <= 1.5 and not missed,
    )


def _statements_row(few: list[Sent], many: list[Sent]) -> Row:
    counts = [{sum(each.statements.values()) for each in runs} for runs in (few, many)]
    shown = " and ".join("/".join(str(count) for count in sorted(each)) for each in counts)
    name = f"escalation: SQL to refresh {FEW} and {TABS} tabs"
    return Row(name, shown, "-", None, "constant", max(counts[1]) <= max(counts[0]))
