"""The runner in a browser: what it downloads, how fast a step is painted, whether it jumps."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from rxapp.core.db import Database
from tests.bench import data, servers
from tests.bench.download import downloaded
from tests.bench.measure import median, percentile
from tests.bench.size import Size
from tests.bench.stepping import open_session, walked
from tests.bench.table import Row, fraction, kilobytes, limited, milliseconds
from tests.support import chromium
from tests.support.server import Server

FIRST_VIEW = "first view: JS and CSS, runner"
MEDIAN = "key press to next step painted, median"
P95 = "key press to next step painted, p95"
SHIFT = "layout shift over {walk} steps, wide and narrow"
ROWS = (FIRST_VIEW, MEDIAN, P95, SHIFT)

RUNNER_BYTES, MEDIAN_SECONDS, P95_SECONDS, LARGEST_SHIFT = 270_000, 0.040, 0.080, 0.0
WIDE, NARROW = 1_440, 390
WARM = 5


def measure(databases: data.Databases, folder: Path, size: Size) -> list[Row]:
    """Return the rows about the runner's page."""
    prepared = databases.new("pages")
    technician = prepared.cast.technician
    database = Database(prepared.url)
    with database.transaction() as db:
        tree_id = data.publish_ring(db, technician.actor.account_id, 10)
        first, *walks = data.start_sessions(db, [technician] * 4, tree_id)
    database.close()
    server = servers.ours(prepared.url, folder / "ours")
    with servers.running(server), sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        try:
            total = downloaded(browser, server, technician.cookie, f"/sessions/{first}", "h1")
            return [
                limited(FIRST_VIEW, total, RUNNER_BYTES, kilobytes),
                *_stepping(browser, server, technician.cookie, walks, size),
            ]
        finally:
            browser.close()


def _stepping(
    browser: Browser, server: Server, cookie: str, sessions: list[str], size: Size
) -> list[Row]:
    timed = open_session(browser, server, cookie, sessions[0], WIDE)
    walked(timed, WARM)
    seconds = walked(timed, size.presses).seconds
    timed.context.close()
    shifts = []
    for session_id, wide in zip(sessions[1:], (WIDE, NARROW), strict=True):
        page = open_session(browser, server, cookie, session_id, wide)
        shifts.append(walked(page, size.walk).shift)
        page.context.close()
    shown = " and ".join(map(fraction, shifts))
    passed = max(shifts) <= LARGEST_SHIFT
    return [
        limited(MEDIAN, median(seconds), MEDIAN_SECONDS, milliseconds),
        limited(P95, percentile(seconds, 0.95), P95_SECONDS, milliseconds),
        Row(size.name(SHIFT), shown, "-", None, "0", passed, tuple(shifts), may_be_zero=True),
    ]
