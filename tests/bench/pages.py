"""What a browser downloads to show the runner for the first time."""

from pathlib import Path

from playwright.sync_api import CDPSession, sync_playwright

from rxapp.core.db import Database
from tests.bench import data, servers
from tests.bench.table import Row, kilobytes, limited
from tests.support.server import Server

CHROMIUM = "/usr/bin/chromium"
RUNNER_BYTES = 420_000


def measure(databases: data.Databases, folder: Path) -> list[Row]:
    """Return the row about the runner's JavaScript and CSS."""
    prepared = databases.new("pages")
    technician = prepared.cast.technician
    database = Database(prepared.url)
    with database.transaction() as db:
        session_id = data.start_sessions(db, [technician], prepared.cast.tree_id)[0]
    database.close()
    server = servers.ours(prepared.url, folder / "ours")
    with servers.running(server):
        total = _downloaded(server, technician.cookie, f"/sessions/{session_id}")
    return [limited("first view: JS and CSS, runner", total, RUNNER_BYTES, kilobytes)]


def _downloaded(server: Server, cookie: str, path: str) -> int:
    """Open the page with an empty cache; return the bytes that its scripts and styles took."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        try:
            context = browser.new_context()
            context.add_cookies([{"name": "rf_login", "value": cookie, "url": server.base}])
            page = context.new_page()
            files = _watch(context.new_cdp_session(page))
            page.goto(f"{server.base}{path}")
            page.get_by_text("Is the speaker plugged in?").first.wait_for()
            page.wait_for_load_state("networkidle")
        finally:
            browser.close()
    assert files, "no script was seen"
    return sum(files.values())


def _watch(protocol: CDPSession) -> dict[str, int]:
    """Return a mapping that fills with the encoded bytes of each script and style sheet."""
    wanted: set[str] = set()
    sizes: dict[str, int] = {}

    def responded(event: dict) -> None:
        if event["response"]["url"].partition("?")[0].endswith((".js", ".css")):
            wanted.add(event["requestId"])

    def finished(event: dict) -> None:
        if event["requestId"] in wanted:
            sizes[event["requestId"]] = int(event["encodedDataLength"])

    protocol.on("Network.responseReceived", responded)
    protocol.on("Network.loadingFinished", finished)
    protocol.send("Network.enable")
    return sizes
