"""The canvas of the editor, by mouse."""

from itertools import pairwise
from typing import Any

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
    words = page.locator(".canvas-words").get_by_text(title, exact=True)
    return page.locator(".canvas-card").filter(has=words)


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


RESTING_FRAMES = 6
RESTS = """(frames) => new Promise((done) => {
  const view = document.querySelector(".react-flow__viewport");
  let before = "", same = 0;
  const look = () => {
    same = view.style.transform === before ? same + 1 : 0;
    before = view.style.transform;
    if (same >= frames) done(before);
    else requestAnimationFrame(look);
  };
  look();
})"""


def resting(page: Page) -> str:
    """Return where the canvas is, once it no longer moves."""
    return page.evaluate(RESTS, RESTING_FRAMES)


def fit(page: Page) -> None:
    page.get_by_role("button", name="Fit").click()
    resting(page)


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
        fit(page)
        x, y = source(page, before)
        drag(page, (x, y), (x + 30, y - 60))  # onto the empty canvas
        expect(editor.title).to_be_focused()
        page.keyboard.type(name)
        expect(card(page, name)).to_be_visible()
    fit(page)
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
    page.get_by_role("button", name="Zoom in").click()
    before = resting(page)
    trees.does(tree, op="set_field", node="n1", field="title", value="Changed by another")
    expect(card(page, "Changed by another")).to_be_visible(timeout=SOON_MS)
    assert resting(page) == before


def asked(key: str, title: str, *targets: str) -> dict[str, Any]:
    options = [{"key": f"to-{to}", "label": f"Answer {to}", "to": to} for to in targets]
    return {"key": key, "kind": "decision", "title": title, "options": options}


def ended(key: str, title: str) -> dict[str, Any]:
    return {"key": key, "kind": "solution", "title": title}


def test_a_step_to_which_many_answers_lead_has_one_line_and_lists_them(
    desk: Desk, live_server, trees: Trees
):
    asks = [asked(f"q{n}", f"Question {n}", f"e{n}", "restart") for n in range(5)]
    ends = [ended(f"e{n}", f"End {n}") for n in range(5)]
    start = asked("a", "Start", *(each["key"] for each in asks))
    restart = asked("restart", "Restart it", "a", "done")
    nodes = [start, *asks, *ends, restart, ended("done", "Done")]
    tree = trees.new(document={"start": "a", "nodes": nodes})
    page = on_canvas(desk, live_server, tree).page
    fit(page)
    lines = page.locator(".react-flow__edge")
    expect(lines).to_have_count(
        len(nodes) - 1 + 1
    )  # each step its own, and the one back to the start
    expect(page.locator(".canvas-line.canvas-back")).to_have_count(1)
    expect(card(page, "Question 0").get_by_role("button", name="goes to")).to_have_count(0)
    card(page, "Restart it").get_by_role("button", name="from 5 steps").click()
    listed = page.get_by_role("group", name="What leads to Restart it")
    expect(listed.get_by_role("button")).to_have_count(5)
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    card(page, "Restart it").get_by_role("button", name="from 5 steps").click()
    listed.get_by_role("button", name="Question 3").click()
    expect(page.locator(".inspector [data-title]")).to_have_value("Question 3")
    expect(listed).to_be_hidden()
    card(page, "Question 3").get_by_role("button", name="goes to Restart it").click()
    expect(page.locator(".inspector [data-title]")).to_have_value("Restart it")
    expect(
        card(page, "Restart it").get_by_role("button", name="goes back to Start")
    ).to_be_visible()


BRANCHES = 40


def folded_tree(trees: Trees) -> str:
    """A tree that begins with its branches folded below the second question of each."""
    questions = [
        step
        for n in range(BRANCHES)
        for step in (
            asked(f"q{n}", f"Question {n}", f"r{n}"),
            asked(f"r{n}", f"Further {n}", f"e{n}", f"f{n}"),
            ended(f"e{n}", f"End {n}"),
            ended(f"f{n}", f"Other end {n}"),
        )
    ]
    start = asked("a", "Start", *(f"q{n}" for n in range(BRANCHES)))
    return trees.new(document={"start": "a", "nodes": [start, *questions]})


def test_a_card_stays_in_its_place_when_branches_open_and_fold(
    desk: Desk, live_server, trees: Trees
):
    page = on_canvas(desk, live_server, folded_tree(trees)).page
    further = card(page, f"Further {BRANCHES // 2}")
    further.click()
    resting(page)
    before = middle(page, further)

    def stays() -> None:
        resting(page)
        assert middle(page, further) == pytest.approx(before, abs=1)

    further.get_by_role("button", name="Open: 2 steps hidden").click()
    expect(further.get_by_role("button", name="Fold")).to_be_visible()
    stays()
    page.locator(".canvas").focus()
    page.keyboard.press("*")
    expect(page.get_by_role("button", name="Open all")).to_be_disabled()
    stays()
    further.get_by_role("button", name="Fold").click()
    expect(further.get_by_role("button", name="Open: 2 steps hidden")).to_be_visible()
    stays()


def test_a_large_tree_seen_from_afar_has_no_words(desk: Desk, live_server, trees: Trees):
    page = on_canvas(desk, live_server, folded_tree(trees)).page
    expect(page.locator(".canvas-words").first).to_be_visible()
    page.get_by_role("button", name="Open all").click()
    expect(page.get_by_role("button", name="Open all")).to_be_disabled()
    fit(page)
    expect(page.locator(".canvas-card")).to_have_count(1 + 4 * BRANCHES)
    expect(page.locator(".canvas-words").first).to_be_hidden()
    expect(page.locator(".react-flow__edge")).to_have_count(0)
    expect(page.locator(".canvas-far-lines path").first).to_be_attached()


def test_the_step_beside_the_canvas_is_hidden_and_shown(opened: Editor):
    page = opened.page
    inspector, canvas = page.locator(".inspector"), page.locator(".canvas")
    narrow = canvas.bounding_box()
    opened.title.focus()
    page.keyboard.press("Control+.")
    expect(inspector).to_be_hidden()
    expect(canvas).to_be_focused()
    wide = canvas.bounding_box()
    assert narrow and wide
    assert wide["width"] > narrow["width"] + 300
    page.reload()
    expect(canvas).to_be_visible(timeout=SOON_MS)
    expect(inspector).to_be_hidden()
    page.get_by_role("button", name="Show the step").click()
    expect(inspector).to_be_visible()
    page.get_by_role("button", name="Hide the step").click()
    card(page, "Step 1").dblclick()
    expect(opened.title).to_be_focused()
    expect(opened.title).to_have_value("Step 1")
