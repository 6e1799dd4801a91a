"""A real Chromium, and a page for each of the cast."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.cast import Person
from tests.support.server import Server

ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "chromium is missing: install it from the distribution"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield running
        running.close()


class Desk:
    """Opens pages as people, and closes them all."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser = browser
        self._server = server
        self._contexts: list[BrowserContext] = []
        self.errors: list[str] = []

    def context(self, person: Person | None, **options) -> BrowserContext:
        context = self._browser.new_context(base_url=self._server.base, **options)
        if person is not None:
            cookie = {"name": "rf_login", "value": person.cookie, "url": self._server.base}
            context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])
        self._contexts.append(context)
        return context

    def page(self, person: Person | None, path: str = "/", **options) -> Page:
        page = self.context(person, **options).new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(10_000)
        page.goto(path)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def desk(browser: Browser, live_server: Server) -> Iterator[Desk]:
    opened = Desk(browser, live_server)
    yield opened
    opened.close()
    assert opened.errors == []


@pytest.fixture
def start(desk: Desk, live_server: Server) -> Callable[..., Page]:
    """Start a session of the small tree as the technician and return its page."""

    def begin(person: Person | None = None, **options) -> Page:
        page = desk.page(person or live_server.cast.technician, **options)
        page.get_by_role("button", name="No sound").click()
        page.get_by_label("Ticket number").fill("T-42")
        page.get_by_label("Client").fill("Client Ltd")
        page.get_by_role("button", name="Start", exact=True).click()
        page.wait_for_url("**/sessions/*")
        page.get_by_role("heading", name="Is the speaker plugged in?").wait_for()
        return page

    return begin
