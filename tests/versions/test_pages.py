"""The history of a tree and publishing, in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from rxapp.account import service as accounts
from rxapp.core.db import Database
from rxapp.library import service as tree_service
from rxapp.sessions import service as sessions
from rxapp.trees import service as trees
from rxapp.trees.importer import ImportedTree, read_yaml
from tests.support.cast import TREE
from tests.support.drafting import Author, document, whole
from tests.support.story import NO, YES, Story


@pytest.fixture
def story(live_server):
    database = Database(live_server.database_url)
    yield Story(database, live_server.cast)
    database.close()


@pytest.fixture
def tree_id(story, request):
    """A tree like the cast's for this test alone."""
    title = f"Silence in {request.node.name[:80]}"
    tree = read_yaml(TREE.replace("title: No sound", f"title: {title}"))
    return story.publish(tree)


@pytest.fixture
def author(story, tree_id):
    return Author(story, story.cast.senior, tree_id)


@pytest.fixture
def opened(desk, story, tree_id):
    def go(what: str, by=story.cast.senior, **options) -> Page:
        return desk.page(by, f"/trees/{tree_id}/{what}", **options)

    return go


def step(page: Page, key: str):
    return page.locator(f"[data-step='{key}']")


def row(page: Page, version: int | str):
    return page.locator(f"[data-version='{version}']")


def dialog(page: Page):
    return page.get_by_role("dialog")


def test_what_changed_is_read_word_by_word_between_any_two(author, opened):
    author.sets("plug", "title", "Plug the cable in")
    author.does(op="set_option_label", node="plugged", option=YES, label="Sure")
    author.does(op="connect", node="plugged", option=NO, to="volume")
    author.does(op="remove_node", node="was-unplugged")
    page = opened("versions")
    row(page, "draft").get_by_role("link", name="What changed").click()
    expect(page.get_by_text("2 steps changed, 1 removed.")).to_be_visible()
    changed = step(page, "plug")
    expect(changed.locator("del")).to_have_text("removed: it")
    expect(changed.locator("ins")).to_have_text("added: the cable")
    options = step(page, "plugged").get_by_role("listitem")
    expect(options).to_have_text(
        [
            re.compile("removed: Yes added: Sure"),
            re.compile("No leads to removed: Plug it in added: Turn the volume up"),
        ]
    )
    expect(step(page, "was-unplugged")).to_contain_text("Ending: Solved")
    page.get_by_role("link", name="All versions").click()
    page.get_by_label("With").select_option("Version 1")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_text("Nothing differs.")).to_be_visible()
    page.go_back()
    expect(row(page, 1)).to_be_visible()


def test_what_changed_is_drawn_with_words_and_the_chosen_step_beside_it(author, opened):
    author.sets("plug", "title", "Plug the cable in")
    author.does(op="set_option_label", node="plugged", option=YES, label="Sure")
    author.does(op="connect", node="plugged", option=NO, to="volume")
    author.does(op="remove_node", node="was-unplugged")
    page = opened("versions?old=1", viewport={"width": 1600, "height": 1000})
    page.get_by_role("button", name="Canvas", exact=True).click()
    assert page.url.endswith("versions?old=1&view=canvas")
    cards = page.locator(".canvas-card")
    expect(cards).to_have_count(6)
    removed = page.locator("[data-key='was-unplugged']")
    expect(removed).to_contain_text("Removed")
    words = removed.locator(".canvas-words")
    assert "line-through" in words.evaluate("(each) => getComputedStyle(each).textDecoration")
    expect(page.locator("[data-key='plug']")).to_contain_text("Changed")
    for words in ("Relabelled: Yes → Sure", "Moved here: No", "Moved away: No"):
        expect(page.locator(".canvas-answer").get_by_text(words)).to_be_visible()
    beside = page.get_by_role("complementary", name="The chosen step")
    removed.click()
    expect(beside).to_contain_text("Ending: Solved")
    page.locator("[data-key='plug']").click()
    expect(beside.locator("ins")).to_have_text("added: the cable")
    page.locator("[data-key='was-muted']").click()
    expect(beside).to_contain_text("Not changed")
    page.reload()
    expect(cards).to_have_count(6)
    page.get_by_role("button", name="List", exact=True).click()
    expect(step(page, "plug").locator("ins")).to_have_text("added: the cable")
    assert page.url.endswith("versions?old=1")


def test_an_old_version_is_read_taken_as_the_draft_and_that_is_undone(author, opened):
    author.sets("plug", "title", "Never published")
    page = opened("versions?version=1")
    expect(page.get_by_text("6 steps, read only")).to_be_visible()
    titles = page.locator("ol h3")
    expect(titles.first).to_have_text("Is the speaker plugged in?")
    expect(titles.nth(1)).to_have_text("Turn the volume up")
    page.get_by_role("button", name="Take as the draft").click()
    expect(dialog(page)).to_contain_text("changes that were never published")
    dialog(page).get_by_role("button", name="Take it as the draft").click()
    expect(page.get_by_text("Version 1 is now the draft.")).to_be_visible()
    assert author.node("plug").title == "Plug it in"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The draft is as it was.")).to_be_visible()
    assert author.node("plug").title == "Never published"
    page.get_by_role("link", name="All versions").click()
    row(page, "draft").get_by_role("button", name="Discard the draft").click()
    dialog(page).get_by_role("button", name="Discard the draft").click()
    expect(row(page, "draft")).to_have_count(0)
    assert not author.draft().is_changed


def test_publishing_says_what_it_means_and_takes_a_note(story, tree_id, author, opened):
    technician = story.cast.technician.actor
    story.do(sessions.start, technician, tree_id)
    walked = story.do(sessions.start, technician, tree_id)
    story.walk(walked, YES)
    author.does(op="connect", node="plugged", option=YES, to="plug")
    for key in ("volume", "was-muted", "call-senior"):
        author.does(op="remove_node", node=key)
    page = opened("publish")
    expect(page.get_by_text("2 sessions, 1 on a removed step")).to_be_visible()
    expect(page.get_by_text("1 stands on a step")).to_be_visible()
    expect(page.get_by_text("1 step changed, 3 removed.")).to_be_visible()
    note = page.get_by_label("What is new?")
    note.fill("x" * 950)
    expect(page.get_by_text("50 characters left")).to_be_visible()
    note.fill("Volume is gone.")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/versions")
    expect(row(page, 2)).to_contain_text("Senior")
    expect(row(page, 2)).to_contain_text("Volume is gone.")
    story.walk(walked, "works")  # a step that version 2 does not have
    assert story.case(walked).version == 1


def test_what_changed_since_the_page_was_read_is_not_published(author, opened):
    author.sets("plug", "title", "Read")
    page = opened("publish", by=author._story.cast.second_senior)
    expect(step(page, "plug")).to_contain_text("Read")
    author.sets("plug", "title", "Not read")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("The draft has changed since you read it.").first).to_be_visible()
    assert author.draft().based_on == 1
    page.get_by_role("button", name="Read it again").click()
    expect(step(page, "plug")).to_contain_text("Not read")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/versions")


def test_errors_block_and_lead_to_their_step(author, opened, tree_id):
    author.does(op="connect", node="plugged", option=YES, to="gone")
    page = opened("publish")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    link = page.get_by_role("link", name="Go to the step Is the speaker plugged in?").first
    expect(link).to_have_attribute("href", f"/trees/{tree_id}/edit?step=plugged")


def test_a_second_person_publishes_what_the_first_asked_for(
    live_server, desk, story, author, opened
):
    account = desk.page(story.cast.owner, "/account")
    account.get_by_label("Who publishes a tree").select_option("A second person publishes")
    account.get_by_role("button", name="Save").click()
    expect(account.get_by_text("Saved.")).to_be_visible()
    author.sets("plug", "title", "Plug the cable in")
    try:
        mine = opened("publish")
        theirs = opened("publish", by=story.cast.second_senior)
        expect(theirs.get_by_role("button", name="Publish", exact=True)).to_be_visible()
        mine.get_by_label("What is new?").fill("Cables.")
        mine.get_by_role("button", name="Ask for review").click()
        expect(mine.get_by_text("It is waiting for somebody else.")).to_be_visible()
        editor = opened("edit", by=story.cast.second_senior)
        expect(editor.get_by_text("Waiting for a review that Senior asked for.")).to_be_visible()
        expect(mine.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
        expect(theirs.get_by_text("asked for a review")).to_be_visible()
        theirs.get_by_role("button", name="Publish", exact=True).click()
        theirs.wait_for_url("**/versions")
        expect(row(theirs, 2)).to_contain_text("Second Senior")
        expect(row(theirs, 2)).to_contain_text("Cables.")
        expect(mine.get_by_text("The draft has changed since you read it.")).to_be_visible()
        expect(editor.get_by_text("Waiting for a review")).to_have_count(0)
    finally:
        story.do(
            accounts.change_account,
            story.cast.owner.actor,
            retention_days=None,
            second_person_publishes=False,
        )


def test_thousands_of_changed_steps_come_a_page_at_a_time(story, desk, live_server):
    senior = live_server.cast.senior
    large = ImportedTree("Thousands of steps", "", "", [], whole(size=3_000))
    tree_id = story.do(trees.publish, senior.actor.account_id, large, published_by=None)
    changed = document(size=3_000)
    for node in changed["nodes"]:
        node["title"] += ", again"
    story.do(
        tree_service.change,
        senior.actor,
        tree_id,
        document=type(whole()).model_validate(changed),
    )
    page = desk.page(senior, f"/trees/{tree_id}/publish")
    expect(page.get_by_text("3,000 steps changed.")).to_be_visible()
    steps = page.locator("[data-kind='changed']")
    expect(steps).to_have_count(50)
    page.get_by_role("button", name="Show more (2,950 left)").click()
    expect(steps).to_have_count(100)


def test_a_first_publication_and_a_tree_that_is_none(story, desk, live_server):
    senior = live_server.cast.senior
    tree = story.do(
        tree_service.create, senior.actor, title="First steps", document=whole(), publish=False
    )
    page = desk.page(senior, f"/trees/{tree.id}/publish")
    expect(page.get_by_text("It has 3 steps.")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/versions")
    expect(row(page, 1)).to_contain_text("3 steps")
    page.goto("/trees/00000000-0000-0000-0000-000000000000/versions")
    expect(page.get_by_text("There is no such tree")).to_be_visible()
    technician = desk.page(live_server.cast.technician, f"/trees/{tree.id}/versions")
    expect(technician.get_by_text("The history of trees is for seniors")).to_be_visible()
