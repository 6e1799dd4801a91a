"""Background tasks survive a database that accepts no writes or does not answer."""

import asyncio

from rxapp.core.errors import DatabaseAway
from rxapp.live import listener
from rxapp.live.hub import Hub
from rxapp.live.listener import Listener
from rxapp.notifications import delivery_service, dispatcher
from rxapp.notifications.dispatcher import Dispatcher
from tests.support.databases import POSTGRESQL, SQLITE


async def runs_on(task: asyncio.Task, calls: list[str], times: int) -> None:
    """Wait until something was called so often, and end the task, which must not have ended."""
    async with asyncio.timeout(10):
        while len(calls) < times:
            await asyncio.sleep(0.01)
    assert not task.done()
    task.cancel()


@SQLITE
async def test_the_dispatcher_begins_once_the_database_takes_writes(database, monkeypatch):
    calls: list[str] = []

    def take_back_all(_db) -> None:
        calls.append("asked")
        if len(calls) < 3:
            raise DatabaseAway("The disk is full.")

    monkeypatch.setattr(delivery_service, "take_back_all", take_back_all)
    monkeypatch.setattr(dispatcher, "IDLE_SECONDS", 0.01)
    task = asyncio.create_task(Dispatcher(None).run_forever())
    await runs_on(task, calls, 3)


@POSTGRESQL
async def test_the_listener_goes_on_after_a_database_too_busy_to_be_asked(database, monkeypatch):
    calls: list[str] = []

    async def catch_up(_self) -> None:
        calls.append("asked")
        raise DatabaseAway("The database does not answer.")

    monkeypatch.setattr(Listener, "_catch_up", catch_up)
    monkeypatch.setattr(listener, "RECONNECT_SECONDS", 0.01)
    task = asyncio.create_task(Listener(Hub(), lambda: None).run_forever())
    await runs_on(task, calls, 3)


@POSTGRESQL
async def test_a_server_that_cannot_look_for_its_client_serves_all_the_same(database, monkeypatch):
    monkeypatch.setattr("rxapp.core.deadline.GONE_CLIENT_CHECK", "-1s")
    with database.reading() as db:
        assert db.connection().exec_driver_sql("SELECT 1").scalar_one() == 1
