"""What readiness reports, and that asking often costs nothing."""

import asyncio

from rxapp import readiness
from rxapp.api.health import Standing
from tests.support.still_time import in_still_time


async def nothing() -> str:
    return ""


async def broken() -> str:
    raise ConnectionError("postgresql://user:secret@host")


async def wrong() -> str:
    return "is full"


async def hanging() -> str:
    await asyncio.Event().wait()
    return ""


@in_still_time
async def test_what_is_needed_fails_and_what_is_missed_warns():
    ready = readiness.Ready()
    ready.needs("tables", nothing)
    ready.misses("email", wrong)
    found = await ready.report()
    assert found.status == "ready"
    assert [each.standing for each in found.checks] == [Standing.OK, Standing.WARNING]

    ready = readiness.Ready()
    for name, ask in (("disk", wrong), ("database", broken), ("redis", hanging)):
        ready.needs(name, ask)
    found = await ready.report()
    assert found.status == "not ready"
    assert [each.reason for each in found.checks] == [
        "is full",
        "does not answer (ConnectionError)",
        "does not answer",
    ]


@in_still_time
async def test_a_second_of_questions_is_one_question():
    asked = 0

    async def count() -> str:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.1)
        return ""

    ready = readiness.Ready()
    ready.needs("one", count)
    await asyncio.gather(*(ready.report() for _ in range(200)))
    await ready.report()
    assert asked == 1
    await asyncio.sleep(readiness.KEPT_SECONDS)
    await ready.report()
    assert asked == 2
