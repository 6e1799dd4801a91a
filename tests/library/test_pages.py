"""The library for those who write trees, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


def card_of(page: Page, title: str) -> Locator:
    return page.locator(f"[data-tree='{title}']")


def dialog_in(page: Page) -> Locator:
    return page.locator("dialog[open]")


def actions(page: Page, title: str) -> Locator:
    return card_of(page, title).get_by_role("button", name="Actions")


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
    page.wait_for_url("**/?show=drafts&q=noise")
    expect(page.get_by_label("Search trees")).to_have_value("noise")
    page.get_by_role("link", name="Archived").click()
    expect(page.get_by_text("Nothing is archived").or_(page.get_by_text("No tree"))).to_be_visible()


def test_the_menu_of_a_tree_is_used_by_keyboard_alone(desk, live_server):
    page = desk.page(live_server.cast.senior)
    button = actions(page, "No sound")
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
    for name in ("New tree", "Actions"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("navigation", name="Which trees")).to_have_count(0)


def choose(page: Page, title: str, item: str) -> None:
    actions(page, title).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def test_a_tree_is_copied_archived_restored_and_deleted_from_its_menu(desk, live_server):
    page = desk.page(live_server.cast.admin)
    make(page, "Slow laptop")
    page.goto("/?show=drafts")
    choose(page, "Slow laptop", "Make a copy")
    dialog = page.get_by_role("dialog", name="Make a copy")
    expect(dialog.get_by_label("Title")).to_have_value("Copy of Slow laptop")
    dialog.get_by_role("button", name="Make a copy").click()
    page.wait_for_url("**/edit")
    page.goto("/?show=drafts")
    choose(page, "Copy of Slow laptop", "Archive")
    expect(page.get_by_text("Copy of Slow laptop is archived.")).to_be_visible()
    expect(card_of(page, "Copy of Slow laptop")).to_have_count(0)
    page.get_by_role("link", name="Archived").click()
    choose(page, "Copy of Slow laptop", "Restore")
    expect(card_of(page, "Copy of Slow laptop")).to_have_count(0)
    page.get_by_role("link", name="Drafts").click()
    choose(page, "Copy of Slow laptop", "Delete")
    dialog = page.get_by_role("dialog", name="Delete a tree")
    expect(dialog.get_by_text("No session ran this tree.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(actions(page, "Copy of Slow laptop")).to_be_focused()
    choose(page, "Copy of Slow laptop", "Delete")
    dialog.get_by_role("button", name="Delete").click()
    expect(card_of(page, "Copy of Slow laptop")).to_have_count(0)
    page.get_by_role("link", name="Deleted").click()
    expect(card_of(page, "Copy of Slow laptop")).to_be_visible()


def test_the_impact_of_deleting_is_said_first(desk, live_server, start):
    start()
    page = desk.page(live_server.cast.admin)
    choose(page, "No sound", "Delete")
    dialog = page.get_by_role("dialog", name="Delete a tree")
    expect(
        dialog.get_by_text(re.compile("ran this tree. (It stays|They stay) readable"))
    ).to_be_visible()
    expect(dialog.get_by_text(re.compile(r"\d+ of them (is|are) open"))).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(card_of(page, "No sound")).to_be_visible()


def test_an_owner_and_a_review_date_are_given_by_keyboard_alone(desk, live_server):
    page = desk.page(live_server.cast.senior)
    make(page, "Owned")
    page.goto("/?show=mine")
    actions(page, "Owned").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("o")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Owner and review date")
    expect(dialog.get_by_label("Owner")).to_have_value(re.compile("[0-9a-f-]{36}"))
    dialog.get_by_label("Owner").press("S")
    dialog.get_by_label("Owner").select_option(label="Second Senior")
    dialog.get_by_label("Review date").fill("2024-01-31")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(card_of(page, "Owned")).to_have_count(0)
    page = desk.page(live_server.cast.second_senior, "/?show=mine")
    expect(card_of(page, "Owned").get_by_text("Owner: Second Senior")).to_be_visible()
    choose(page, "Owned", "Owner and review date")
    expect(dialog_in(page).get_by_label("Review date")).to_have_value("2024-01-31")


def test_the_runner_leads_those_who_write_trees_to_the_step_in_the_draft(desk, live_server, start):
    page = start(live_server.cast.senior)
    link = page.get_by_role("link", name="Edit this step")
    tree = f"/trees/{live_server.cast.tree_id}/edit"
    expect(link).to_have_attribute("href", f"{tree}?step=plugged")
    page.keyboard.press("1")
    expect(link).to_have_attribute("href", f"{tree}?step=volume")
    page = start(live_server.cast.technician)
    expect(page.get_by_role("link", name="Edit this step")).to_have_count(0)


def test_a_tree_begins_with_a_starter_or_as_a_copy(desk, live_server):
    page = desk.page(live_server.cast.senior)
    new = page.get_by_role("button", name="New tree")
    dialog = page.get_by_role("dialog", name="New tree")
    new.click()
    dialog.get_by_role("button", name="A starter").click()
    dialog.get_by_role("combobox", name="Starter").select_option(label="PC is slow")
    page.keyboard.press("Escape")
    expect(new).to_be_focused()
    new.click()
    dialog.get_by_role("button", name="A starter").click()
    dialog.get_by_role("combobox", name="Starter").select_option(label="PC is slow")
    dialog.get_by_role("button", name="Create").click()
    page.wait_for_url("**/edit")
    page.goto("/?show=drafts")
    expect(card_of(page, "PC is slow")).to_be_visible()
    new.click()
    dialog.get_by_role("button", name="A starter").click()
    expect(dialog.get_by_role("combobox", name="Starter").locator("option").last).to_have_text(
        "PC is slow (in your library)"
    )
    dialog.get_by_role("button", name="A copy of a tree").click()
    dialog.locator("[name=source]").fill("no such tree")
    dialog.get_by_role("button", name="Create").click()
    expect(page.get_by_text("No tree has this title.")).to_be_visible()
    dialog.locator("[name=source]").fill("No sound")
    dialog.get_by_label("Title").fill("Sound is low")
    dialog.get_by_role("button", name="Create").click()
    page.wait_for_url("**/edit")
    page.goto("/?show=mine")
    expect(card_of(page, "Sound is low")).to_be_visible()
