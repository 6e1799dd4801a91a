"""Leaving the editor inside the app: what is not saved yet is sent all the same, and said."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.desk import Desk
from tests.support.editor import SOON_MS, Editor, Trees
from tests.support.net import eventually

pytestmark = pytest.mark.parametrize("live_server", ["sqlite"], indirect=True)


@pytest.fixture
def trees(live_server) -> Trees:
    return Trees(live_server)


@pytest.fixture
def tree(trees: Trees) -> str:
    return trees.new()


@pytest.fixture
def editor(desk: Desk, live_server, tree: str) -> Editor:
    """An editor whose browser must ask nothing."""
    opened = Editor(desk, live_server.cast.senior, tree)
    opened.page.on("dialog", lambda dialog: pytest.fail(f"it asked: {dialog.message}"))
    return opened


def leave(page: Page) -> None:
    """Go to another page by a link of the app."""
    page.get_by_role("link", name="Sessions").click()
    expect(page.get_by_role("heading", name="Sessions", level=1)).to_be_visible()


def cut_off(page: Page) -> None:
    page.route("**/operations", lambda route: route.abort())


def kept_of(page: Page) -> list[str]:
    keys = page.evaluate("Object.keys(localStorage)")
    return [key for key in keys if key.startswith("rf-draft:")]


def test_what_is_typed_just_before_leaving_is_saved(editor: Editor, trees: Trees, tree: str):
    editor.title.fill("Typed and left")
    leave(editor.page)
    eventually(lambda: trees.nodes(tree)["n0"]["title"] == "Typed and left")
    eventually(lambda: kept_of(editor.page) == [])
    expect(editor.page.get_by_text("kept in this browser")).to_have_count(0)


@pytest.mark.parametrize("link", ["Review and publish", "Versions"])
def test_a_page_about_the_draft_has_what_was_typed_just_before(
    editor: Editor, trees: Trees, tree: str, link: str
):
    editor.title.fill("Typed and shown")
    editor.page.get_by_role("link", name=link).click()
    editor.page.wait_for_url("**/publish" if link != "Versions" else "**/versions")
    assert trees.nodes(tree)["n0"]["title"] == "Typed and shown"


def test_a_question_is_said_on_other_pages_and_leads_back(editor: Editor, trees: Trees, tree: str):
    page = editor.page
    title = trees.draft(tree)["title"]
    cut_off(page)
    editor.title.fill("Mine")
    editor.says("Offline: 1 change kept here")
    trees.does(tree, op="set_field", node="n0", field="title", value="Theirs")
    leave(page)
    kept = page.get_by_text(f"1 change to “{title}” is kept in this browser")
    expect(kept).to_be_visible(timeout=SOON_MS)
    page.unroute("**/operations")
    asks = page.get_by_text(f"“{title}” needs you: 1 question before everything is saved.")
    expect(asks).to_be_visible(timeout=SOON_MS)
    page.get_by_role("link", name="Open the editor").click()
    editor.says("Needs you: 1 question")
    expect(asks).to_have_count(0)


def test_what_a_closed_tab_left_is_sent_from_any_page(
    desk: Desk, live_server, trees: Trees, tree: str
):
    editor = Editor(desk, live_server.cast.senior, tree)
    cut_off(editor.page)
    editor.title.fill("Left in a closed tab")
    editor.body.fill("This too")
    editor.says("Offline: 2 changes kept here")
    context = editor.page.context
    editor.page.close()
    page = context.new_page()
    page.on("pageerror", lambda error: desk.errors.append(str(error)))
    page.goto("/sessions")
    eventually(lambda: trees.nodes(tree)["n0"]["body"] == "This too")
    assert trees.nodes(tree)["n0"]["title"] == "Left in a closed tab"
    assert trees.draft(tree)["revision"] == 2
    eventually(lambda: kept_of(page) == [])


def test_what_another_tab_is_sending_is_left_to_it(
    desk: Desk, live_server, trees: Trees, tree: str
):
    editor = Editor(desk, live_server.cast.senior, tree)
    cut_off(editor.page)
    editor.title.fill("Still typing")
    editor.says("Offline: 1 change kept here")
    other = editor.page.context.new_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.goto("/sessions")
    expect(other.get_by_role("heading", name="Sessions", level=1)).to_be_visible()
    other.wait_for_timeout(1_000)  # tabs answer within 300 ms
    assert not [url for url in asked if "/browser/drafts/" in url]
    assert len(kept_of(other)) == 1
    editor.page.unroute("**/operations")
    editor.saved()


def test_what_can_never_be_saved_is_said_until_it_is_discarded(
    desk: Desk, live_server, trees: Trees, tree: str
):
    editor = Editor(desk, live_server.cast.senior, tree)
    page = editor.page
    title = trees.draft(tree)["title"]
    cut_off(page)
    editor.title.fill("Too late")
    editor.says("Offline: 1 change kept here")
    deleted = type(trees.caller)(live_server, live_server.cast.owner).delete(f"/trees/{tree}")
    assert deleted.status_code in (200, 204), deleted.text
    context = page.context
    page.close()
    page = context.new_page()
    page.goto("/sessions")
    said = page.get_by_text(f"1 change to “{title}” cannot be saved. There is no such tree.")
    expect(said).to_be_visible(timeout=SOON_MS)
    page.get_by_role("button", name="Discard it").click()
    expect(said).to_have_count(0)
    assert kept_of(page) == []


def test_what_was_never_saved_is_forgotten_after_thirty_days(desk: Desk, live_server, tree: str):
    day = 24 * 3600 * 1000
    script = "".join(
        f"localStorage.setItem('rf-draft:nobody|{days}|tab',"
        f" JSON.stringify({{entries: [], at: Date.now() - {days * day}}}));"
        for days in (29, 31)
    )
    page = desk.page(live_server.cast.senior, "/sessions", script=script)
    eventually(lambda: kept_of(page) == ["rf-draft:nobody|29|tab"])
