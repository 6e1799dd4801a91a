"""The update of a starter: found on the card, read, taken over, undone, skipped."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from rxapp.core.db import Database
from rxapp.trees.models import Tree
from tests.library.test_pages import card_of, choose

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)

TITLE = "PC is slow"


@pytest.fixture
def page(desk, live_server) -> Page:
    """The library of somebody whose tree came from a starter with other content."""
    page = desk.page(live_server.cast.senior)
    page.get_by_role("button", name="New tree").click()
    dialog = page.get_by_role("dialog", name="New tree")
    dialog.get_by_role("button", name="A starter").click()
    dialog.get_by_role("combobox", name="Starter").select_option("pc-slow")
    dialog.get_by_label("Title").fill(TITLE)
    dialog.get_by_role("button", name="Create").click()
    page.wait_for_url("**/edit")
    database = Database(live_server.database_url)
    with database.transaction() as db:
        db.execute(update(Tree).where(Tree.title == TITLE).values(starter_digest="older"))
    database.close()
    page.goto("/?show=drafts")
    return page


def test_an_update_is_read_taken_undone_and_skipped(page):
    expect(card_of(page, TITLE).get_by_text("Update available")).to_be_visible()
    choose(page, TITLE, "See the update")
    page.wait_for_url("**/starter")
    expect(page.get_by_role("heading", name="Starter update")).to_be_visible()
    expect(page.get_by_text("Your account has changed this tree")).to_be_visible()
    expect(page.get_by_text("Nothing differs.")).to_be_visible()
    page.get_by_role("button", name="Take as the draft").press("Enter")
    expect(page.get_by_text("The update is the draft now.")).to_be_visible()
    expect(page.get_by_role("link", name="Review and publish")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Take as the draft")).to_be_visible()
    page.get_by_role("button", name="Skip this update").click()
    page.wait_for_url("**/")
    page.goto("/?show=drafts")
    expect(card_of(page, TITLE)).to_be_visible()
    expect(card_of(page, TITLE).get_by_text("Update available")).to_have_count(0)
    page.go_back()
    page.go_back()
    expect(page.get_by_text("There is no update for this tree")).to_be_visible()
