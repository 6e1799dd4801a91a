"""The library for those who write trees, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def card_of(page: Page, title: str) -> Locator:
    return page.locator(f"[data-tree='{title}']")


def make(page: Page, title: str) -> None:
    """Begin a draft from nothing, and come back to the library."""
    page.get_by_role("button", name="New tree").click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(re.compile(r"/trees/[0-9a-f-]+/edit"))


def test_a_tree_from_nothing_opens_in_the_editor_and_is_found_under_drafts(desk, live_server):
    page = desk.page(live_server.cast.senior)
    make(page, "Fan noise")
    page.goto("/")
    expect(card_of(page, "No sound")).to_be_visible()
    expect(card_of(page, "Fan noise")).to_be_hidden()
    page.get_by_role("link", name="Drafts").click()
    page.wait_for_url("**/?show=drafts")
    expect(card_of(page, "Fan noise").get_by_text("Draft", exact=True)).to_be_visible()
    expect(card_of(page, "Fan noise").get_by_text("Owner: Senior")).to_be_visible()
    expect(card_of(page, "No sound")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("link", name="Drafts")).to_have_attribute("aria-current", "page")
    page.get_by_label("Search trees").fill("nothing")
    expect(page.get_by_text("No tree matches")).to_be_visible()
    page.get_by_label("Search trees").fill("noise")
    card_of(page, "Fan noise").get_by_role("link").click()
    page.wait_for_url("**/edit")
    page.go_back()
    page.wait_for_url("**/?show=drafts")
    page.get_by_role("link", name="Archived").click()
    expect(page.get_by_text("Nothing is archived").or_(page.get_by_text("No tree"))).to_be_visible()


def test_the_menu_of_a_tree_is_used_by_keyboard_alone(desk, live_server):
    page = desk.page(live_server.cast.senior)
    button = page.get_by_role("button", name="Actions for No sound")
    button.focus()
    page.keyboard.press("ArrowUp")
    menu = page.get_by_role("menu")
    items = menu.get_by_role("menuitem")
    expect(items.last).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(items.first).to_be_focused()
    page.keyboard.press("v")
    expect(menu.get_by_role("menuitem", name="Versions")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(items.first).to_be_focused()
    page.keyboard.press("Tab")
    expect(menu).to_be_hidden()
    button.click()
    expect(menu).to_be_visible()
    page.get_by_role("heading", name="Library").click()
    expect(menu).to_be_hidden()
    button.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/trees/{live_server.cast.tree_id}/edit")


def test_a_technician_sees_the_library_as_it_was(desk, live_server):
    page = desk.page(live_server.cast.technician, "/?show=drafts")
    expect(card_of(page, "No sound")).to_be_visible()
    expect(page.get_by_role("button", name="No sound")).to_be_visible()
    for name in ("New tree", "Actions for No sound"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("navigation", name="Which trees")).to_have_count(0)
