"""The canvas of the editor, by mouse."""

from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.desk import Desk
from tests.support.editor import SOON_MS, Editor, Trees

CANVAS = "localStorage.setItem('rf-editor-view', 'canvas')"
SIZE = {"width": 1600, "height": 1000}


@pytest.fixture
def trees(live_server) -> Trees:
    return Trees(live_server)


@pytest.fixture
def tree(trees: Trees) -> str:
    return trees.new()


@pytest.fixture
def opened(desk: Desk, live_server, tree: str) -> Editor:
    return on_canvas(desk, live_server, tree)


def on_canvas(desk: Desk, server, tree: str) -> Editor:
    editor = Editor(desk, server.cast.senior, tree, script=CANVAS, viewport=SIZE)
    expect(editor.page.locator(".canvas-card").first).to_be_visible(timeout=SOON_MS)
    return editor


def card(page: Page, title: str) -> Locator:
    return page.locator(".canvas-card").filter(has_text=title).first


def middle(page: Page, place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=6)
    page.mouse.up()


def source(page: Page, title: str) -> tuple[float, float]:
    return middle(page, card(page, title).locator(".react-flow__handle.source"))


def test_answers_stand_in_their_order_from_top_to_bottom(desk: Desk, live_server, trees: Trees):
    options = [{"key": f"o{n}", "label": f"Answer {n}", "to": f"e{n}"} for n in (3, 1, 4, 2)]
    ends = [{"key": f"e{n}", "kind": "solution", "title": f"End {n}"} for n in (1, 2, 3, 4)]
    start = {"key": "a", "kind": "decision", "title": "Start", "options": options}
    tree = trees.new(document={"start": "a", "nodes": [start, *ends]})
    page = on_canvas(desk, live_server, tree).page
    tops = {n: middle(page, card(page, f"End {n}"))[1] for n in (1, 2, 3, 4)}
    assert sorted(tops, key=lambda n: tops[n]) == [3, 1, 4, 2]
    assert all(middle(page, card(page, "Start"))[0] < middle(page, card(page, f"End {n}"))[0]
               for n in tops)  # fmt: skip


def test_a_tree_of_ten_steps_with_a_loop_by_mouse(desk: Desk, live_server, trees: Trees):
    start = {"start": "a", "nodes": [{"key": "a", "kind": "decision", "title": "One"}]}
    tree = trees.new(title="By mouse", document=start, publish=False)
    editor = on_canvas(desk, live_server, tree)
    page = editor.page
    names = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]
    for before, name in pairwise(names):
        page.get_by_role("button", name="Fit").click()
        page.wait_for_timeout(200)
        x, y = source(page, before)
        drag(page, (x, y), (x + 30, y - 60))  # onto the empty canvas
        expect(editor.title).to_be_focused()
        page.keyboard.type(name)
        expect(card(page, name)).to_be_visible()
    page.get_by_role("button", name="Fit").click()
    page.wait_for_timeout(200)
    drag(page, source(page, "Ten"), middle(page, card(page, "One")))
    expect(page.locator(".option-row")).to_have_count(1)
    editor.saved()
    found = {node["title"]: node for node in trees.nodes(tree).values()}
    assert set(found) == set(names)
    assert found["Ten"]["options"][0]["to"] == "a"
    expect(card(page, "Ten")).to_contain_text("goes back to One")


def test_what_was_placed_by_hand_stays_where_tidying_places_the_rest(
    opened: Editor, trees: Trees, tree: str
):
    page = opened.page
    x, y = middle(page, card(page, "Step 1"))
    drag(page, (x, y), (x + 30, y + 160))
    opened.saved()
    placed = trees.draft(tree)["positions"]
    assert set(placed) == {"n1"}
    assert trees.draft(tree)["is_changed"] is False, "a place is no change"
    page.get_by_role("button", name="Tidy up").click()
    opened.saved()
    positions = trees.draft(tree)["positions"]
    assert set(positions) == {"n0", "n1", "end"}
    assert positions["n1"] == placed["n1"]
    opened.undo()
    opened.saved()
    assert trees.draft(tree)["positions"] == placed


def test_branches_fold_and_say_how_many_steps_they_hide(opened: Editor):
    page = opened.page
    expect(page.locator(".canvas-card")).to_have_count(3)
    card(page, "Step 0").get_by_role("button", name="Fold").click()
    expect(page.locator(".canvas-card")).to_have_count(1)
    expect(page.get_by_role("button", name="Open: 2 steps hidden")).to_be_visible()


def test_a_step_in_the_middle_goes_and_its_parents_lead_on(opened: Editor, trees: Trees, tree: str):
    page = opened.page
    card(page, "Step 1").click()
    page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog", name="Remove the step")
    dialog.get_by_role("button", name="what led here goes on to “It works”").click()
    opened.saved()
    found = trees.nodes(tree)
    assert set(found) == {"n0", "end"}
    assert [option["to"] for option in found["n0"]["options"]] == ["end", "end"]
    opened.undo()
    opened.saved()
    assert [option["to"] for option in trees.nodes(tree)["n0"]["options"]] == ["n1", "end"]


def test_a_colleagues_edit_arrives_without_moving_the_canvas(
    opened: Editor, trees: Trees, tree: str
):
    page = opened.page
    view = page.locator(".react-flow__viewport")
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(400)
    before = view.get_attribute("style")
    trees.does(tree, op="set_field", node="n1", field="title", value="Changed by another")
    expect(card(page, "Changed by another")).to_be_visible(timeout=SOON_MS)
    assert view.get_attribute("style") == before
