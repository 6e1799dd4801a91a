"""A desk with pages of the live server, and a session to begin with."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import NewDatabase, with_cast
from tests.support.cast import Person
from tests.support.desk import Desk
from tests.support.mail import MailServer
from tests.support.server import Server


@pytest.fixture
def desk(browser: Browser, live_server: Server) -> Iterator[Desk]:
    opened = Desk(browser, live_server)
    yield opened
    opened.close()
    assert opened.errors == []


@pytest.fixture(scope="module")
def mailing_server(request: pytest.FixtureRequest, new_database: NewDatabase) -> Iterator[Server]:
    """A real server that sends its mails to a real SMTP server: ``server.mail``."""
    mail = MailServer()
    mail.start()
    for server in with_cast(new_database(request.param), SMTP_URL=mail.url):
        server.mail = mail  # type: ignore[attr-defined]
        yield server
    mail.stop()


@pytest.fixture
def mail_desk(browser: Browser, mailing_server: Server) -> Iterator[Desk]:
    opened = Desk(browser, mailing_server)
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


@pytest.fixture
def escalate(start: Callable[..., Page]) -> Callable[..., Page]:
    """Escalate a fresh session and return the page of the one who did."""

    def run(wanted: str, person: Person | None = None, *, urgent: bool = False) -> Page:
        page = start(person)
        page.keyboard.press("e")
        page.get_by_label("What do you want from the senior?").fill(wanted)
        if urgent:
            page.get_by_role("radio", name="Urgent").check()
        page.get_by_role("dialog").get_by_role("button", name="Escalate", exact=True).click()
        page.get_by_text("Waiting for a senior").first.wait_for()
        return page

    return run
