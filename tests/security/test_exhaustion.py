"""How much strangers can use up: files, memory, log lines. Others are served meanwhile."""

import json
import resource
import socket
from pathlib import Path
from uuid import uuid4

import aiohttp
import httpx
import pytest

from tests.security.scene import Log
from tests.security.tabs import open_tab, settled
from tests.support.server import Server
from tests.support.socket_client import HYDRATE, NAMESPACE, Refused, Tab

on_sqlite = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)

SOCKETS = 25
MEGABYTE = 1_000_000


def workers(server: Server) -> list[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    return [int(pid) for pid in children.split()]


def resident_megabytes(server: Server) -> float:
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in workers(server)]
    return sum(pages) * resource.getpagesize() / MEGABYTE


def half_a_request(server: Server, path: str = "/api/v1/auth/login/json") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    client.sendall(
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        'Content-Length: 500\r\n\r\n{"email": "'.encode()
    )
    return client


def test_six_hundred_half_sent_bodies_do_not_stop_the_service(new_database):
    server = Server(database_url=new_database("sqlite"), within=["prlimit", "--nofile=400:400"])
    server.start()
    silent = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    halves = [silent]
    try:
        for path in ("/api/v1/auth/login/json", "/api/v1/nothing", "/"):
            halves += [half_a_request(server, path) for _ in range(200)]
        nobody = {"email": "nobody@example.com", "password": "x" * 12}
        answer = httpx.post(f"{server.base}/api/v1/auth/login/json", json=nobody, timeout=8)
        assert answer.status_code == 401
        cut = halves[200].recv(4096)
        assert cut.startswith(b"HTTP/1.1 408")
        assert b"did not arrive in time" in cut + halves[200].recv(4096)
        assert silent.recv(1) == b""  # one that never says anything is closed as well
        assert "Traceback" not in server.log.read_text()
    finally:
        for each in halves:
            each.close()
        server.stop()


@on_sqlite
async def test_what_a_client_says_of_its_page_is_not_kept_beyond_measure(
    live_server: Server, log: Log
):
    large = {f"key{number}": "x" * 10 for number in range(40_000)}
    async with open_tab(live_server) as tab:
        await settled(tab)
    before = resident_megabytes(live_server)
    for _ in range(SOCKETS):
        async with open_tab(live_server, load=False) as tab:
            for extra in ({"query": large}, {"more": large}, {"query": {"q": "x" * 500_000}}):
                event = tab.message(HYDRATE, {})
                event["router_data"] |= extra
                await tab.emit("event", event)
            await settled(tab, quiet=0)
    assert resident_megabytes(live_server) - before < 40
    assert "dropped a websocket message: too_long" in log.text
    assert "key39999" not in log.text
    assert len(log.text.splitlines()) < 60


@on_sqlite
async def test_a_websocket_with_a_large_query_is_refused(live_server: Server, log: Log):
    url = f"{live_server.base}{NAMESPACE}/?EIO=4&transport=websocket&token={uuid4()}"
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{url}&x={'y' * 1000}", headers={"Origin": live_server.base})
    assert "its query has 10" in log.text


@on_sqlite
async def test_headers_that_nothing_reads_are_not_kept(live_server: Server):
    many = {f"X-Made-Up-{number}": "secret word" for number in range(50)}
    cookie = live_server.cast.senior.cookie
    async with open_tab(live_server, cookie, headers=many | {"User-Agent": "u" * 5_000}) as tab:
        sent = json.dumps([update.body for update in tab.updates])
        assert "secret word" not in sent
        assert "u" * 501 not in sent


@on_sqlite
async def test_thousands_of_bad_events_are_a_few_lines(live_server: Server, log: Log):
    try:
        tab = await Tab.connect(live_server, load=False)
        for _ in range(5_000):
            await tab.emit("event", {"name": "no.such_event", "payload": {}})
        await settled(tab, quiet=0)
        await tab.close()
    except Refused:
        pass
    assert len(log.text.splitlines()) < 60
