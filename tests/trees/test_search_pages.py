"""Searching in the library: marked, counted, opened by keys, and kept in the address."""

import re

import pytest
from playwright.sync_api import expect

from rxapp.core.db import Database
from rxapp.trees import service as trees
from tests.support.story import small_tree

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


@pytest.fixture
def library(desk, live_server):
    """The library with two more trees, as a technician sees it."""
    account_id = live_server.cast.technician.actor.account_id
    database = Database(live_server.database_url)
    with database.transaction() as db:
        for tree in (
            small_tree("Printer <b>offline</b>", description="No page comes out"),
            small_tree("Fan noise", body="Clean the printhead with <i>care</i>"),
        ):
            trees.publish(db, account_id, tree, published_by=None)
    database.close()
    return desk.page(live_server.cast.technician)


def test_what_was_found_is_marked_and_counted(library):
    box = library.get_by_label("Search trees")
    box.fill("prnter")
    expect(library.get_by_role("status").filter(has_text="found")).to_have_text("1 tree found")
    expect(library.locator(".tree-card h2 mark")).to_have_text("Printer")
    expect(library.locator(".tree-card b")).to_have_count(0)
    box.fill("printhead")
    expect(library.locator(".found-step mark")).to_have_text("printhead")
    expect(library.locator(".found-step i")).to_have_count(0)
    box.fill("")
    expect(library.locator("mark")).to_have_count(0)


def test_keys_open_a_hit(library):
    box = library.get_by_label("Search trees")
    box.press_sequentially("sound")
    library.keyboard.press("Enter")
    expect(library.get_by_role("dialog", name="Start a session")).to_contain_text("No sound")
    library.keyboard.press("Escape")
    box.fill("printer noise")
    expect(library.locator(".tree-card")).to_have_count(2)
    box.press("ArrowDown")
    expect(library.locator(".tree-card").first).to_be_focused()
    library.keyboard.press("ArrowDown")
    expect(library.locator(".tree-card").nth(1)).to_be_focused()
    library.keyboard.press("ArrowUp")
    library.keyboard.press("ArrowUp")
    expect(box).to_be_focused()


def test_the_search_is_in_the_address(library):
    library.get_by_label("Search trees").fill("printer")
    expect(library.locator("h2 mark")).to_have_text("Printer")
    expect(library).to_have_url(re.compile(r"[?&]q=printer$"))
    library.get_by_role("link", name="Sessions", exact=True).first.click()
    library.wait_for_url("**/sessions")
    library.go_back()
    expect(library.get_by_label("Search trees")).to_have_value("printer")
    expect(library.locator("h2 mark")).to_have_text("Printer")
    library.reload()
    expect(library.get_by_label("Search trees")).to_have_value("printer")
    library.get_by_role("link", name="Sessions", exact=True).first.click()
    library.wait_for_url("**/sessions")
    library.get_by_role("link", name="Library", exact=True).first.click()
    expect(library.get_by_label("Search trees")).to_have_value("")
    library.get_by_label("Search trees").press_sequentially("noise")
    expect(library.locator("h2 mark")).to_have_text("noise")


def test_authors_write_synonyms(desk, live_server):
    page = desk.page(live_server.cast.senior, "/synonyms")
    page.get_by_role("button", name="Add synonyms").click()
    dialog = page.get_by_role("dialog", name="Add synonyms")
    dialog.get_by_role("textbox").fill("muteness")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Write 2 to 20")).to_be_visible()
    dialog.get_by_role("textbox").fill("muteness, no sound")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("muteness, no sound")).to_be_visible()
    page.get_by_role("link", name="Back to the library").click()
    page.get_by_label("Search trees").fill("muteness")
    expect(page.locator(".tree-card h2")).to_have_count(1)
    expect(page.locator(".tree-card h2")).to_have_text("No sound")
