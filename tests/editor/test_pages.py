"""The editor in a browser: what is typed is saved, undone, merged and asked about."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.desk import Desk
from tests.support.editor import SOON_MS, Editor, Trees

Opens = Callable[..., Editor]


@pytest.fixture
def trees(live_server) -> Trees:
    return Trees(live_server)


@pytest.fixture
def tree(trees: Trees) -> str:
    return trees.new()


@pytest.fixture
def opened(desk: Desk, live_server, tree: str) -> Iterator[Editor]:
    yield Editor(desk, live_server.cast.senior, tree)


def test_a_step_is_chosen_by_its_address_and_typed_text_is_saved(
    desk: Desk, live_server, trees: Trees, tree: str
):
    editor = Editor(desk, live_server.cast.senior, tree, step="n1")
    expect(editor.title).to_have_value("Step 1")
    editor.title.fill("Is it  on? ")
    editor.body.fill("Look **behind** it.")
    editor.saved()
    node = trees.nodes(tree)["n1"]
    assert (node["title"], node["body"]) == ("Is it  on?", "Look **behind** it.")
    editor.page.reload()
    editor.is_open()
    expect(editor.title).to_have_value("Is it  on?")
    assert trees.draft(tree)["revision"] == 2, "one operation a field, however many keys"


def test_undo_and_redo_go_through_everything_in_its_order(opened: Editor, trees: Trees, tree: str):
    page = opened.page
    opened.choose("Step 0")
    opened.title.fill("First")
    opened.saved()
    page.locator("[data-add-option]").click()
    page.get_by_role("radio", name="Action").check()
    opened.body.fill("Second")
    opened.saved()
    trees.does(tree, op="set_field", node="n1", field="title", value="By another")
    expect(opened.row("By another")).to_be_visible(timeout=SOON_MS)
    opened.undo()
    expect(opened.body).to_have_value("")
    opened.undo()
    expect(page.get_by_role("radio", name="Decision")).to_be_checked()
    opened.undo()
    expect(page.locator(".option-row")).to_have_count(2)
    opened.undo()
    expect(opened.title).to_have_value("Step 0")
    opened.saved()
    opened.undo()
    expect(page.get_by_text("There is nothing to undo.")).to_be_visible()
    found = trees.nodes(tree)
    assert [found["n0"]["title"], found["n1"]["title"]] == ["Step 0", "By another"]
    assert set(found) == {"n0", "n1", "end"}
    for _ in range(4):
        page.keyboard.press("Control+Shift+z")
    expect(opened.body).to_have_value("Second")
    opened.saved()
    found = trees.nodes(tree)
    assert (found["n0"]["title"], found["n0"]["kind"]) == ("First", "action")
    assert found["n1"]["title"] == "By another"


def test_undo_on_a_fresh_page_does_nothing(opened: Editor, trees: Trees, tree: str):
    opened.undo()
    expect(opened.page.get_by_text("There is nothing to undo.")).to_be_visible()
    opened.title.focus()
    opened.undo()
    expect(opened.title).to_have_value("Step 0")
    assert trees.draft(tree)["revision"] == 0


def test_undo_works_inside_a_text_field(opened: Editor):
    opened.title.fill("One")
    opened.saved()
    opened.title.press_sequentially(" two")
    opened.undo()
    expect(opened.title).to_have_value("One")
    opened.undo()
    expect(opened.title).to_have_value("Step 0")


def test_the_fields_of_two_authors_are_merged(
    desk: Desk, live_server, opened: Editor, trees: Trees, tree: str
):
    other = Editor(desk, live_server.cast.owner, tree)
    opened.title.fill("Mine")
    other.body.fill("Theirs")
    other.choose("Step 1")
    other.title.fill("Theirs too")
    opened.saved()
    other.saved()
    expect(opened.body).to_have_value("Theirs", timeout=SOON_MS)
    expect(opened.row("Theirs too")).to_be_visible(timeout=SOON_MS)
    found = trees.nodes(tree)
    assert (found["n0"]["title"], found["n0"]["body"]) == ("Mine", "Theirs")
    assert found["n1"]["title"] == "Theirs too"


def test_the_others_are_shown_with_the_step_that_they_look_at(
    desk: Desk, live_server, opened: Editor, tree: str
):
    other = Editor(desk, live_server.cast.owner, tree, step="n1")
    here = opened.page.get_by_role("list", name="Also here").get_by_role("button")
    expect(here).to_have_count(1, timeout=SOON_MS)
    expect(here).to_have_attribute(
        "aria-label", re.compile(r"Owner \((blue|violet)\) is on “Step 1”. Go there")
    )
    other.page.goto("/sessions")
    expect(here).to_have_count(0, timeout=SOON_MS)


def test_the_same_field_asks_and_loses_neither_text(
    desk: Desk, live_server, opened: Editor, trees: Trees, tree: str
):
    page = opened.page
    page.route("**/operations", lambda route: route.abort())  # this page is late
    opened.title.fill("Mine")
    opened.says("Offline: 1 change kept here")
    trees.does(tree, op="set_field", node="n0", field="title", value="Theirs")
    page.unroute("**/operations")
    opened.says("Needs you: 1 question")
    trees.does(tree, op="set_field", node="n0", field="body", value="Added meanwhile")
    opened.choose("Step 1")
    opened.title.fill("Edited after the question")
    expect(opened.row("Edited after")).to_be_visible()
    page.get_by_role("button", name="Needs you").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("pre").first).to_have_text("Mine")
    expect(dialog.locator("pre").last).to_have_text("Theirs")
    dialog.get_by_role("button", name="Use theirs").click()
    expect(dialog).to_be_hidden()
    opened.saved()
    found = trees.nodes(tree)
    assert (found["n0"]["title"], found["n0"]["body"]) == ("Theirs", "Added meanwhile")
    assert found["n1"]["title"] == "Edited after the question"


def test_a_question_names_steps_and_answers_and_shows_no_keys(
    opened: Editor, trees: Trees, tree: str
):
    page = opened.page
    page.route("**/operations", lambda route: route.abort())
    target = page.get_by_role("combobox", name="Where “On” leads")
    target.fill("It works")
    target.press("Enter")
    page.get_by_role("button", name="Move “Done” up").click()
    opened.says("Offline: 2 changes kept here")
    trees.does(tree, op="connect", node="n0", option="on", to="n0")
    trees.does(tree, op="add_option", node="n0", option={"key": "x", "label": "Other", "to": "end"})
    trees.does(tree, op="reorder_options", node="n0", options=["x", "on", "done"])
    page.unroute("**/operations")
    opened.says("Needs you: 2 questions")
    page.get_by_role("button", name="Needs you").click()
    dialog = page.get_by_role("dialog")
    headings = dialog.get_by_role("heading", level=3)
    expect(headings).to_have_text(
        ["Step 0 · “On” · where it leads", "Step 0 · order of the answers"]
    )
    texts = dialog.locator("pre")
    expect(texts).to_have_text(["It works", "Step 0", "Done\nOn\nOther", "Other\nOn\nDone"])


@pytest.mark.parametrize("own", ["Use mine", "Write it by hand"])
def test_whoever_decides_for_their_own_text_has_it(
    own: str, opened: Editor, trees: Trees, tree: str
):
    page = opened.page
    page.route("**/operations", lambda route: route.abort())
    opened.title.fill("Mine")
    opened.says("Offline")
    trees.does(tree, op="set_field", node="n0", field="title", value="Theirs")
    page.unroute("**/operations")
    page.get_by_role("button", name="Needs you").click(timeout=SOON_MS)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=own).click()
    if own == "Write it by hand":
        dialog.get_by_label("Your own wording").fill("Both of ours")
        dialog.get_by_role("button", name="Use this text").click()
    opened.saved()
    wanted = "Mine" if own == "Use mine" else "Both of ours"
    assert trees.nodes(tree)["n0"]["title"] == wanted
    expect(opened.title).to_have_value(wanted)


def test_a_step_that_somebody_removed_comes_back_with_the_edit(
    opened: Editor, trees: Trees, tree: str
):
    page = opened.page
    opened.choose("Step 1")
    page.route("**/operations", lambda route: route.abort())
    opened.body.fill("Written as it was removed")
    opened.says("Offline")
    trees.does(tree, op="remove_node", node="n1")
    page.unroute("**/operations")
    page.get_by_role("button", name="Needs you").click(timeout=SOON_MS)
    page.get_by_role("button", name="Bring the step back").click()
    opened.saved()
    node = trees.nodes(tree)["n1"]
    assert (node["title"], node["body"]) == ("Step 1", "Written as it was removed")


def test_an_idle_tab_that_wakes_up_sends_nothing(
    desk: Desk, live_server, opened: Editor, trees: Trees, tree: str
):
    sent = []
    opened.page.on("request", lambda request: sent.append(request.method))
    trees.does(tree, op="set_field", node="n0", field="title", value="Changed meanwhile")
    expect(opened.title).to_have_value("Changed meanwhile", timeout=SOON_MS)
    opened.title.focus()
    opened.body.focus()
    opened.title.press("End")
    opened.body.focus()
    opened.page.wait_for_timeout(800)
    assert "POST" not in sent
    assert trees.draft(tree)["revision"] == 1


def test_what_is_typed_during_a_save_is_never_called_saved(opened: Editor, trees: Trees, tree: str):
    page = opened.page
    held = []
    page.route("**/operations", lambda route: held.append(route))
    with page.expect_request("**/operations"):
        opened.title.fill("First")
    opened.title.press_sequentially(" and more")
    assert held
    expect(opened.state).to_have_attribute("data-status", "saving")
    for route in held:
        route.continue_()
    page.unroute("**/operations")
    opened.saved()
    page.reload()
    opened.is_open()
    expect(opened.title).to_have_value("First and more")


def test_what_could_not_be_sent_survives_a_reload_and_is_applied_once(
    opened: Editor, trees: Trees, tree: str
):
    page = opened.page
    page.on("dialog", lambda dialog: dialog.accept())  # the browser asks before it leaves
    page.route("**/operations", lambda route: route.abort())
    opened.title.fill("Kept")
    opened.body.fill("Kept too")
    page.locator("[data-add-option]").click()
    opened.says("Offline: 4 changes kept here")
    page.reload()
    opened.is_open()
    expect(opened.title).to_have_value("Kept")
    page.unroute("**/operations")
    opened.saved()
    node = trees.nodes(tree)["n0"]
    assert (node["title"], node["body"], len(node["options"])) == ("Kept", "Kept too", 3)
    assert trees.draft(tree)["revision"] == 4


def test_an_answer_that_got_lost_is_not_applied_twice(opened: Editor, trees: Trees, tree: str):
    page = opened.page
    lost = []

    def lose(route):
        route.fetch()  # the server does it, and the page never hears
        lost.append(1)
        route.abort()

    page.route("**/operations", lose, times=1)
    page.locator("[data-add-option]").click()
    opened.saved()
    assert lost
    assert len(trees.nodes(tree)["n0"]["options"]) == 3
    expect(page.locator(".option-row")).to_have_count(3)


def test_going_back_between_trees_leaves_the_other_one_alone(
    opened: Editor, trees: Trees, tree: str
):
    other = trees.new(title="Another tree")
    page = opened.page
    page.goto(f"/trees/{other}/edit")
    opened.is_open()
    opened.title.fill("Only here")
    opened.saved()
    page.go_back()
    opened.is_open()
    expect(opened.title).to_have_value("Step 0", timeout=SOON_MS)
    assert trees.draft(tree)["revision"] == 0
    assert trees.nodes(other)["n0"]["title"] == "Only here"


def test_backspace_in_an_empty_field_removes_nothing(opened: Editor, trees: Trees, tree: str):
    opened.choose("Step 1")
    opened.body.focus()
    opened.page.keyboard.press("Backspace")
    opened.page.keyboard.press("Control+Backspace")
    opened.page.keyboard.press("Delete")
    opened.saved()
    assert trees.draft(tree)["revision"] == 0


def test_a_title_is_needed_and_its_limit_is_said_before_the_server_has_to(
    opened: Editor, trees: Trees, tree: str
):
    opened.title.fill("")
    opened.says("Needs you: 1 question")
    expect(opened.page.get_by_text("A title is needed.")).to_be_visible()
    opened.title.fill("x" * 190)
    expect(opened.page.get_by_text("10 characters left")).to_be_visible()
    opened.title.fill("x" * 201)
    expect(opened.page.get_by_text("1 character too long. The limit is 200.")).to_be_visible()
    opened.title.fill("Short")
    opened.saved()
    assert trees.nodes(tree)["n0"]["title"] == "Short"


def test_renaming_and_replacing_leave_no_orphans_and_are_undone_at_once(
    opened: Editor, trees: Trees, tree: str
):
    page = opened.page
    opened.choose("Step 1")
    for name in ("A", "AB", "ABC", "ABCD", "Widget 1"):
        opened.title.fill(name)
        page.wait_for_timeout(50)
    opened.saved()
    assert set(trees.nodes(tree)) == {"n0", "n1", "end"}
    page.keyboard.press("Control+h")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Find", exact=True).fill("on")
    dialog.get_by_label("Replace with").fill("ON")
    dialog.get_by_label("Match case").check()
    dialog.get_by_role("button", name="Replace 2").click()
    expect(dialog).to_be_hidden()
    opened.saved()
    labels = [option["label"] for option in trees.nodes(tree)["n0"]["options"]]
    assert labels == ["On", "DONe"]
    opened.undo()
    opened.saved()
    assert trees.nodes(tree)["n0"]["options"][1]["label"] == "Done"
    assert trees.nodes(tree)["n1"]["title"] == "Widget 1"


def test_ten_steps_with_a_loop_by_keys_alone(desk: Desk, live_server, trees: Trees):
    start = {"start": "a", "nodes": [{"key": "a", "kind": "decision", "title": "One"}]}
    tree = trees.new(title="By keys", document=start, publish=False)
    editor = Editor(desk, live_server.cast.senior, tree)
    page = editor.page
    for name in ("Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"):
        page.get_by_role("treeitem", selected=True).first.focus()
        page.keyboard.press("Insert")
        expect(editor.title).to_be_focused()
        page.keyboard.type(name)
        page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(editor.title).to_be_focused()
    while not page.evaluate("document.activeElement.matches('[data-add-option]')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Again")
    page.keyboard.press("Tab")
    page.keyboard.type("One")
    page.keyboard.press("Enter")
    editor.saved()
    found = {node["title"]: node for node in trees.nodes(tree).values()}
    assert len([title for title in found if title != "New step"]) == 10
    assert found["Ten"]["options"][0]["label"] == "Again"
    assert found["Ten"]["options"][0]["to"] == "a"


def linked(key: str, title: str, **answers: str) -> dict[str, Any]:
    options = [{"key": f"to-{to}", "label": label, "to": to} for label, to in answers.items()]
    return {"key": key, "kind": "decision", "title": title, "options": options}


def three_of_one_title() -> dict[str, Any]:
    """Three steps linked with each other, with two answers that lead to other steps."""
    nodes = [
        linked("begin", "Begin", Look="a", Stop="stop"),
        linked("a", "Check", Yes="b", No="stop"),
        linked("b", "Check", Yes="c", Again="a"),
        linked("c", "Check", Restart="begin", Again="b"),
        {"key": "stop", "kind": "solution", "title": "Stop", "ending": "solved"},
    ]
    return {"start": "begin", "nodes": nodes}


def test_pasted_steps_keep_their_answers_among_each_other_and_list_those_that_led_outside(
    desk: Desk, live_server, trees: Trees, tree: str
):
    source = trees.new(document=three_of_one_title())
    rights = ["clipboard-read", "clipboard-write"]
    editor = Editor(desk, live_server.cast.senior, source, step="a", permissions=rights)
    page = editor.page
    editor.row("Check").focus()
    page.keyboard.press("Control+Shift+c")
    expect(page.get_by_text("Copied 3 steps.")).to_be_visible()
    page.goto(f"/trees/{tree}/edit")
    editor.is_open()
    for _ in range(2):
        page.get_by_role("treeitem").first.focus()
        page.keyboard.press("Control+v")
    editor.saved()
    before = {"n0", "n1", "end"}
    found = {key: node for key, node in trees.nodes(tree).items() if key not in before}
    assert [node["title"] for node in found.values()] == ["Check"] * 6
    led = [option["to"] for node in found.values() for option in node["options"]]
    assert sum(to in found for to in led) == 8, "a copy leads to its own steps"
    assert len(set(led) & before) == 0
    assert len(set(led) - found.keys()) == 4, "and otherwise nowhere"

    outside = page.get_by_label("Answers that led outside")
    expect(outside).to_contain_text("4 answers led to steps that were not copied.")
    expect(outside.get_by_role("listitem")).to_have_text(["Check: No", "Check: Restart"] * 2)
    outside.get_by_role("button", name="Check: Restart").first.click()
    expect(editor.title).to_be_focused()
    target = page.get_by_role("combobox", name="Where “Restart” leads")
    expect(target).to_have_value(re.compile("missing"))
    target.fill("It works")
    target.press("Enter")
    expect(outside).to_contain_text("3 answers led to steps")
    outside.get_by_role("button", name="Dismiss").click()
    expect(outside).to_have_count(0)
    editor.undo()
    editor.undo()
    editor.undo()
    editor.saved()
    assert trees.nodes(tree).keys() == before


def test_what_is_wrong_is_said_beside_the_step_and_mended_in_one_click(
    desk: Desk, live_server, trees: Trees, tree: str
):
    trees.does(tree, op="connect", node="n1", option="on", to="n00")
    trees.does(tree, op="set_start", node="gone")
    editor = Editor(desk, live_server.cast.senior, tree, step="n1")
    page = editor.page
    whole = page.get_by_role("list", name="What is wrong with this tree")
    expect(whole).to_contain_text("The tree starts at 'gone'", timeout=SOON_MS)
    own = page.get_by_role("list", name="What is wrong with this step")
    expect(own).to_contain_text("'n00'")
    own.get_by_role("button").first.click()
    editor.saved()
    assert trees.nodes(tree)["n1"]["options"][0]["to"] == "n0"
    editor.undo()
    editor.saved()
    assert trees.nodes(tree)["n1"]["options"][0]["to"] == "n00"


def test_a_row_stays_in_its_place_when_all_branches_open(desk: Desk, live_server, trees: Trees):
    """Branches above the row and below it."""
    count = 12
    asks = [
        {
            "key": f"q{n}",
            "kind": "decision",
            "title": f"Question {n}",
            "options": [
                {"key": f"o{m}", "label": f"Sign {m}", "to": f"e{n}-{m}"} for m in range(4)
            ],
        }
        for n in range(count)
    ]
    ends = [
        {"key": f"e{n}-{m}", "kind": "solution", "title": f"End {m} of {n}"}
        for n in range(count)
        for m in range(4)
    ]
    options = [{"key": f"o{n}", "label": f"Place {n}", "to": f"q{n}"} for n in range(count)]
    start = {"key": "a", "kind": "decision", "title": "Start", "options": options}
    tree = trees.new(document={"start": "a", "nodes": [start, *asks, *ends]})
    editor = Editor(desk, live_server.cast.senior, tree, viewport={"width": 1200, "height": 500})
    for n in range(count):
        editor.choose(f"Question {n}")
        editor.page.keyboard.press("ArrowLeft")
        expect(editor.row(f"Question {n}")).to_have_attribute("aria-expanded", "false")
    editor.choose("Question 6")

    def top() -> float:
        box = editor.row("Question 6").bounding_box()
        assert box
        return box["y"]

    before = top()
    editor.page.keyboard.press("*")
    expect(editor.row("Question 0")).to_have_attribute("aria-expanded", "true")
    assert top() == pytest.approx(before, abs=1)
