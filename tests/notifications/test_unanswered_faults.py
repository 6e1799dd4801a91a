"""A connected socket whose browser never says that it shows anything: its person gets an email."""

import asyncio

import pytest

from tests.support.databases import NewDatabase
from tests.support.ledger import Escalated
from tests.support.net import eventually
from tests.support.server import with_cast
from tests.support.socket_client import Tab

ACKNOWLEDGE = "rxapp.handoffs.shown_state.ShownState.acknowledge"


@pytest.fixture
def server(new_database: NewDatabase, mail_server):
    yield from with_cast(new_database("sqlite"), SMTP_URL=mail_server.url)


async def test_what_a_socket_does_not_acknowledge_is_mailed(server, mail_server):
    cast = server.cast
    silent = await Tab.connect(server, cast.senior.cookie, "/inbox")
    answering = await Tab.connect(server, cast.admin.cookie, "/")
    outsider = await Tab.connect(server, cast.outsider.cookie, "/inbox")
    case = await asyncio.to_thread(Escalated, server)
    await silent.until(lambda: silent.vars("InboxState").get("open_count") == 1)
    assert await asyncio.to_thread(case.told, "Senior") <= {("screen", "sending")}
    await answering.send(ACKNOWLEDGE, ids=[case.id])
    await outsider.send(ACKNOWLEDGE, ids=[case.id])
    await silent.send(ACKNOWLEDGE, ids=["no id"])

    def senior_is_mailed() -> bool:
        return case.told("Senior") == {("screen", "dead"), ("email", "sent")}

    await asyncio.to_thread(eventually, senior_is_mailed, seconds=20, what="the mail")
    assert await asyncio.to_thread(case.told, "Admin") == {("screen", "sent")}
    assert mail_server.to(cast.admin.email) == []
    for tab in (silent, answering, outsider):
        await tab.close()


async def test_a_laptop_that_wakes_on_a_new_socket_is_told_there(server):
    cast = server.cast
    asleep = await Tab.connect(server, cast.senior.cookie, "/inbox")
    awake = await Tab.connect(server, cast.senior.cookie, "/inbox", token=asleep.token)
    case = await asyncio.to_thread(Escalated, server)
    await awake.until(lambda: awake.vars("InboxState").get("open_count") == 1)
    await awake.send(ACKNOWLEDGE, ids=[case.id])

    def is_on_screen() -> bool:
        return case.told("Senior") == {("screen", "sent")}

    await asyncio.to_thread(eventually, is_on_screen, what="the answer")
    for tab in (asleep, awake):
        await tab.close()
