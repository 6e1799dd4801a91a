"""What the inbox's tabs get over the wire: only differences, however many are waiting."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from rxapp.handoffs.inbox_queries import NEWEST_CHANGES
from tests.support.databases import NewDatabase
from tests.support.queue import Queue
from tests.support.server import Server, with_cast
from tests.support.socket_client import Tab, Update

INBOX = "rxapp.handoffs.inbox_state.InboxState"
LARGEST = 1_024
"""Bytes that one new escalation may cost a tab."""
WAITING = 2_000
REASON = "The speaker stays silent, and the caller has a meeting in ten minutes. " * 4


@pytest.fixture(scope="module")
def server(new_database: NewDatabase) -> Iterator[Server]:
    for running in with_cast(new_database("sqlite")):
        queue = Queue(running)
        queue.fill(WAITING)
        running.queue = queue  # type: ignore[attr-defined]
        yield running


@pytest.fixture
def queue(server: Server) -> Queue:
    return server.queue  # type: ignore[attr-defined]


@asynccontextmanager
async def opened(server: Server, path: str) -> AsyncIterator[Tab]:
    tab = await Tab.connect(server, server.cast.senior.cookie, path)  # type: ignore[attr-defined]
    await tab.quiet(0.3)
    try:
        yield tab
    finally:
        await tab.close()


async def told(tab: Tab, queue: Queue, words: str = REASON) -> list[Update]:
    """Escalate once more and return what the tab got."""
    before = len(tab.updates)
    handoff_id = await asyncio.to_thread(queue.escalate, words)
    await tab.until(lambda: handoff_id in "".join(each.text for each in tab.updates[before:]))
    await tab.quiet(0.3)
    return tab.updates[before:]


def change(tab: Tab) -> dict:
    return tab.vars("InboxState")["change"]


async def test_one_new_escalation_costs_a_tab_one_row(server, queue):
    async with opened(server, "/inbox") as tab:
        assert tab.vars("InboxState")["open_count"] >= WAITING
        updates = await told(tab, queue)
        assert sum(each.size for each in updates) <= LARGEST, [each.text for each in updates]
        assert len(change(tab)["rows"]) == 1


async def test_a_page_without_rows_gets_less(server, queue):
    async with opened(server, "/sessions") as tab:
        updates = await told(tab, queue)
        assert sum(each.size for each in updates) <= LARGEST / 2
        assert REASON[:20] not in "".join(each.text for each in updates)


async def test_every_row_is_reached_page_by_page(server, queue):
    async with opened(server, "/inbox") as tab:
        count = tab.vars("InboxState")["open_count"]
        (page,) = [
            each
            for each in tab.vars("InboxState")["window"]["pages"]
            if each["section"] == "waiting"
        ]
        ids = [row["id"] for row in page["rows"]]
        while cursor := page["next"]:
            await tab.send(f"{INBOX}.more", section="waiting", after=cursor)
            await tab.until(lambda: tab.vars("InboxState")["page"]["after"] == cursor)
            page = tab.vars("InboxState")["page"]
            ids += [row["id"] for row in page["rows"]]
        assert len(ids) == len(set(ids)) == count


async def test_a_tab_that_missed_changes_asks_for_what_still_waits(server, queue):
    async with opened(server, "/sessions") as tab:
        seen = change(tab)["revision"]
        cast = server.cast
        missed = [await asyncio.to_thread(queue.escalate, f"Missed {n}") for n in range(3)]
        await asyncio.to_thread(queue.claim, missed[0], by=cast.second_senior)
        await tab.quiet(0.3)
        await tab.send(f"{INBOX}.catch_up", since=seen)
        await tab.until(lambda: change(tab)["since"] == seen and len(change(tab)["rows"]) == 2)
        assert {row["id"] for row in change(tab)["rows"]} == set(missed[1:])
        assert "window" not in tab.updates[-1].text


async def test_many_changes_in_a_row_leave_no_gap(server, queue):
    async with opened(server, "/inbox") as tab:
        handoffs = [
            await asyncio.to_thread(queue.escalate, f"One of many {n}")
            for n in range(NEWEST_CHANGES + 5)
        ]
        await tab.until(lambda: handoffs[-1] in [row["id"] for row in change(tab)["rows"]])
        changes = [
            values["change_rx_state_"]
            for update in tab.updates
            for name, values in update.delta.items()
            if values.get("change_rx_state_", {}).get("rows") and name.endswith("inbox_state")
        ]
        for before, after in pairwise(changes):
            assert after["since"] == before["revision"]
