"""On screen means that a browser confirmed it; if none does within seconds, an email follows."""

import pytest

from tests.support.cast import Person
from tests.support.databases import NewDatabase
from tests.support.desk import Desk
from tests.support.ledger import Escalated
from tests.support.mail import MailServer
from tests.support.net import eventually
from tests.support.server import with_cast

SHOWN = ("screen", "sent")
MAILED = {("screen", "dead"), ("email", "sent")}


@pytest.fixture
def office(browser, new_database: NewDatabase):
    """A desk of pages at a server that sends mails: ``desk.server``, ``desk.mail``."""
    mail = MailServer()
    mail.start()
    for server in with_cast(new_database("sqlite"), SMTP_URL=mail.url):
        desk = Desk(browser, server)
        desk.server, desk.mail = server, mail  # type: ignore[attr-defined]
        yield desk
        desk.close()
    mail.stop()
    assert desk.errors == []


def freeze(page) -> None:
    """Stop the page's scripts at the next thing they would do; its socket stays open."""
    client = page.context.new_cdp_session(page)
    client.send("Debugger.enable")
    client.send("Debugger.pause")


def test_pages_acknowledge_and_a_frozen_one_is_mailed(office):
    cast = office.server.cast
    people: list[tuple[Person, str]] = [
        (cast.senior, "/inbox"),
        (cast.second_senior, "/"),
        (cast.admin, "/settings"),
    ]
    pages = [office.page(person, path) for person, path in people]
    frozen = office.page(cast.owner, "/inbox")
    for page in (*pages, frozen):
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
    freeze(frozen)
    names = ("Senior", "Second Senior", "Admin")
    case = Escalated(office.server)
    eventually(lambda: all(case.told(name) == {SHOWN} for name in names), what="the answers")
    eventually(lambda: case.told("Owner") == MAILED, seconds=20, what="the frozen one's mail")
    assert [mail["X-Rcpt"] for mail in office.mail.taken] == [cast.owner.email]
