"""A step of a session: its time, statements and bytes, and how many per second."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from rxapp.access.actor import Role
from rxapp.core.db import Database
from tests.bench import data, servers
from tests.bench.measure import bare_table, commit_seconds, many_connections, median
from tests.bench.size import Size
from tests.bench.table import Row, at_least, at_most, kilobytes, limited, milliseconds, rate, whole
from tests.support.server import Server
from tests.support.socket_client import Tab

CLICK = "step: click to next node, p50"
BYTES = "step: bytes to the browser, body of 500"
SQL = "step: SQL at 10 and at {nodes:,} nodes"
TOGETHER = "step: per second, {crowd} technicians at once"
ROWS = (CLICK, BYTES, SQL, TOGETHER)

STATEMENTS, DELTA_BYTES = 5, 4096
CHOOSE = "rxapp.sessions.runner_state.RunnerState.choose"


@dataclass
class Clicker:
    """A tab in which one thing is clicked again and again, each time after the last answer."""

    tab: Tab
    is_floor: bool

    async def click(self) -> float:
        """Click once and return how many seconds the answer took."""
        tab = self.tab
        if self.is_floor:
            expected = tab.vars("CounterState").get("count", 0) + 1
            began = time.perf_counter()
            await tab.send("floor_app.CounterState.bump")
            await tab.until(lambda: tab.vars("CounterState").get("count") == expected, 30)
        else:
            seq = tab.vars("RunnerState")["seq"]
            began = time.perf_counter()
            page = tab.arguments["session_id"]
            await tab.send(CHOOSE, page=page, option_key="on", seq=seq)
            await tab.until(lambda: tab.vars("RunnerState")["seq"] == seq + 1, 30)
        return tab.updates[-1].at - began


async def runner_tab(
    server: Server, cookie: str, session_id: str, session: aiohttp.ClientSession | None = None
) -> Clicker:
    """Return the tab of a technician who looks at the session."""
    tab = await Tab.connect(
        server,
        cookie,
        f"/sessions/{session_id}",
        arguments={"session_id": session_id},
        session=session,
        seconds=60,
    )
    assert tab.vars("RunnerState")["may_move"], tab.vars("RunnerState")
    return Clicker(tab, is_floor=False)


def measure(databases: data.Databases, folder: Path, size: Size) -> list[Row]:
    """Return the rows about steps."""
    prepared = databases.new("steps")
    database = Database(prepared.url)
    cast = prepared.cast
    account_id = cast.technician.actor.account_id
    with database.transaction() as db:
        crowd = data.add_people(db, account_id, Role.VIEWER, size.crowd)
        small = data.publish_ring(db, account_id, 10)
        large = data.publish_ring(db, account_id, size.nodes)
        own, far = (data.start_sessions(db, [cast.technician], tree)[0] for tree in (small, large))
        sessions = data.start_sessions(db, crowd, small)
    database.close()
    cookie = cast.technician.cookie
    ours = servers.ours(prepared.url, folder / "ours")
    floor = servers.floor(folder / "floor")
    counted = servers.counted(prepared.url, folder / "counted")
    with servers.running(counted):
        statements = [asyncio.run(_statements(counted, cookie, each)) for each in (own, far)]
    with servers.running(ours, floor):
        alone = asyncio.run(_alone(ours, floor, cookie, own, folder, size))
        walks = [(person.cookie, each) for person, each in zip(crowd, sessions, strict=True)]
        together = asyncio.run(_together(ours, floor, walks, size))
    return [*alone, _statements_row(size, *statements), together]


async def _alone(
    ours: Server, floor: Server, cookie: str, session_id: str, folder: Path, size: Size
) -> list[Row]:
    step = await runner_tab(ours, cookie, session_id)
    bump = Clicker(await Tab.connect(floor), is_floor=True)
    for _ in range(25):  # both warm, and our crumbs at their longest
        await step.click()
        await bump.click()
    steps, bumps, commits = [], [], []
    with bare_table(folder) as connection:
        for _ in range(size.rounds):
            steps += [await step.click() for _ in range(size.alone)]
            bumps += [await bump.click() for _ in range(size.alone)]
            commits += [commit_seconds(connection) for _ in range(size.alone)]
    await step.tab.quiet()
    before = len(step.tab.updates)
    await step.click()
    await step.tab.quiet()
    sent = sum(update.size for update in step.tab.updates[before:])
    await step.tab.close()
    await bump.tab.close()
    least = median(bumps) + median(commits)
    return [
        at_most(CLICK, median(steps), least, 2, milliseconds),
        limited(BYTES, sent, DELTA_BYTES, kilobytes),
    ]


async def _together(ours: Server, floor: Server, walks: list[tuple[str, str]], size: Size) -> Row:
    async with many_connections() as session:
        clickers = [await runner_tab(ours, *walk, session) for walk in walks]
        floor_tabs = [await Tab.connect(floor, session=session) for _ in walks]
        bumpers = [Clicker(tab, is_floor=True) for tab in floor_tabs]
        steps, bumps = [], []
        for _ in range(size.crowd_rounds):
            steps.append(await _per_second(clickers, size.crowd_seconds))
            bumps.append(await _per_second(bumpers, size.crowd_seconds))
        for clicker in (*clickers, *bumpers):
            await clicker.tab.close()
    return at_least(size.name(TOGETHER), median(steps), median(bumps), 0.3, rate)


async def _per_second(clickers: list[Clicker], seconds: float) -> float:
    """Let everybody click for a while and return how many answers came per second."""
    began = time.perf_counter()

    async def click_on(clicker: Clicker) -> int:
        done = 0
        while time.perf_counter() - began < seconds:
            await clicker.click()
            done += 1
        return done

    done = sum(await asyncio.gather(*(click_on(each) for each in clickers)))
    return done / (time.perf_counter() - began)


async def _statements(server: Server, cookie: str, session_id: str) -> int:
    """Return how many statements the server runs for one step, the guard's among them.

    It is the minimum of ten clicks, since periodic tasks fall into some of them.
    """
    clicker = await runner_tab(server, cookie, session_id)
    await clicker.click()
    await clicker.tab.quiet()
    counts = []
    async with many_connections() as session:
        for _ in range(10):
            await servers.noted(server, session)
            await clicker.click()
            counts.append(len((await servers.noted(server, session))["statements"]))
    await clicker.tab.close()
    return min(counts)


def _statements_row(size: Size, small: int, large: int) -> Row:
    passed = max(small, large) <= STATEMENTS and small == large
    ours = f"{small} and {large}"
    target = f"<= {whole(STATEMENTS)}, same"
    return Row(size.name(SQL), ours, "-", None, target, passed, (small, large))
