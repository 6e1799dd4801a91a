"""Server or network unreachable: the page says so at once; no click is lost or done twice."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from rxapp.core.db import Database
from tests.support.dialogs import close_dialog
from tests.support.net import eventually
from tests.support.slow_socket import cut, make_late, silence
from tests.support.story import Story

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)

SAID_MS = 4_000
"""It takes less than 2 s; a busy machine gets more."""

BACK_MS = 30_000
SPEAKER, VOLUME = "Is the speaker plugged in?", "Turn the volume up"


@pytest.fixture
def story(live_server) -> Story:
    return Story(Database(live_server.database_url), live_server.cast)


@dataclass
class Case:
    page: Page
    session_id: UUID
    story: Story

    def moves(self) -> int:
        return self.story.case(self.session_id).seq - 1

    @property
    def banner(self) -> Locator:
        return self.page.locator(".connection")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()


@pytest.fixture
def case(desk, live_server, story) -> Case:
    session_id = story.start(ticket_number="T-1")
    context = desk.context(live_server.cast.technician)
    make_late(context)
    page = context.new_page()
    page.on("pageerror", lambda error: desk.errors.append(str(error)))
    page.goto(f"/sessions/{session_id}")
    page.get_by_role("heading", name=SPEAKER).wait_for()
    return Case(page, session_id, story)


class Away:
    """Ways in which a page is cut off, and how each ends."""

    def __init__(self, server, page: Page) -> None:
        self._server, self._page = server, page

    def go(self, how: str) -> Callable[[], None]:
        return getattr(self, how)()

    def killed(self) -> Callable[[], None]:
        self._server.kill()
        return self._server.start

    def stopped(self) -> Callable[[], None]:
        os.killpg(self._server.pid, signal.SIGSTOP)
        return lambda: os.killpg(self._server.pid, signal.SIGCONT)

    def unheard(self) -> Callable[[], None]:
        silence(self._page)
        return lambda: silence(self._page, silent=False)

    def unplugged(self) -> Callable[[], None]:
        self._page.context.set_offline(True)
        return lambda: self._page.context.set_offline(False)


@pytest.fixture
def away(live_server, case) -> Iterator[Away]:
    yield Away(live_server, case.page)
    if live_server._process is not None:
        os.killpg(live_server.pid, signal.SIGCONT)
    else:
        live_server.start()


@pytest.mark.parametrize("how", ["killed", "stopped", "unheard", "unplugged"])
def test_it_is_said_in_our_own_words_and_ends_by_itself(case, away, how):
    come_back = away.go(how)
    expect(case.banner).to_be_visible(timeout=SAID_MS)
    text = case.page.locator("body").inner_text()
    assert "ws:" not in text
    assert "Cannot connect" not in text
    box = case.banner.bounding_box()
    for covered in (".brand", ".runner-top", ".node"):
        other = case.page.locator(covered).bounding_box()
        assert box["y"] >= other["y"] + other["height"], covered
    come_back()
    expect(case.banner).to_be_hidden(timeout=BACK_MS)


@pytest.mark.parametrize("how", ["killed", "stopped", "unplugged"])
def test_an_answer_waits_in_sight_and_is_sent_once(case, away, how):
    come_back = away.go(how)
    expect(case.banner).to_be_visible(timeout=SAID_MS)
    case.press("Yes")
    expect(case.page.locator(".waiting-answer")).to_contain_text("“Yes”")
    expect(case.page.get_by_role("button", name="No", exact=True)).to_be_disabled()
    if how != "stopped":  # nothing has left this browser yet
        expect(case.page.locator(".waiting-answer")).to_contain_text(
            "will be sent when you are back"
        )
        case.page.get_by_role("button", name="Cancel").click()
        case.press("Yes")
    case.page.wait_for_timeout(2_000)
    come_back()
    expect(case.page.get_by_role("heading", name=VOLUME)).to_be_visible(timeout=BACK_MS)
    expect(case.page.locator(".waiting-answer")).to_have_count(0)
    expect(case.page.locator(".notice")).to_have_count(0)
    assert case.moves() == 1


@pytest.mark.parametrize("ends", ["answered", "killed"])
def test_an_answer_pressed_as_the_server_stops_is_done_once(case, away, live_server, ends):
    come_back = away.go("stopped")
    case.press("Yes")
    expect(case.page.locator(".waiting-answer")).to_have_text("Sending “Yes”…")
    expect(case.banner).to_be_visible(timeout=SAID_MS)
    if ends == "killed":
        come_back = away.go("killed")
        expect(case.page.locator(".waiting-answer")).to_contain_text("will be sent again")
    else:
        case.page.wait_for_timeout(11_000)  # until the browser gives the socket up
    come_back()
    expect(case.page.get_by_role("heading", name=VOLUME)).to_be_visible(timeout=BACK_MS)
    eventually(
        lambda: (
            case.page.evaluate(
                "Object.keys(sessionStorage).filter((key) => key.startsWith('rf-answer')).length"
            )
            == 0
        ),
        seconds=10,
    )
    assert case.moves() == 1


def test_an_answer_outlives_a_reload_and_a_walk_to_another_page(case, away, live_server):
    page = case.page
    page.wait_for_timeout(4_000)  # the other pages are fetched ahead
    come_back = away.go("killed")
    expect(case.banner).to_be_visible(timeout=SAID_MS)
    case.press("Yes")
    page.get_by_role("link", name="Sessions").click()
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()
    come_back()
    expect(page.get_by_text("Your answer in the other session was sent.")).to_be_visible(
        timeout=BACK_MS
    )
    assert case.moves() == 1
    page.go_back()
    expect(page.get_by_role("heading", name=VOLUME)).to_be_visible()

    page.context.set_offline(True)
    expect(case.banner).to_be_visible(timeout=SAID_MS)
    case.press("Works now")
    silence(page)  # what comes back is not heard before the reload
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_role("heading", name="It was muted")).to_be_visible(timeout=BACK_MS)
    assert case.moves() == 2


def test_what_cannot_wait_is_said_not_done(case, away):
    case.page.keyboard.press("1")
    case.page.get_by_role("heading", name=VOLUME).wait_for()
    come_back = away.go("killed")
    expect(case.banner).to_be_visible(timeout=SAID_MS)
    for name in ("Back", "Park"):
        case.press(name)
        expect(case.banner).to_contain_text(f"“{name}” was not done")
    case.press("End here")
    form = case.page.get_by_role("dialog", name="How did it end?")
    form.get_by_label("Next steps").fill("Order a card")
    form.get_by_role("button", name="Complete session").click()
    expect(case.banner).to_contain_text("“Complete session” was not done")
    expect(form.get_by_label("Next steps")).to_have_value("Order a card")
    close_dialog(case.page)
    case.press("Escalate")
    package = case.page.get_by_role("dialog", name="Escalate to the seniors")
    expect(package.get_by_role("button", name="Escalate")).to_be_disabled()
    come_back()
    expect(package).to_contain_text("No sound", timeout=BACK_MS)
    expect(package.get_by_role("button", name="Escalate")).to_be_enabled()
    close_dialog(case.page)
    expect(case.banner).to_be_hidden(timeout=BACK_MS)
    assert case.moves() == 1
    case.press("Back")
    expect(case.page.get_by_role("heading", name=SPEAKER)).to_be_visible()


def test_what_was_pressed_as_the_connection_went_is_said(case, away):
    come_back = away.go("stopped")
    case.press("Park")
    away.go("killed")
    expect(case.banner).to_contain_text("lost before “Park” was confirmed")
    come_back = away._server.start
    come_back()
    expect(case.page.get_by_role("button", name="Park")).to_be_enabled(timeout=BACK_MS)


def test_a_cut_socket_alone_is_nothing_to_worry_about(case):
    cut(case.page)
    case.press("Yes")
    expect(case.page.get_by_role("heading", name=VOLUME)).to_be_visible(timeout=BACK_MS)
    assert case.moves() == 1


def test_a_link_to_a_page_that_is_not_here_yet_stays_inside(case, away):
    case.page.context.set_offline(True)
    expect(case.banner).to_be_visible(timeout=SAID_MS)
    before = case.page.url
    for name in ("Library", "Settings", "ResolutionFlow"):
        case.page.get_by_role("link", name=name).click()
        expect(case.banner).to_contain_text(f"“{name}” cannot be opened yet")
        assert case.page.url == before
    expect(case.page.get_by_role("heading", name=SPEAKER)).to_be_visible()
    case.page.context.set_offline(False)
    expect(case.banner).to_be_hidden(timeout=BACK_MS)
