"""The REST API with 10,000 trees in the account: searching, and reading one tree."""

import asyncio
import random
import time
from pathlib import Path

import aiohttp

from rxapp.core.db import Database
from tests.bench import data, servers
from tests.bench.measure import many_connections, median, percentile
from tests.bench.size import Size
from tests.bench.table import Row, at_least, milliseconds, rate
from tests.support import many_rows
from tests.support.cast import PASSWORD, Person
from tests.support.server import Server

SEARCH = "search in {trees:,} trees, p95"
READ = "REST: read of one tree, per second"
ROWS = (SEARCH, READ)

SEARCH_P95, SEARCH_RATIO = 0.050, 3


def measure(databases: data.Databases, folder: Path, size: Size) -> list[Row]:
    """Return the rows about search and about reading a tree."""
    prepared = databases.new("rest")
    database = Database(prepared.url)
    with database.transaction() as db:
        account_id = prepared.cast.technician.actor.account_id
        ids = many_rows.fill_trees(db, account_id, size.trees, findable=True)
        versions = many_rows.version_ids(db, ids)
    database.close()
    ours = servers.ours(prepared.url, folder / "ours")
    floor = servers.rest_floor(prepared.url, folder / "floor")
    with servers.running(ours, floor):
        addresses = [
            [f"{ours.base}/api/v1/trees/{each}" for each in ids],
            [f"{floor.base}/versions/{each}" for each in versions],
        ]
        return asyncio.run(_measure(ours, addresses, prepared.cast.technician, size))


async def _measure(
    ours: Server, addresses: list[list[str]], person: Person, size: Size
) -> list[Row]:
    async with many_connections() as session:
        body = {"email": person.email, "password": PASSWORD}
        async with session.post(f"{ours.base}/api/v1/auth/login/json", json=body) as answer:
            bearer = f"Bearer {(await answer.json())['access_token']}"
        session.headers["Authorization"] = bearer
        search = await _search(session, ours, addresses[0], size)
        reads: tuple[list[float], list[float]] = ([], [])
        for _ in range(size.read_rounds):
            for rates, each in zip(reads, addresses, strict=True):
                rates.append(await _per_second(session, each, size))
    return [search, at_least(READ, median(reads[0]), median(reads[1]), 0.7, rate)]


def _queries(size: Size) -> list[str]:
    """Return typical searches: one common word, two words, the start of a word, a rare number."""
    chance = random.Random(11)
    found = []
    for _ in range(size.searches // 4):
        topic, trouble = chance.choice(many_rows.TOPICS), chance.choice(many_rows.TROUBLES)
        found += [topic, f"{topic} {trouble}", topic[:3], str(chance.randrange(size.trees))]
    return found


async def _search(
    session: aiohttp.ClientSession, ours: Server, trees: list[str], size: Size
) -> Row:
    chance = random.Random(13)
    searches, lookups = [], []
    for number, query in enumerate(_queries(size)):
        address = f"{ours.base}/api/v1/trees/search"
        one = await _seconds(session, address, q=query)
        other = await _seconds(session, chance.choice(trees))
        if number >= size.searches // 15:
            searches.append(one)
            lookups.append(other)
    p95, least = percentile(searches, 0.95), percentile(lookups, 0.95)
    ratio = p95 / least
    return Row(
        size.name(SEARCH),
        milliseconds(p95),
        milliseconds(least),
        ratio,
        f"<= {SEARCH_P95 * 1000:.0f} ms, <= {SEARCH_RATIO} x",
        p95 <= SEARCH_P95 and ratio <= SEARCH_RATIO,
        (p95, least),
    )


async def _seconds(session: aiohttp.ClientSession, address: str, **query: str) -> float:
    began = time.perf_counter()
    async with session.get(address, params=query) as answer:
        content = await answer.read()
        assert answer.status == 200, content
    return time.perf_counter() - began


async def _per_second(session: aiohttp.ClientSession, addresses: list[str], size: Size) -> float:
    chance = random.Random(17)
    began = time.perf_counter()

    async def read_on() -> int:
        done = 0
        while time.perf_counter() - began < size.read_seconds:
            await _seconds(session, chance.choice(addresses))
            done += 1
        return done

    done = sum(await asyncio.gather(*(read_on() for _ in range(size.readers))))
    return done / (time.perf_counter() - began)
