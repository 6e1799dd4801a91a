"""What people type: whose it is, that none of it is lost, and that "Saved" is true."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from rxapp.core.db import Database
from rxapp.sessions.queries import record
from rxapp.sessions.views import SessionRecord
from tests.support.cast import Person
from tests.support.databases import NewDatabase
from tests.support.dialogs import close_dialog
from tests.support.net import eventually
from tests.support.server import Server, with_cast
from tests.support.story import said

SAVES = "**/auth/browser/texts/**"
NOTE, PAD = "Note for this step", "Scratchpad"
VOLUME = "Turn the volume up"


@pytest.fixture(scope="module")
def live_server(new_database: NewDatabase) -> Iterator[Server]:
    yield from with_cast(new_database("sqlite"))


@pytest.fixture
def case(live_server: Server) -> Callable[..., SessionRecord]:
    """What the database has of the session that a page shows."""

    def read(page: Page, by: Person | None = None, at: str = "") -> SessionRecord:
        database = Database(live_server.database_url)
        session_id = UUID((at or page.url).rpartition("/")[2])
        with database.reading() as db:
            found = record(db, (by or live_server.cast.senior).actor, session_id)
        database.close()
        return found

    return read


def status(page: Page, label: str = NOTE):
    return page.locator(".autosave", has=page.get_by_label(label)).locator("[data-status]")


def sign_in(context: BrowserContext, server: Server, person: Person) -> None:
    cookie = {"name": "rf_login", "value": person.cookie, "url": server.base}
    context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])


def refuse(route) -> None:
    route.abort()


# Whose it is


def test_a_note_stays_the_technicians_when_a_senior_answers(desk, live_server, start):
    page = start()
    page.get_by_label(NOTE).fill("It hums")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    package = page.get_by_role("dialog", name="Escalate to the seniors")
    expect(package).to_contain_text("It hums")
    package.get_by_label("What do you want from the senior?").fill("Which card?")
    package.get_by_role("button", name="Escalate", exact=True).click()
    page.get_by_text("Waiting for a senior").first.wait_for()
    senior = desk.page(live_server.cast.senior, page.url)
    senior.get_by_role("button", name="Claim").first.click()
    senior.wait_for_url("**/escalations/*")
    senior.get_by_role("link", name="Continue").click()
    figure = senior.locator("figure", has_text="It hums")
    expect(figure).to_contain_text("Technician")
    expect(senior.get_by_label(NOTE)).to_have_value("")
    senior.get_by_label(NOTE).fill("New card")
    senior.get_by_role("button", name="Yes").click()
    senior.get_by_role("heading", name=VOLUME).wait_for()
    senior.get_by_role("button", name="Ticket note").click()
    note = senior.get_by_role("dialog", name="Ticket note").locator("pre")
    expect(note).to_contain_text("Technician, ")
    text = note.inner_text()
    heads = [line for line in text.splitlines() if line.startswith("   > *")]
    assert [head.partition(",")[0] for head in heads] == ["   > *Technician", "   > *Senior"]
    assert text.index("It hums") < text.index("New card")


def test_text_kept_in_a_browser_is_shown_and_saved_as_nobody_elses(desk, live_server, start, case):
    page = start()
    page.context.route(SAVES, refuse)
    page.get_by_label(NOTE).fill("Only mine")
    expect(status(page)).to_have_text("Kept here, not saved yet")
    sign_in(page.context, live_server, live_server.cast.senior)
    page.context.unroute(SAVES)
    # The open page is still the technician's: it says so, and nothing is saved as the senior's.
    page.get_by_label(NOTE).press_sequentially("!")
    expect(page.get_by_text("Somebody else is signed in here now.")).to_be_visible()
    page.reload()
    page.get_by_role("heading", name="Is the speaker plugged in?").wait_for()
    expect(page.get_by_text("Only mine")).to_have_count(0)
    assert case(page).notes == []
    sign_in(page.context, live_server, live_server.cast.technician)
    page.reload()
    expect(page.get_by_label(NOTE)).to_have_value("Only mine!")
    expect(status(page)).to_have_text("Saved")
    assert said(case(page).notes) == [("Technician", "Only mine!")]


# Two at once


def test_another_tab_shows_what_was_saved_and_both_are_kept(start):
    page = start()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label(NOTE).wait_for()
    page.get_by_label(NOTE).fill("X")
    expect(other.get_by_label(NOTE)).to_have_value("X")
    other.get_by_label(NOTE).press("End")
    other.get_by_label(NOTE).press_sequentially(", then Y")
    expect(page.get_by_label(NOTE)).to_have_value("X, then Y")
    for tab, words in ((page, " one"), (other, " two")):
        tab.get_by_label(PAD).press_sequentially(words)
    for tab in (page, other):
        expect(tab.get_by_label(PAD)).to_have_value(re.compile("one.*two|two.*one", re.DOTALL))


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("Keep mine", "Hot"), ("Keep theirs", "Damp"), ("Keep both", "Damp\nHot")],
)
def test_two_changes_of_one_text_are_asked_about(desk, live_server, start, choice, kept):
    page = start()
    page.get_by_label(PAD).fill("Dusty")
    expect(status(page, PAD)).to_have_text("Saved")
    other = desk.page(live_server.cast.technician, page.url)
    expect(other.get_by_label(PAD)).to_have_value("Dusty")
    other.context.route(SAVES, refuse)
    other.get_by_label(PAD).fill("Hot")
    expect(status(other, PAD)).to_have_text("Kept here, not saved yet")
    page.get_by_label(PAD).fill("Wet")
    expect(status(page, PAD)).to_have_text("Saved")
    other.context.unroute(SAVES)
    question = other.get_by_role("group", name="Two versions of this text")
    expect(question).to_contain_text("Wet", timeout=15_000)
    expect(question).to_contain_text("Hot")
    # A third change while it is asked: the newest is shown, and nothing was dropped.
    page.get_by_label(PAD).fill("Damp")
    expect(question).to_contain_text("Damp")
    other.reload()
    expect(question).to_contain_text("Damp")
    question.get_by_role("button", name=choice).click()
    expect(question).to_have_count(0)
    for tab in (other, page):
        expect(tab.get_by_label(PAD)).to_have_value(kept)


# Nothing is lost


def test_saved_is_said_when_the_server_has_it(start, case):
    page = start()
    waiting: list = []
    page.context.route(SAVES, lambda route: waiting.append(route))
    page.get_by_label(NOTE).fill("Dusty")
    expect(status(page)).to_have_text("Saving…")
    eventually(lambda: page.wait_for_timeout(50) or waiting, what="the request")
    assert case(page).notes == []
    waiting.pop().continue_()
    expect(status(page)).to_have_text("Saved")
    assert said(case(page).notes) == [("Technician", "Dusty")]


def test_a_killed_server_a_closed_tab_and_a_sign_out_lose_nothing(start, live_server, case):
    page = start()
    url = page.url
    page.context.set_offline(True)
    page.get_by_label(NOTE).fill("Without a network")
    expect(status(page)).to_have_text("Kept here, not saved yet")
    context = page.context
    with page.expect_event("close"):
        page.close(run_before_unload=True)  # as a person closes it, not as a crash does
    context.set_offline(False)
    library = context.new_page()
    library.goto("/")  # any page takes up what a closed one left behind
    eventually(
        lambda: (
            library.wait_for_timeout(100)
            or said(case(library, at=url).notes) == [("Technician", "Without a network")]
        ),
        what="the text to be saved from another page",
    )
    again = context.new_page()
    again.goto(url)
    again.get_by_label(NOTE).wait_for()
    live_server.kill()
    again.get_by_label(NOTE).fill("Without a server")
    expect(status(again)).to_have_text("Kept here, not saved yet")
    live_server.start()
    expect(status(again)).to_have_text("Saved", timeout=20_000)
    context.route(SAVES, refuse)
    again.get_by_label(NOTE).fill("Signed out")
    expect(status(again)).to_have_text("Kept here, not saved yet")
    context.clear_cookies()
    again.goto("/sign-in")
    context.unroute(SAVES)
    sign_in(context, live_server, live_server.cast.technician)
    again.goto(url)
    expect(again.get_by_label(NOTE)).to_have_value("Signed out")
    eventually(
        lambda: (
            again.wait_for_timeout(100) or said(case(again).notes) == [("Technician", "Signed out")]
        ),
        what="the text to be saved after signing in again",
    )


@pytest.mark.parametrize("how", ["Park", "Escalate"])
def test_a_handoff_waits_for_what_is_typed(start, how, live_server, case):
    page = start()
    page.context.route(SAVES, lambda route: page.wait_for_timeout(700) or route.continue_())
    page.get_by_label(NOTE).fill("Just before")
    if how == "Park":
        page.get_by_role("button", name="Park").click()
        expect(page.get_by_text("Parked. Only you can see it.")).to_be_visible()
    else:
        page.get_by_role("button", name="Escalate", exact=True).first.click()
        dialog = page.get_by_role("dialog", name="Escalate to the seniors")
        expect(dialog).to_contain_text("Just before")
        return
    found = case(page, live_server.cast.technician)
    assert said(found.notes) == [("Technician", "Just before")]


def test_a_text_that_comes_after_the_handoff_is_still_its_writers(start, live_server, case):
    page = start()
    page.context.route(SAVES, refuse)
    page.get_by_label(NOTE).fill("Came late")
    page.get_by_label(PAD).fill("Port 14B")
    page.get_by_role("button", name="Escalate", exact=True).first.click()
    dialog = page.get_by_role("dialog", name="Escalate to the seniors")
    dialog.get_by_label("What do you want from the senior?").fill("Help")
    dialog.get_by_role("button", name="Escalate", exact=True).click()
    page.get_by_text("Waiting for a senior").first.wait_for()
    page.context.unroute(SAVES)
    unsaved = page.get_by_role("group", name="Text that is not saved")
    expect(unsaved).to_contain_text("Port 14B", timeout=15_000)
    unsaved.get_by_role("button", name="Add to my notes").click()
    expect(unsaved).to_have_count(0)
    eventually(
        lambda: (
            page.wait_for_timeout(100)
            or sorted(said(case(page).notes)[0][1].split("\n")) == ["Came late", "Port 14B"]
        ),
        what="both texts",
    )
    assert said(case(page).notes)[0][0] == "Technician"


# What a page left behind


def kept(page: Page) -> dict[str, dict]:
    """What the browser keeps of texts that are not saved, by its place."""
    return page.evaluate(
        """() => Object.fromEntries(Object.entries(localStorage)
            .filter(([key]) => key.startsWith("rf-text:"))
            .map(([key, value]) => [key, JSON.parse(value)]))"""
    )


def leave_behind(page: Page, text: str, **values: object) -> None:
    """Put there what a closed page would have kept of the first step's note."""
    page.evaluate(
        """([text, values]) => {
            const owner = Object.keys(localStorage).find((key) => key.includes("|note:"));
            const place = owner.split("|").slice(0, 2).join("|") + "|closed";
            const now = Date.now();
            const kept = { text, was: "", base: 0, sent: null, left: true, at: now, typedAt: now };
            localStorage.setItem(place, JSON.stringify({ ...kept, ...values }));
        }""",
        [text, values],
    )


def test_a_duplicated_tab_shares_no_unsaved_words_with_its_original(start, case):
    page = start()
    page.context.route(SAVES, refuse)
    page.get_by_label(NOTE).fill("First")
    expect(status(page)).to_have_text("Kept here, not saved yet")
    with page.context.expect_page() as opened:
        page.evaluate("void window.open(location.href)")  # it starts with a copy of sessionStorage
    copy = opened.value
    copy.get_by_role("heading", name="Is the speaker plugged in?").wait_for()
    expect(copy.get_by_label(NOTE)).to_be_enabled()
    expect(copy.get_by_label(NOTE)).to_have_value("")
    copy.get_by_label(NOTE).fill("Second")
    expect(status(copy)).to_have_text("Kept here, not saved yet")
    assert sorted(each["text"] for each in kept(page).values()) == ["First", "Second"]
    page.context.unroute(SAVES)
    eventually(
        lambda: (
            sorted(said(case(page).notes)[0][1].split() if case(page).notes else [])
            == ["First", "Second"]
        ),
        what="both to be saved",
    )


def test_what_a_closed_page_left_comes_into_the_open_field(start, case):
    page = start()
    page.context.route(SAVES, refuse)
    page.get_by_label(NOTE).fill("x")
    expect(status(page)).to_have_text("Kept here, not saved yet")
    leave_behind(page, "Left behind")
    page.context.unroute(SAVES)
    page.get_by_label(NOTE).fill("")
    expect(page.get_by_label(NOTE)).to_have_value("Left behind", timeout=20_000)
    expect(status(page)).to_have_text("Saved")
    assert said(case(page).notes) == [("Technician", "Left behind")]


def test_unsaved_words_grow_old_from_when_they_were_typed(start, case):
    page = start()
    page.context.route(SAVES, refuse)
    page.get_by_label(NOTE).fill("New")
    expect(status(page)).to_have_text("Kept here, not saved yet")
    [first] = kept(page).values()
    eventually(
        lambda: next(iter(kept(page).values()))["at"] > first["at"] + 1000, what="the next beat"
    )
    assert next(iter(kept(page).values()))["typedAt"] == first["typedAt"]
    leave_behind(page, "From last month", typedAt=first["typedAt"] - 31 * 24 * 3600 * 1000)
    page.context.unroute(SAVES)
    page.reload()
    expect(page.get_by_label(NOTE)).to_have_value("New")
    expect(status(page)).to_have_text("Saved")
    assert said(case(page).notes) == [("Technician", "New")]
    eventually(lambda: kept(page) == {}, what="nothing to be kept")


# Too long, and kept until done


def test_what_is_too_long_is_said_kept_whole_and_not_saved(start, case):
    page = start()
    page.get_by_label(NOTE).fill("x" * 25_000)
    expect(page.get_by_text("5,000 characters too long. The limit is 20,000.")).to_be_visible()
    expect(status(page)).to_have_text("Not saved")
    page.get_by_role("button", name="Ticket note").click()
    expect(page.get_by_label(NOTE)).to_be_focused()
    page.reload()
    expect(page.get_by_label(NOTE)).to_have_value("x" * 25_000)
    assert case(page).notes == []
    page.get_by_label(NOTE).fill("x" * 19_990)
    expect(page.get_by_text("10 characters left")).to_be_visible()
    expect(status(page)).to_have_text("Saved")


def test_a_dialog_that_is_closed_keeps_what_was_typed_until_it_is_done(desk, live_server):
    page = desk.page(live_server.cast.technician)
    page.get_by_role("button", name="No sound").click()
    page.get_by_label("Ticket number").fill("T-" + "7" * 100)
    page.get_by_label("Client").fill("Client Ltd")
    close_dialog(page)
    page.reload()
    page.get_by_role("button", name="No sound").click()
    expect(page.get_by_label("Client")).to_have_value("Client Ltd")
    expect(page.get_by_text("22 characters too long. The limit is 80.")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("dialog", name="Start a session")).to_be_visible()
    page.get_by_label("Ticket number").fill("T-7")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/sessions/*")
    page.get_by_role("heading", name="Is the speaker plugged in?").wait_for()

    page.keyboard.press("e")
    wanted = page.get_by_label("What do you want from the senior?")
    wanted.fill("Which card?")
    page.get_by_role("radio", name="Urgent").check()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(wanted).to_be_hidden()
    page.keyboard.press("e")
    expect(wanted).to_have_value("Which card?")
    expect(page.get_by_role("radio", name="Urgent")).to_be_checked()
    close_dialog(page)

    page.get_by_role("button", name="End here").click()
    page.get_by_role("radio", name="Workaround").check()
    page.get_by_label("Next steps").fill("Order a card")
    page.get_by_role("dialog").get_by_role("button", name="Not yet").click()
    expect(page.get_by_label("Next steps")).to_be_hidden()
    page.get_by_role("button", name="End here").click()
    expect(page.get_by_label("Next steps")).to_have_value("Order a card")
    expect(page.get_by_role("radio", name="Workaround")).to_be_checked()

    page.goto("/")
    page.get_by_role("button", name="No sound").click()
    expect(page.get_by_label("Ticket number")).to_have_value("")


def test_what_was_refused_is_kept_however_soon_one_leaves(desk, live_server):
    page = desk.page(live_server.cast.technician, "/sessions")
    page.get_by_role("heading", level=1).first.wait_for()
    page.get_by_role("link", name="Library").first.click()
    page.get_by_role("button", name="No sound").click()
    page.get_by_label("Ticket number").fill("T-" + "7" * 100)
    page.get_by_label("Client").fill("Client Ltd")
    page.get_by_role("button", name="Start", exact=True).click()
    page.go_back()
    page.wait_for_url(re.compile("/sessions/?$"))
    page.goto("/")
    page.get_by_role("button", name="No sound").click()
    expect(page.get_by_label("Client")).to_have_value("Client Ltd")


def test_an_invitation_that_is_closed_keeps_its_address(desk, live_server):
    page = desk.page(live_server.cast.admin, "/members")
    page.get_by_role("button", name="Invite").first.click()
    page.get_by_label("Email").fill("new.person@example.com")
    close_dialog(page)
    page.get_by_role("button", name="Invite").first.click()
    expect(page.get_by_label("Email")).to_have_value("new.person@example.com")


def test_a_browser_that_keeps_nothing_says_so(start):
    page = start()
    page.evaluate("void (Storage.prototype.setItem = () => { throw new Error('full'); })")
    page.context.route(SAVES, refuse)
    page.get_by_label(NOTE).fill("Nowhere to go")
    expect(page.get_by_text("This browser cannot keep this text.")).to_be_visible()
    page.context.unroute(SAVES)
    expect(status(page)).to_have_text("Saved", timeout=15_000)


def test_no_field_of_the_app_cuts_what_is_put_into_it(desk, live_server):
    person = live_server.cast.owner
    for path in ("/", "/settings", "/members", "/account", "/sign-in", "/register"):
        page = desk.page(None if path in ("/sign-in", "/register") else person, path)
        page.get_by_role("heading", level=1).first.wait_for()
        if path == "/members":
            page.get_by_role("button", name="Invite").first.click()
        page.locator("input:visible").first.wait_for()
        assert page.locator("input[maxlength], textarea[maxlength]").count() == 0, path
