"""An inbox and a runner are left alone for an hour: do they still work? Run it by hand:

    python -m tests.house.idle_hour --minutes 61 [--redis] [--folder shots]

It starts a real server, opens both pages in Chromium, touches nothing for that long, escalates over
the API and answers a step. It prints what it saw and ends with 0 if all of it was right.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from rxapp.core.db import Database
from tests.support import chromium
from tests.support.caller import Caller
from tests.support.cast import make_cast
from tests.support.databases import migrate
from tests.support.desk import Desk
from tests.support.mail import MailServer
from tests.support.net import eventually
from tests.support.redis import RedisServer
from tests.support.server import Server

REASON = "After a long silence"
WITHIN_SECONDS = 5.0
failures: list[str] = []


def say(words: str) -> None:
    """Print a line with the time of day."""
    print(f"{datetime.now():%H:%M:%S}  {words}", flush=True)


def check(what: str, look: Callable[[], object]) -> None:
    """Say how long ``look`` took, or that it failed."""
    began = time.monotonic()
    try:
        seen = look()
    except (Error, AssertionError) as error:
        failures.append(what)
        say(f"WRONG {what}: {str(error).splitlines()[0]}")
    else:
        took = time.monotonic() - began
        say(f"right {what} ({took:.2f} s{f'; {seen}' if isinstance(seen, str) else ''})")


def shows(page: Page, words: str) -> None:
    """Wait for the words on the page."""
    page.get_by_text(words).first.wait_for(timeout=WITHIN_SECONDS * 1000)


def main() -> int:
    """Run it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=61)
    parser.add_argument("--redis", action="store_true", help="keep the pages' state in Redis")
    parser.add_argument("--folder", type=Path, default=None, help="where screenshots go")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="rf-idle-"))
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        _run(stack, folder, minutes=chosen.minutes, with_redis=chosen.redis)
    say(f"{len(failures)} wrong" if failures else "all right")
    return 1 if failures else 0


def _run(stack: ExitStack, folder: Path, *, minutes: float, with_redis: bool) -> None:
    url = migrate(f"sqlite:///{folder / 'idle.db'}")
    database = Database(url)
    cast = make_cast(database)
    database.close()
    mail = MailServer()
    mail.start()
    stack.callback(mail.stop)
    redis_url = ""
    if with_redis:
        redis = RedisServer().start()
        stack.callback(redis.remove)
        redis_url = redis.url
    server = Server(
        database_url=url, data_dir=folder / "data", SMTP_URL=mail.url, REDIS_URL=redis_url
    ).start()
    stack.callback(server.stop)
    playwright = stack.enter_context(sync_playwright())
    browser = chromium.launch(playwright)
    stack.callback(browser.close)
    desk = Desk(browser, server)
    say(f"{server.base}, log {server.log}, {'Redis' if with_redis else 'memory'}")

    technician = Caller(server, cast.technician)
    session = technician.post("/sessions", tree_id=str(cast.tree_id)).json()
    inbox = desk.page(cast.senior, "/inbox")
    inbox.get_by_role("heading", name="Inbox").wait_for()
    library = desk.page(cast.second_senior, "/")
    library.get_by_role("button", name="No sound").wait_for()
    runner = desk.page(cast.technician, f"/sessions/{session['id']}")
    runner.get_by_role("heading", name="Is the speaker plugged in?").wait_for()

    _idle(minutes)
    _look(cast, server, folder, {"inbox": inbox, "library": library, "runner": runner}, mail)
    for error in desk.errors:
        failures.append("page error")
        say(f"WRONG page error: {error}")


def _idle(minutes: float) -> None:
    until = time.monotonic() + minutes * 60
    say(f"idle for {minutes:g} minutes")
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 600))
        say(f"{max(0.0, until - time.monotonic()) / 60:.0f} minutes left")


def _look(cast, server: Server, folder: Path, pages: dict[str, Page], mail: MailServer) -> None:
    colleague = Caller(server, cast.second_technician)
    handoff = colleague.escalate(cast.tree_id, REASON)
    say("escalated over the API")
    check("the idle inbox shows the escalation", lambda: shows(pages["inbox"], REASON))

    def told() -> str:
        found = {
            each["recipient"]["name"]: (each["channel"], each["status"])
            for each in colleague.deliveries(handoff["id"])
        }
        assert found.get("Senior") in {("screen", "sent"), ("screen", "seen")}, found
        assert found.get("Second Senior") in {("screen", "sent"), ("screen", "seen")}, found
        return str(found)

    check("both open pages of seniors count as on screen", lambda: eventually(told))

    def answered() -> None:
        pages["runner"].keyboard.press("1")
        heading = pages["runner"].get_by_role("heading", name="Turn the volume up")
        heading.wait_for(timeout=WITHIN_SECONDS * 1000)

    check("the idle runner takes its first answer", answered)

    def claimed() -> None:
        pages["inbox"].get_by_role("button", name="Claim").first.click()
        pages["inbox"].wait_for_url("**/escalations/*")

    check("the escalation can be claimed from the idle inbox", claimed)
    for name, page in pages.items():
        page.screenshot(path=folder / f"{name}.png")
    say(f"mails to: {sorted(each['X-Rcpt'] for each in mail.taken)}; screenshots in {folder}")


if __name__ == "__main__":
    sys.exit(main())
