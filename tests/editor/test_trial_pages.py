"""The trial of a draft in a browser: walked like a session, and without a trace."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from sqlmodel import SQLModel

from rxapp.core.db import Database
from tests.support.cast import Person
from tests.support.desk import Desk
from tests.support.editor import SOON_MS, Editor, Trees
from tests.support.fitting import fits

LONG = "Donaudampfschifffahrtsgesellschaftskapitän " * 5
Opens = Callable[..., Page]
UNTOUCHED = {"login", "presence"}
"""Tables of who is here, which every page writes."""


@pytest.fixture
def trees(live_server) -> Trees:
    return Trees(live_server)


@pytest.fixture
def tree(trees: Trees) -> str:
    return trees.new()


@pytest.fixture
def tried(desk: Desk, live_server, tree: str) -> Opens:
    def go(query: str = "", by: Person = live_server.cast.senior, **options) -> Page:
        return desk.page(by, f"/trees/{tree}/try{query}", **options)

    return go


@pytest.fixture
def database(live_server) -> Iterator[Database]:
    opened = Database(live_server.database_url)
    yield opened
    opened.close()


@pytest.fixture
def beside(desk: Desk, live_server, tree: str) -> tuple[Editor, BrowserContext]:
    """The editor, in a browser where a trial can be opened beside it."""
    editor = Editor(desk, live_server.cast.senior, tree)
    return editor, editor.page.context


def stands_at(page: Page, title: str) -> None:
    expect(page.locator("#node-title")).to_have_text(title, timeout=SOON_MS)


def trouble(page: Page):
    return page.get_by_role("status").filter(has=page.locator(".trial-mend"))


def test_a_draft_is_tried_by_mouse(tried: Opens, trees: Trees, tree: str):
    trees.does(tree, op="set_field", node="n0", field="title", value="Only in the draft")
    page = tried()
    expect(page.get_by_text("Trial of the draft. Nothing is recorded.")).to_be_visible()
    stands_at(page, "Only in the draft")
    page.get_by_role("link", name="On", exact=True).click()
    stands_at(page, "Step 1")
    expect(page.get_by_text("Step 2", exact=True)).to_be_visible()
    expect(page.get_by_role("navigation", name="Path")).to_contain_text("Only in the draftOn")
    page.get_by_role("link", name="Done").click()
    stands_at(page, "It works")
    expect(page.get_by_text("Here the technician completes the session.")).to_be_visible()
    page.get_by_role("link", name="Back", exact=True).click()
    stands_at(page, "Step 1")
    page.get_by_role("link", name="Start over").click()
    stands_at(page, "Only in the draft")
    expect(page.get_by_role("button", name="Back")).to_be_disabled()
    page.get_by_role("link", name="On", exact=True).click()
    stands_at(page, "Step 1")
    page.get_by_role("link", name="Edit this step").click()
    page.wait_for_url(f"**/trees/{tree}/edit?step=n1")
    expect(page.locator(".inspector [data-title]")).to_have_value("Step 1")


def test_and_by_keyboard_alone(beside: tuple[Editor, BrowserContext]):
    editor, context = beside
    editor.row("Step 1").click()
    with context.expect_page() as opened:
        editor.page.keyboard.press("Shift+Enter")
    page = opened.value
    stands_at(page, "Step 1")
    page.keyboard.press("1")
    stands_at(page, "It works")
    page.keyboard.press("b")
    stands_at(page, "Step 1")
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Done").focus()
    page.keyboard.press("Enter")
    stands_at(page, "It works")


def test_a_reload_and_the_browsers_back_stay_on_the_way(tried: Opens):
    page = tried()
    stands_at(page, "Step 0")
    page.keyboard.press("1")
    stands_at(page, "Step 1")
    page.reload()
    stands_at(page, "Step 1")
    page.keyboard.press("2")
    stands_at(page, "It works")
    page.go_back()
    stands_at(page, "Step 1")
    page.go_back()
    stands_at(page, "Step 0")
    page.go_forward()
    stands_at(page, "Step 1")
    expect(page.get_by_role("navigation", name="Path")).to_contain_text("Step 0On")
    page.get_by_role("link", name="Skip to content").press("Enter")
    expect(page.locator("#main")).to_be_focused()
    stands_at(page, "Step 1")
    assert "step=n1" in page.url


def test_an_edit_appears_where_one_stands(tried: Opens, trees: Trees, tree: str):
    page = tried("?step=n1&path=n0:on")
    stands_at(page, "Step 1")
    address = page.url
    trees.does(tree, op="set_field", node="n1", field="title", value="Changed meanwhile")
    expect(page.locator("#node-title")).to_have_text("Changed meanwhile", timeout=SOON_MS)
    trees.does(tree, op="set_option_label", node="n1", option="on", label="Renamed")
    expect(page.get_by_role("link", name="Renamed")).to_be_visible(timeout=SOON_MS)
    assert page.url == address
    page.keyboard.press("1")
    stands_at(page, "It works")
    trees.does(tree, op="set_field", node="end", field="ending", value="escalate")
    expect(page.get_by_text("Here the technician escalates to the seniors.")).to_be_visible()


def test_a_dead_end_is_said_and_mended(tried: Opens, trees: Trees, tree: str):
    trees.does(tree, op="remove_node", node="n1")
    page = tried()
    stands_at(page, "Step 0")
    page.keyboard.press("1")
    expect(trouble(page)).to_contain_text("The answer “On” of “Step 0” leads nowhere")
    expect(page.get_by_role("link", name="Edit “Step 0”")).to_be_visible()
    trees.does(tree, op="connect", node="n0", option="on", to="end")
    expect(trouble(page)).to_contain_text("leads to another step now", timeout=SOON_MS)
    page.get_by_role("link", name="Go there").click()
    stands_at(page, "It works")


def test_a_step_without_answers_says_where_to_add_them(tried: Opens, trees: Trees, tree: str):
    for option in ("on", "done"):
        trees.does(tree, op="remove_option", node="n1", option=option)
    page = tried("?step=n1")
    stands_at(page, "Step 1")
    expect(trouble(page)).to_contain_text("This step has no answers")
    page.get_by_role("link", name="Add answers in the editor").click()
    page.wait_for_url(f"**/trees/{tree}/edit?step=n1")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?step=gone", "The draft has no step “gone”."),
        ("?step=%00&path=%00:%00", "This address names no step of a tree."),
        ("?step=%ED%A0%80", "This address names no step of a tree."),
        ("?step=<b>x</b>&path=a:b,:,,c", "This address names no step of a tree."),
        ("?step=gone&path=" + "n0:on," * 250, "The draft has no step “gone”."),
    ],
)
def test_odd_addresses_get_a_clear_answer(tried: Opens, query: str, words: str):
    page = tried(query)
    if "leads" not in words and "n0:on" in query:
        words = "The answer “On” of “Step 0” leads to another step now."
    expect(trouble(page)).to_contain_text(words)
    page.get_by_role("link", name="Back to the editor").wait_for()


def test_an_address_that_no_browser_could_say_again_is_refused(tried: Opens):
    page = tried("?path=" + "n0:on," * 500)
    expect(page.get_by_text("An address may have at most 2,000 characters.")).to_be_visible()


def test_only_those_who_write_the_tree_may_try_it(tried: Opens, live_server):
    page = tried(by=live_server.cast.technician)
    expect(page.get_by_text("Trying drafts is for seniors")).to_be_visible()
    page = tried(by=live_server.cast.outsider)
    expect(page.get_by_text("There is no such tree")).to_be_visible()


def rows(database: Database) -> dict[str, list[Any]]:
    with database.reading() as db:
        return {
            table.name: sorted(map(repr, db.execute(select(table)).all()))
            for table in SQLModel.metadata.sorted_tables
            if table.name not in UNTOUCHED
        }


def test_a_trial_writes_no_row(tried: Opens, trees: Trees, tree: str, database: Database):
    trees.does(tree, op="set_field", node="n1", field="title", value="Changed")
    before = rows(database)
    assert before["draft_operation"] and len(before) > 20
    page = tried()
    for key in ("1", "b", "1", "2"):
        stands_at(page, {"1": "Step 0", "b": "Changed", "2": "Changed"}[key])
        page.keyboard.press(key)
    stands_at(page, "It works")
    page.goto("/sessions")
    page.get_by_role("heading", name="Sessions").wait_for()
    assert rows(database) == before


def open_from(editor: Editor, context: BrowserContext) -> Page:
    with context.expect_page() as opened:
        editor.page.get_by_role("link", name="Try it").click()
    return opened.value


def test_what_was_just_typed_is_tried(beside: tuple[Editor, BrowserContext]):
    editor, context = beside
    editor.title.fill("Typed just now")
    page = open_from(editor, context)
    stands_at(page, "Typed just now")
    editor.choose("Step 1")
    editor.page.get_by_role("button", name="Try from here").click()
    stands_at(page, "Step 1")
    assert len(context.pages) == 2, "the same tab again"


def test_a_step_is_edited_in_the_editor_that_is_open(beside: tuple[Editor, BrowserContext]):
    editor, context = beside
    editor.title.fill("Undo me")
    page = open_from(editor, context)
    stands_at(page, "Undo me")
    page.get_by_role("link", name="Done").click()
    stands_at(page, "It works")
    page.get_by_role("link", name="Edit this step").click()
    expect(editor.title).to_have_value("It works")
    assert len(context.pages) == 2
    stands_at(page, "It works")
    editor.undo()
    expect(editor.title).to_have_value("Step 0")


def test_what_is_not_saved_is_said(beside: tuple[Editor, BrowserContext]):
    editor, context = beside
    editor.page.route("**/operations", lambda route: route.abort())
    editor.title.fill("Never sent")
    editor.says("Offline: 1 change kept here")
    page = open_from(editor, context)
    stands_at(page, "Step 0")
    expect(page.get_by_text("1 change is not saved yet.")).to_be_visible(timeout=SOON_MS)
    editor.page.unroute("**/operations")
    editor.saved()
    stands_at(page, "Never sent")
    expect(page.get_by_text("not saved yet")).to_have_count(0, timeout=SOON_MS)


def test_the_editor_marks_what_was_seen_and_forgets_it(
    beside: tuple[Editor, BrowserContext], trees: Trees, tree: str
):
    editor, context = beside
    expect(editor.page.get_by_text("seen", exact=False)).to_have_count(0)
    page = open_from(editor, context)
    stands_at(page, "Step 0")
    page.keyboard.press("1")
    stands_at(page, "Step 1")
    expect(editor.page.get_by_text("2 of 3 steps seen")).to_be_visible()
    for title in ("Step 0", "Step 1"):
        expect(editor.row(title)).to_contain_text("Seen")
    expect(editor.row("It works")).not_to_contain_text("Seen")
    page.keyboard.press("1")
    stands_at(page, "It works")
    expect(editor.page.get_by_text("3 of 3 steps seen")).to_be_visible()
    trees.does(tree, op="remove_node", node="n1")
    expect(editor.page.get_by_text("2 of 2 steps seen")).to_be_visible(timeout=SOON_MS)
    node = {"key": "new", "kind": "solution", "title": "Added"}
    trees.does(tree, op="add_node", node=node)
    expect(editor.page.get_by_text("2 of 3 steps seen")).to_be_visible(timeout=SOON_MS)
    editor.page.get_by_role("button", name="Forget what was seen in the trial").click()
    expect(editor.page.locator(".badge-seen")).to_have_count(0)
    page.keyboard.press("b")
    expect(page.get_by_text("leads nowhere").or_(page.get_by_text("has no step"))).to_be_visible()
    page.get_by_role("link", name="Start over").first.click()
    stands_at(page, "Step 0")
    expect(editor.page.get_by_text("1 of 3 steps seen")).to_be_visible()


def test_the_canvas_colours_the_walked_path(beside: tuple[Editor, BrowserContext]):
    editor, context = beside
    canvas = editor.page
    canvas.get_by_role("button", name="Canvas", exact=True).click()
    card = canvas.locator(".canvas-card")
    expect(card).to_have_count(3)
    plain = card.first.evaluate("(e) => getComputedStyle(e).backgroundColor")
    card.filter(has_text="Step 0").click()
    with context.expect_page() as opened:
        canvas.keyboard.press("Shift+Enter")
    page = opened.value
    stands_at(page, "Step 0")
    page.keyboard.press("1")
    stands_at(page, "Step 1")
    seen = canvas.locator(".canvas-card[data-seen='true']")
    expect(seen).to_have_count(2)
    expect(seen.get_by_text("Seen")).to_have_count(2)
    colour = seen.first.evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert colour != plain
    expect(canvas.locator(".canvas-line.canvas-seen")).to_have_count(1)
    line = "(e) => [getComputedStyle(e).strokeWidth, getComputedStyle(e).stroke]"
    walked = canvas.locator(".canvas-line.canvas-seen").first.evaluate(line)
    other = canvas.locator(".canvas-line:not(.canvas-seen)").first.evaluate(line)
    assert walked[0] > other[0] and walked[1] != other[1]
    expect(canvas.locator(".canvas-answer[data-seen='true']")).to_have_text("✓ On")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_long_words_fit(
    tried: Opens, trees: Trees, tree: str, width: int, scheme: Literal["light", "dark"]
):
    for field, text in (("title", LONG[:199]), ("body", "x" * 300), ("expected", LONG)):
        trees.does(tree, op="set_field", node="n0", field=field, value=text)
    trees.does(tree, op="set_option_label", node="n0", option="on", label=LONG[:118])
    trees.does(tree, op="set_field", node="n1", field="title", value="y" * 199)
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    page = tried("?step=n1&path=n0:on", **options)
    stands_at(page, "y" * 199)
    fits(page, "a step")
    page.locator("[data-hotkey='b']").click()
    stands_at(page, LONG[:199].strip())
    fits(page, "the start")
    trees.does(tree, op="remove_node", node="n1")
    page.locator("[data-hotkey='1']").click()
    expect(trouble(page)).to_contain_text("leads nowhere")
    fits(page, "a dead end")


def test_somebody_else_in_this_browser_has_seen_nothing(desk: Desk, live_server, tree: str):
    context = desk.context(live_server.cast.senior)
    page = context.new_page()
    page.goto(f"/trees/{tree}/try")
    stands_at(page, "Step 0")
    cookie = {"name": "rf_login", "value": live_server.cast.owner.cookie}
    context.add_cookies([{**cookie, "url": live_server.base, "httpOnly": True, "sameSite": "Lax"}])
    page.goto(f"/trees/{tree}/edit")
    expect(page.locator(".inspector")).to_be_visible()
    expect(page.locator(".badge-seen")).to_have_count(0)
    expect(page.get_by_text(re.compile("steps? seen"))).to_have_count(0)


def test_the_trial_loads_nothing_of_the_editor(tried: Opens, desk: Desk):
    context_page = tried("?step=missing")
    loaded: list[str] = []
    context_page.on("response", lambda answer: loaded.append(answer.url))
    context_page.reload()
    stands = context_page.get_by_text("The draft has no step")
    expect(stands).to_be_visible()
    scripts = [each for each in loaded if each.endswith(".js")]
    assert scripts
    for word in ("tree_editor", "canvas", "draft_desk"):
        assert not [each for each in scripts if word in each.lower()], word
