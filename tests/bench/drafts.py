"""One edit of a draft, in a small tree and in large ones, and what lint says after it."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from rxapp.core.db import Database
from tests.bench import data, servers
from tests.bench.measure import many_connections, median
from tests.bench.size import Size
from tests.bench.table import Row, at_most, kilobytes, limited, milliseconds, whole
from tests.support.cast import PASSWORD, Person
from tests.support.server import Server

EDIT = "edit of a title at {steps:,} over {few_steps} steps, p50"
LARGE_EDIT = "edit of a title at {many_steps:,} over {few_steps} steps, p50"
SQL = "edit: SQL at {few_steps}, {steps:,} and {many_steps:,} steps"
BYTES = "edit: bytes sent and answered, {many_steps:,} steps"
FINDINGS = "findings after an edit at {steps:,} steps over the edit, p50"
LARGE_FINDINGS = "findings after an edit at {many_steps:,} steps, p50"
ROWS = (EDIT, LARGE_EDIT, SQL, BYTES, FINDINGS, LARGE_FINDINGS)

LIMIT, STATEMENTS, BYTES_EACH_WAY = 1.5, 15, 1_000
FINDINGS_RATIO, FINDINGS_SECONDS = 2, 0.2


class Author:
    """Somebody who changes one title over and over, over REST."""

    def __init__(self, session: aiohttp.ClientSession, server: Server, tree_id: object) -> None:
        self._session = session
        self._draft = f"{server.base}/api/v1/trees/{tree_id}/draft"
        self._revision = 0
        self.sent = self.answered = 0

    async def look(self) -> None:
        """See the draft as it is."""
        async with self._session.get(self._draft) as answer:
            self._revision = (await answer.json())["revision"]

    async def edit(self) -> float:
        """Change the title and return how many seconds later the answer had come."""
        change = {"op": "set_field", "node": "step-7", "field": "title"}
        body = {
            "client": "bench-tab",
            "operations": [
                {
                    "id": str(uuid4()),
                    "seen": self._revision,
                    "change": {**change, "value": f"Check number {self._revision}"},
                }
            ],
        }
        sent = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        began = time.perf_counter()
        async with self._session.post(
            f"{self._draft}/operations", data=sent, headers=headers
        ) as answer:
            content = await answer.read()
            assert answer.status == 200, content
        took = time.perf_counter() - began
        self.sent, self.answered = len(sent), len(content)
        self._revision = json.loads(content)["revision"]
        return took

    async def findings(self) -> float:
        """Read what lint finds and return how long that took."""
        began = time.perf_counter()
        async with self._session.get(f"{self._draft}/findings") as answer:
            found = await answer.json()
            assert found["revision"] == self._revision, found
        return time.perf_counter() - began


def measure(databases: data.Databases, folder: Path, size: Size) -> list[Row]:
    """Return the rows about editing a draft."""
    prepared = databases.new("drafts")
    database = Database(prepared.url)
    account_id = prepared.cast.senior.actor.account_id
    with database.transaction() as db:
        trees = [
            data.publish_ring(db, account_id, each, data.BODY[:200])
            for each in (size.few_steps, size.steps, size.many_steps)
        ]
    database.close()
    senior = prepared.cast.senior
    ours = servers.ours(prepared.url, folder / "ours")
    with servers.running(ours):
        rows = asyncio.run(_timed(ours, senior, trees, size))
    counted = servers.counted(prepared.url, folder / "counted", still=True)
    with servers.running(counted):
        counts = asyncio.run(_statements(counted, senior, trees))
    rows.insert(ROWS.index(SQL), _statements_row(size, counts))
    return rows


async def _sign_in(session: aiohttp.ClientSession, server: Server, person: Person) -> None:
    body = {"email": person.email, "password": PASSWORD}
    async with session.post(f"{server.base}/api/v1/auth/login/json", json=body) as answer:
        session.headers["Authorization"] = f"Bearer {(await answer.json())['access_token']}"


async def _timed(server: Server, senior: Person, trees: list[Any], size: Size) -> list[Row]:
    edits: list[list[float]] = [[] for _ in trees]
    findings: list[list[float]] = [[] for _ in trees]
    async with many_connections() as session:
        await _sign_in(session, server, senior)
        authors = [Author(session, server, each) for each in trees]
        for author in authors:  # the first edit makes the rows, the first look checks all steps
            await author.edit()
            await author.findings()
        for _ in range(size.rounds):
            for at, author in enumerate(authors):
                for _ in range(size.edits):
                    edits[at].append(await author.edit())
                    findings[at].append(await author.findings())
    few, some, many = map(median, edits)
    most = max(max(author.sent, author.answered) for author in authors)
    return [
        at_most(size.name(EDIT), some, few, LIMIT, milliseconds),
        at_most(size.name(LARGE_EDIT), many, few, LIMIT, milliseconds),
        limited(size.name(BYTES), most, BYTES_EACH_WAY, kilobytes),
        at_most(size.name(FINDINGS), median(findings[1]), some, FINDINGS_RATIO, milliseconds),
        limited(size.name(LARGE_FINDINGS), median(findings[2]), FINDINGS_SECONDS, milliseconds),
    ]


async def _statements(server: Server, senior: Person, trees: list[Any]) -> list[int]:
    """Return how many statements the server runs for an edit in each of the trees."""
    counts = []
    async with many_connections() as session:
        await _sign_in(session, server, senior)
        for tree in trees:
            author = Author(session, server, tree)
            await author.look()
            await author.edit()
            await servers.noted(server, session)
            await author.edit()
            counts.append(len((await servers.noted(server, session))["statements"]))
    return counts


def _statements_row(size: Size, counts: list[int]) -> Row:
    passed = max(counts) <= STATEMENTS and len(set(counts)) == 1
    ours = ", ".join(map(str, counts[:-1])) + f" and {counts[-1]}"
    target = f"<= {whole(STATEMENTS)}, same"
    return Row(size.name(SQL), ours, "-", None, target, passed, tuple(map(float, counts)))
