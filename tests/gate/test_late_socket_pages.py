"""With the websocket seconds late, a page shows, answers, claims and saves only its own row."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rxapp.core.db import Database
from rxapp.handoffs.views import HandoffRow
from tests.support.net import eventually
from tests.support.slow_socket import make_late
from tests.support.story import NO, YES, Story

LATE = pytest.mark.parametrize("late", [1_000, 3_000], ids=["1 s late", "3 s late"])

WATCH = """
([words]) => {
  window.__strangers = [];
  let before = "";
  const look = () => {
    const own = location.pathname.split("/").pop();
    const main = document.querySelector("main");
    const fields = [...main.querySelectorAll("input, textarea")].map((field) => field.value);
    const text = `${main.innerText} ${fields.join(" ")}`;
    const seen = Object.entries(words)
      .filter(([id, word]) => location.pathname.match(/.\\/./) && id !== own && text.includes(word))
      .map(([id, word]) => `${word} under ${location.pathname}`)
      .join();
    // The address is there a frame before the page is.
    if (seen && seen === before) window.__strangers.push(seen);
    before = seen;
    setTimeout(look, 50);
  };
  look();
}
"""


@pytest.fixture
def story(live_server) -> Story:
    return Story(Database(live_server.database_url), live_server.cast)


def watch(page: Page, **words: str) -> Callable[[], None]:
    """Watch whether a page ever shows the words of another page; call the result at the end.

    ``words`` says which words belong to which id.
    """
    page.evaluate(WATCH, [words])

    def check() -> None:
        assert page.evaluate("window.__strangers") == []

    return check


def seqs(story: Story, *session_ids: object) -> list[int]:
    return [story.case(each).seq for each in session_ids]


def open_late(desk, person, path: str, late: int) -> Page:
    context = desk.context(person)
    make_late(context, late)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: desk.errors.append(str(error)))
    page.goto(path)
    return page


def press_everything(page: Page) -> None:
    """Act like a person in a hurry: keys for answers, a note, back, the end, the claim."""
    for key in ("1", "2", "b", "n", "x", "e"):
        page.keyboard.press(key)
    for name in ("Yes", "No", "Works now", "Claim", "Park", "Ticket note", "End here", "Continue"):
        page.evaluate(
            """(name) => document.querySelectorAll("main button, main a")
                 .forEach((each) => each.innerText.includes(name) && each.click())""",
            name,
        )


@LATE
def test_a_session_under_its_own_address_alone(desk, live_server, story, late):
    technician = live_server.cast.technician
    first = story.start(ticket_number="T-FIRST", client_name="First client")
    story.walk(first, NO)
    second = story.start(ticket_number="T-SECOND", client_name="Second client")
    page = open_late(desk, technician, f"/sessions/{first}", late)
    expect(page.get_by_role("heading", name="Plug it in")).to_be_visible(timeout=30_000)
    check = watch(page, **{str(first): "T-FIRST", str(second): "T-SECOND"})
    before = seqs(story, first, second)

    page.get_by_role("link", name="Sessions").first.click()
    page.locator(f"a[href$='{second}']").click()
    expect(page.get_by_role("heading", name="Opening the session…")).to_be_visible()
    press_everything(page)
    expect(page.get_by_label("Ticket number")).to_have_value("T-SECOND", timeout=30_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert seqs(story, first, second) == before
    assert [story.case(each).notes for each in (first, second)] == [[], []]

    page.evaluate("history.go(-2)")  # first
    page.wait_for_url(f"**/{first}")
    page.evaluate("history.go(2)")  # and second again, before first has come
    page.wait_for_url(f"**/{second}")
    expect(page.get_by_label("Ticket number")).to_have_value("T-SECOND", timeout=30_000)
    page.go_back()
    page.go_back()
    page.wait_for_url(f"**/{first}")
    press_everything(page)
    expect(page.get_by_label("Ticket number")).to_have_value("T-FIRST", timeout=30_000)
    assert seqs(story, first, second) == before
    check()

    page.get_by_role("button", name="Works now").click()
    expect(page.get_by_role("heading", name="It was unplugged")).to_be_visible(timeout=30_000)
    assert seqs(story, first, second) == [before[0] + 1, before[1]]


@LATE
def test_an_escalation_under_its_own_address_alone(desk, live_server, story, late):
    first, second = (_escalation(story, name) for name in ("FIRST", "SECOND"))
    page = open_late(desk, live_server.cast.senior, f"/escalations/{first.id}", late)
    expect(page.get_by_text("Wanted FIRST").first).to_be_visible(timeout=30_000)
    check = watch(page, **{str(first.id): "Wanted FIRST", str(second.id): "Wanted SECOND"})

    page.get_by_role("link", name="Inbox").first.click()
    page.locator(f"a[href$='{second.id}']").click()
    expect(page.get_by_role("heading", name="Opening the escalation…")).to_be_visible()
    press_everything(page)
    expect(page.get_by_text("Wanted SECOND").first).to_be_visible(timeout=30_000)
    assert _status(story, first, second) == ["open", "open"]

    page.go_back()
    page.go_back()
    page.wait_for_url(f"**/{first.id}")
    press_everything(page)
    expect(page.get_by_text("Wanted FIRST").first).to_be_visible(timeout=30_000)
    assert _status(story, first, second) == ["open", "open"]
    check()

    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_role("button", name="Hand back")).to_be_visible(timeout=30_000)
    assert _status(story, first, second) == ["claimed", "open"]
    check()


def test_a_late_claim_leads_nobody_away_from_the_page_they_went_to(desk, live_server, story):
    wanted = _escalation(story, "THIRD")
    page = open_late(desk, live_server.cast.senior, "/inbox", 1_000)
    row = page.locator(f'[data-handoff="{wanted.id}"]')
    row.get_by_role("button", name="Claim").click(timeout=30_000)
    page.get_by_role("link", name="Library").first.click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible(timeout=30_000)
    eventually(lambda: page.evaluate("sessionStorage.getItem('rf-went')"), what="the answer")
    expect(page.get_by_role("heading", name="Library")).to_be_visible()
    assert page.url.rstrip("/") == live_server.base
    assert _status(story, wanted) == ["claimed"]


def test_an_older_escalation_does_not_become_the_newest_of_its_session(desk, live_server, story):
    older = _escalation(story, "OLDER")
    page = desk.page(live_server.cast.senior, f"/escalations/{older.id}")
    page.get_by_text("Wanted OLDER").first.wait_for()
    technician = desk.page(live_server.cast.technician, f"/sessions/{older.session_id}")
    technician.get_by_role("button", name="Withdraw and continue").click()
    expect(page.get_by_text("Withdrawn by Technician").first).to_be_visible()
    story.escalate(older.session_id, reason="Wanted NEWER")
    expect(technician.get_by_text("Waiting for a senior").first).to_be_visible()
    technician.wait_for_timeout(500)
    expect(page.get_by_text("Wanted OLDER").first).to_be_visible()
    expect(page.get_by_text("Wanted NEWER")).to_have_count(0)
    expect(page.get_by_role("button", name="Claim")).to_have_count(0)


def _escalation(story: Story, name: str) -> HandoffRow:
    session_id = story.start(ticket_number=f"T-{name}")
    story.walk(session_id, YES)
    return story.escalate(session_id, reason=f"Wanted {name}")


def _status(story: Story, *handoffs: HandoffRow) -> list[str]:
    return [story.progress(each).handoff.status for each in handoffs]
