"""The copy buttons put exactly the text on screen on the clipboard."""

import pytest
import yaml
from playwright.sync_api import Page, expect

from rxapp.core.db import Database
from rxapp.trees.importer import read_yaml
from rxapp.trees.service import publish
from tests.support.desk import Desk
from tests.support.dialogs import close_dialog

COMMAND = "Get-AudioDevice -PlaybackVolume"


def at_the_command(page: Page) -> Page:
    page.keyboard.press("1")
    page.get_by_role("heading", name="Turn the volume up").wait_for()
    return page


def copied(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def pasted(page: Page) -> str:
    """What Ctrl+V gives, for pages that may not read the clipboard themselves."""
    scratchpad = page.get_by_label("Scratchpad")
    scratchpad.fill("")
    scratchpad.press("Control+V")
    return scratchpad.input_value()


def test_the_command_is_copied_as_shown(start):
    page = at_the_command(start(permissions=["clipboard-read", "clipboard-write"]))
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert copied(page) == page.locator(".command pre").inner_text() == COMMAND


COMMANDS = {"Look": "dir C:\\\ncd", "Only if it is empty": "rmdir empty", "Afterwards": "exit"}
SEVERAL = yaml.safe_dump(
    {
        "title": "Several commands",
        "start": "run",
        "nodes": [
            {
                "key": "run",
                "kind": "action",
                "title": "Run them one by one",
                "commands": [{"label": name, "text": text} for name, text in COMMANDS.items()],
                "options": [{"label": "Done", "to": "end"}],
            },
            {"key": "end", "kind": "solution", "title": "End", "ending": "solved"},
        ],
    }
)


def test_each_of_several_commands_is_copied_by_itself(desk, live_server):
    technician, database = live_server.cast.technician, Database(live_server.database_url)
    with database.transaction() as db:
        publish(db, technician.actor.account_id, read_yaml(SEVERAL), published_by=None)
    database.close()
    page = desk.page(technician, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Several commands").click()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("heading", name="Run them one by one").wait_for()
    for label, text in COMMANDS.items():
        page.get_by_role("button", name=f"Copy {label}", exact=True).click()
        expect(page.get_by_role("button", name=f"Copied {label}")).to_be_visible()
        assert copied(page) == text
    expect(page.locator(".command pre")).to_have_text(list(COMMANDS.values()))


@pytest.mark.parametrize("chosen", ["Markdown", "Plain text", "HTML", "JSON"])
def test_the_note_is_copied_as_shown(start, chosen):
    page = at_the_command(start(permissions=["clipboard-read", "clipboard-write"]))
    page.get_by_label("Note for this step").fill("Ünïcode → 音, <b>tags</b>\n\n  and lines")
    page.get_by_role("button", name="Ticket note").click()
    note = page.get_by_role("dialog", name="Ticket note")
    note.get_by_role("button", name=chosen).click()
    expect(note.get_by_role("button", name=chosen)).to_have_attribute("aria-pressed", "true")
    note.get_by_role("button", name="Copy note").click()
    expect(note.get_by_role("button", name="Copied")).to_be_visible()
    shown = note.locator("pre").text_content()
    assert "Ünïcode" in shown or "\\u00dc" in shown
    assert copied(page) == shown


@pytest.fixture
def plain_page(browser, plain_server):
    """A session's page without ``navigator.clipboard``."""
    desk = Desk(browser, plain_server)
    page = desk.page(plain_server.cast.technician)
    page.get_by_role("button", name="No sound").click()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("heading", name="Is the speaker plugged in?").wait_for()
    assert page.evaluate("[isSecureContext, navigator.clipboard]") == [False, None]
    yield at_the_command(page)
    desk.close()


def test_without_the_browsers_clipboard_it_is_copied_all_the_same(plain_page):
    page = plain_page
    button = page.get_by_role("button", name="Copy", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    copied_button = page.get_by_role("button", name="Copied")
    expect(copied_button).to_be_focused()
    assert pasted(page) == COMMAND

    page.get_by_role("button", name="Ticket note").click()
    note = page.get_by_role("dialog", name="Ticket note")
    note.get_by_role("button", name="Copy note").click()
    expect(note.get_by_role("button", name="Copied")).to_be_visible()
    shown = note.locator("pre").text_content()
    close_dialog(page)
    assert pasted(page) == shown


def test_a_clipboard_that_refuses_is_gone_around(start):
    page = at_the_command(start())
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error()); }")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert pasted(page) == COMMAND


def test_where_nothing_may_be_copied_the_button_says_so(plain_page):
    plain_page.evaluate("() => { document.execCommand = () => false; }")
    plain_page.get_by_role("button", name="Copy", exact=True).click()
    expect(plain_page.get_by_role("button", name="Copy by hand")).to_be_visible()
