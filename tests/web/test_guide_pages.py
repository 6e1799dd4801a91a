"""The guide for authors: in the app, with its pictures, and true to the editor's keys."""

import re

from playwright.sync_api import expect

from rxapp import guide
from tests.support.editor import Editor, Trees
from tests.support.policy import Watched

KEYS = guide.ROOT / "rxapp/editor/browser/keys_dialog.jsx"
PATH = "/guide/"
WIDTH = 390
IS_LOADED = "all => all.length > 5 && all.every(one => one.complete && one.naturalWidth > 0)"


def test_the_guide_is_read_on_a_phone(desk):
    watched = Watched(desk, viewport={"width": WIDTH, "height": 844}, color_scheme="dark")
    page = watched.open(PATH, "Writing a tree")
    page.wait_for_load_state("networkidle")
    assert page.locator("img").evaluate_all(IS_LOADED)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    watched.is_clean()


def test_the_editor_links_to_the_guide(desk, live_server):
    tree = Trees(live_server).new()
    page = Editor(desk, live_server.cast.senior, tree).page
    expect(page.get_by_role("link", name="Guide", exact=True)).to_have_attribute("href", PATH)
    page.get_by_role("toolbar", name="Editor").get_by_role("button", name="Editor keys").click()
    with page.expect_popup() as opened:
        page.get_by_role("dialog", name="Keys of the editor").get_by_role("link").click()
    expect(opened.value.get_by_role("heading", name="Writing a tree")).to_be_visible()


def test_the_guide_lists_every_key_of_the_editor():
    said = guide.SOURCE.read_text().lower()
    listed = re.findall(r'\["[^"]+", "([^"]+)"\]', KEYS.read_text())
    assert len(listed) > 15
    missing = [what for what in listed if what.lower() not in said and what != "This list"]
    assert missing == []


def test_raw_html_in_the_guide_is_shown_as_text():
    assert "<script>alert" not in guide.render("<script>alert(1)</script>")
