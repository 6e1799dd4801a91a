"""Every dialog opens and closes in the browser, even if the server is late or unreachable."""

import contextlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from rxapp.core.db import Database
from rxapp.core.errors import Conflict
from rxapp.library import synonyms_service
from tests.support.dialogs import close_dialog
from tests.support.queue import Queue
from tests.support.screens import SIGNED_IN
from tests.support.server import ROOT
from tests.support.slow_socket import make_late, silence
from tests.support.story import SILENT, YES, Story

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)

AT_ONCE_MS = 1_000
"""A dialog needs milliseconds; a busy machine gets more, but less than a late answer takes."""

CLOSED_BY = ("Escape", "Close", "its own button")


@pytest.fixture
def story(live_server) -> Iterator[Story]:
    database = Database(live_server.database_url)
    yield Story(database, live_server.cast)
    database.close()


def paths(story: Story) -> list[tuple[str, str]]:
    """Who opens which address: every screen with an address of its own, and the cases."""
    owner, case = "owner", "technician"
    with contextlib.suppress(Conflict):  # an earlier test has added them
        story.do(synonyms_service.add, story.cast.owner.actor, ["till", "cash register"])
    ended = story.start()
    story.walk(ended, YES, SILENT)
    claimed = story.claimed()
    return [
        *((owner, route) for route in SIGNED_IN),
        (case, f"/sessions/{story.start()}"),
        (case, f"/sessions/{ended}"),
        ("senior", f"/sessions/{claimed.session_id}"),
        ("senior", f"/escalations/{claimed.id}"),
    ]


def open_page(desk, person, path: str, *, late: int = 0) -> Page:
    context = desk.context(person)
    make_late(context, late)
    page = context.new_page()
    page.on("pageerror", lambda error: desk.errors.append(str(error)))
    page.goto(path)
    page.get_by_role("heading", level=1).first.wait_for()
    page.locator(".skeleton").first.wait_for(state="detached")
    return page


def dialog_of(page: Page, name: str) -> Locator:
    return page.locator(f"dialog[data-dialog='{name}']")


def close(page: Page, dialog: Locator, how: str) -> bool:
    """Close the dialog that way; false if it has no button of its own."""
    if how == "Escape":
        page.keyboard.press("Escape")
        return True
    if how == "Close":
        dialog.get_by_role("button", name="Close").click()
        return True
    own = dialog.locator(".modal-body [data-closes]")
    if own.count():
        own.first.click()
    return bool(own.count())


def open_and_close_all(page: Page) -> set[str]:
    """Open every dialog that the page offers and close it in every way; returns their names."""
    openers = page.locator("[data-opens]:visible:enabled")
    names = {each.get_attribute("data-opens") for each in openers.all()}
    for name in sorted(names):
        dialog = dialog_of(page, name)
        for how in CLOSED_BY:
            opener = page.locator(f"[data-opens='{name}']:visible:enabled").first
            opener.click()
            expect(dialog).to_be_visible(timeout=AT_ONCE_MS)
            if close(page, dialog, how):
                expect(dialog).to_be_hidden(timeout=AT_ONCE_MS)
                expect(opener).to_be_focused()
            else:
                close_dialog(page)
    return names


def open_and_close_all_of_a_menu(page: Page) -> set[str]:
    """Do the same with the dialogs that the first menu of the page opens."""
    button = page.locator("[aria-haspopup='menu']:visible").first
    if not button.count():
        return set()
    items = page.locator("[role='menu'] [data-opens]")
    button.click()
    names = {each.get_attribute("data-opens") for each in items.all()}
    page.keyboard.press("Escape")
    for name in sorted(names):
        for how in CLOSED_BY:
            button.click()
            page.locator(f"[role='menu'] [data-opens='{name}']").click()
            dialog = dialog_of(page, name)
            expect(dialog).to_be_visible(timeout=AT_ONCE_MS)
            if not close(page, dialog, how):
                page.keyboard.press("Escape")
            expect(dialog).to_be_hidden(timeout=AT_ONCE_MS)
            expect(button).to_be_focused()
    return names


NAMED_BY_CALLERS = {
    *("deactivate", "remove", "new-tree", "new-from-starter", "new-from-copy"),
    *("rename-category", "rename-tag", "merge-category", "merge-tag"),
    *("add-synonyms", "change-synonyms"),
}
"""Several of one kind, whose names do not stand beside their titles."""

TRIED_ELSEWHERE = {"take", "discard", "new-from-starter", "new-from-copy"}
"""On the page of one tree, and opened from within another dialog: tests of other packages."""


def declared() -> set[str]:
    """The names of all dialogs in the sources."""
    dialog = re.compile(r'\bname="?([\w-]+)"?,\s+title=')
    found = {
        name for each in (ROOT / "rxapp").rglob("*.py") for name in dialog.findall(each.read_text())
    }
    return (found - {"name"}) | NAMED_BY_CALLERS


def test_every_dialog_of_every_screen_with_the_server_away(desk, live_server, story):
    seen: set[str] = set()
    for who, path in paths(story):
        page = open_page(desk, live_server.cast.person(who), path)
        silence(page)
        seen |= open_and_close_all(page) | open_and_close_all_of_a_menu(page)
        page.context.close()
    assert seen | TRIED_ELSEWHERE == declared()


def test_a_late_server_neither_holds_a_dialog_up_nor_fills_it_with_another_ones_words(
    desk, live_server, story
):
    late = 3_000
    page = open_page(
        desk, live_server.cast.person("technician"), f"/sessions/{story.start()}", late=late
    )
    page.keyboard.press("e")
    form = dialog_of(page, "escalate")
    wanted = form.get_by_label("What do you want from the senior?")
    expect(wanted).to_be_focused(timeout=AT_ONCE_MS)
    submit = form.get_by_role("button", name="Escalate", exact=True)
    expect(submit).to_be_disabled()  # the package is shown before it goes
    wanted.fill("Which card?")
    page.keyboard.press("Escape")
    expect(form).to_be_hidden(timeout=AT_ONCE_MS)
    page.keyboard.press("e")
    expect(wanted).to_have_value("Which card?", timeout=AT_ONCE_MS)
    submit.click(timeout=4 * late)
    expect(page.get_by_text("Waiting for a senior").first).to_be_visible(timeout=4 * late)
    expect(form).to_be_hidden()


def test_a_dialog_shows_what_it_was_opened_for(desk, live_server):
    page = open_page(desk, live_server.cast.person("owner"), "/members")
    cast = live_server.cast
    for person in (cast.technician, cast.senior):
        row = page.locator(f"[data-member='{person.email}']")
        row.get_by_role("button", name="Password").click()
        reset = dialog_of(page, "reset")
        expect(reset).to_contain_text(person.actor.name)
        expect(reset.locator("code")).to_have_count(0)
        reset.get_by_role("button", name="Create a reset link").click()
        expect(reset.locator("code")).to_contain_text("/reset#")
        reset.get_by_role("button", name="Done").click()
        expect(reset).to_be_hidden(timeout=AT_ONCE_MS)
    assert "/reset#" not in page.content()


def test_a_refusal_lies_above_the_dialog_that_it_is_about(desk, live_server):
    cast = live_server.cast
    page = open_page(desk, cast.admin, "/members")
    page.get_by_role("button", name="Invite", exact=True).click()
    invite = dialog_of(page, "invite")
    email = invite.get_by_label("Email")
    email.fill(cast.senior.email)
    invite.get_by_role("button", name="Invite", exact=True).click()
    said = invite.get_by_role("alert").get_by_text("already in use")
    expect(said).to_be_visible()
    invite.get_by_role("button", name="Dismiss").click()
    expect(said).to_be_hidden()
    expect(email).to_have_value(cast.senior.email)


def test_what_arrives_while_a_dialog_is_open_can_be_opened_from_there(desk, live_server):
    page = open_page(desk, live_server.cast.senior, "/")
    page.get_by_role("button", name="Keys").click()
    keys = dialog_of(page, "keys")
    expect(keys).to_be_visible()
    Queue(live_server).escalate("It arrives over a dialog")
    keys.get_by_role("link", name="1 new escalation").click()
    page.wait_for_url("**/escalations/*")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_lost_connection_is_said_above_a_dialog_and_still_after_it(desk, live_server):
    page = open_page(desk, live_server.cast.senior, "/")
    page.get_by_role("button", name="Keys").click()
    keys = dialog_of(page, "keys")
    expect(keys).to_be_visible()
    silence(page)
    said = page.get_by_text("The server is not answering.")
    expect(keys.get_by_text("The server is not answering.")).to_be_visible()
    close_dialog(page)
    expect(said).to_be_visible()


def test_a_form_sent_twice_is_taken_once(desk, live_server):
    page = open_page(desk, live_server.cast.person("senior"), "/", late=1_000)
    page.get_by_role("button", name="No sound").click()
    page.get_by_label("Ticket number").fill("T-TWICE")
    page.get_by_role("button", name="Start", exact=True).dblclick()
    page.wait_for_url("**/sessions/*", timeout=15_000)
    page.goto("/sessions")
    expect(page.get_by_text("T-TWICE")).to_have_count(1, timeout=15_000)


def test_a_dialog_closes_with_its_page(desk, live_server, story):
    session_id = story.start()
    page = desk.page(live_server.cast.technician, "/sessions")
    page.locator(f"a[href$='{session_id}']").click()
    page.get_by_role("button", name="End here").click()
    expect(dialog_of(page, "ending")).to_be_visible()
    page.go_back()
    page.wait_for_url(re.compile("/sessions/?$"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.go_forward()
    page.get_by_role("button", name="End here").wait_for()
    expect(page.get_by_role("dialog")).to_have_count(0)
