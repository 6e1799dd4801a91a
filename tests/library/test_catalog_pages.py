"""Categories and tags, renamed by mouse and merged by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.library.test_pages import card_of

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def test_a_category_is_renamed_and_a_tag_merged(desk, live_server):
    page = desk.page(live_server.cast.senior)
    page.get_by_role("link", name="Categories and tags").click()
    page.wait_for_url("**/categories")
    page.get_by_role("button", name="Rename Devices").click()
    dialog = page.get_by_role("dialog", name="Rename a category")
    expect(dialog.get_by_label("New name")).to_have_value("Devices")
    dialog.get_by_label("New name").fill("Hardware")
    dialog.get_by_role("button", name="Rename").click()
    expect(page.locator("[data-name='Hardware']").get_by_text("1 tree")).to_be_visible()
    expect(page.locator("[data-name='Devices']")).to_have_count(0)

    page.get_by_role("button", name="Merge audio").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Merge a tag")
    expect(dialog.get_by_label("Merge into")).to_be_focused()
    dialog.get_by_label("Merge into").select_option("audio")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Choose another tag.")).to_be_visible()
    dialog.get_by_label("Merge into").select_option("speaker")
    dialog.get_by_role("button", name="Merge").press("Enter")
    expect(page.locator("[data-name='audio']")).to_have_count(0)
    page.get_by_role("link", name="Back to the library").click()
    expect(card_of(page, "No sound").get_by_text("Hardware")).to_be_visible()
    expect(card_of(page, "No sound").get_by_text("audio")).to_have_count(0)


def test_technicians_are_turned_away(desk, live_server):
    page = desk.page(live_server.cast.technician, "/categories")
    expect(page.get_by_text("Categories and tags are for seniors")).to_be_visible()
    expect(page.get_by_role("button", name="Rename")).to_have_count(0)
