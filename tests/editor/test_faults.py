"""The editor while its server is killed and started again, and while its author is signed out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.support.desk import Desk
from tests.support.editor import SOON_MS, Editor, Trees
from tests.support.server import Server, with_cast


@pytest.fixture
def server(new_database) -> Iterator[Server]:
    yield from with_cast(new_database("sqlite"))


@pytest.fixture
def at_desk(browser, server: Server) -> Iterator[Desk]:
    opened = Desk(browser, server)
    yield opened
    opened.close()
    assert opened.errors == []


def test_what_is_typed_while_the_server_is_killed_is_applied_once(at_desk: Desk, server: Server):
    trees = Trees(server)
    tree = trees.new()
    editor = Editor(at_desk, server.cast.senior, tree)
    editor.title.press("End")
    editor.title.press_sequentially(" typed", delay=20)
    server.kill()
    editor.title.press_sequentially(" on", delay=20)
    editor.body.fill("While it was away")
    editor.page.locator("[data-add-option]").click()
    editor.says("Offline:")
    server.start()
    expect(editor.state).to_have_attribute("data-status", "saved", timeout=30_000)
    node = trees.nodes(tree)["n0"]
    assert (node["title"], node["body"]) == ("Step 0 typed on", "While it was away")
    assert len(node["options"]) == 3
    assert trees.nodes(tree).keys() >= {"n0", "n1", "end"}
    assert len(trees.nodes(tree)) == 4


def test_an_author_who_leaves_the_editor_while_the_server_is_away_is_told_until_all_is_saved(
    at_desk: Desk, server: Server
):
    trees = Trees(server)
    tree = trees.new(title="Printer")
    editor = Editor(at_desk, server.cast.senior, tree)
    page = editor.page
    page.on("dialog", lambda dialog: pytest.fail(f"it asked: {dialog.message}"))
    page.wait_for_timeout(4_000)  # the other pages are fetched ahead
    server.kill()
    editor.title.fill("Kept")
    editor.body.fill("Kept too")
    page.get_by_role("radio", name="Action").check()
    editor.says("Offline: 3 changes kept here")
    page.get_by_role("link", name="Sessions").click()
    kept = "3 changes to “Printer” are kept in this browser and will be sent once the server can be"
    expect(page.get_by_text(kept)).to_be_visible(timeout=SOON_MS)
    server.start()
    expect(page.get_by_text("All changes to “Printer” are saved.")).to_be_visible(timeout=30_000)
    expect(page.get_by_text(kept)).to_have_count(0)
    node = trees.nodes(tree)["n0"]
    assert (node["title"], node["body"], node["kind"]) == ("Kept", "Kept too", "action")
    assert trees.draft(tree)["revision"] == 3


def test_the_changes_of_a_signed_out_author_wait_for_them_and_for_nobody_else(
    at_desk: Desk, server: Server
):
    trees = Trees(server)
    tree = trees.new()
    senior, owner = server.cast.senior, server.cast.owner
    editor = Editor(at_desk, senior, tree)
    page = editor.page
    page.on("dialog", lambda dialog: dialog.accept())
    context = page.context
    context.clear_cookies()
    editor.title.fill("Typed after the sign-in ended")
    editor.says("Signed out: 1 change kept here")

    def sign_in(cookie: str) -> None:
        context.add_cookies(
            [{"name": "rf_login", "value": cookie, "url": server.base, "httpOnly": True}]
        )

    sign_in(owner.cookie)
    page.goto(f"/trees/{tree}/edit")
    editor.is_open()
    expect(editor.title).to_have_value("Step 0", timeout=SOON_MS)
    editor.saved()
    assert trees.draft(tree)["revision"] == 0, "nobody sends what another one wrote"
    sign_in(senior.cookie)
    page.goto(f"/trees/{tree}/edit")
    editor.is_open()
    expect(editor.title).to_have_value("Typed after the sign-in ended", timeout=SOON_MS)
    editor.saved()
    assert trees.nodes(tree)["n0"]["title"] == "Typed after the sign-in ended"


def test_an_author_who_may_not_write_any_more_is_told_and_keeps_the_words(
    at_desk: Desk, server: Server
):
    trees = Trees(server)
    tree = trees.new()
    editor = Editor(at_desk, server.cast.senior, tree)
    owner = Trees(server).caller
    gone = type(owner)(server, server.cast.owner)
    answer = gone.delete(f"/trees/{tree}")
    assert answer.status_code in (200, 204), answer.text
    editor.title.fill("Too late")
    expect(editor.page.get_by_text("Kept in this browser: 1 change.").or_(
        editor.page.get_by_text("There is no such tree")
    ).first).to_be_visible(timeout=SOON_MS)  # fmt: skip
