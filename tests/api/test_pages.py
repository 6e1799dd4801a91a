"""The page that explains the API: in a real browser, under the policy of every page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.cast import PASSWORD
from tests.support.desk import Desk
from tests.support.policy import Watched
from tests.support.server import Server

PATH = "/api-docs/"


def opened(desk: Desk) -> Iterator[Page]:
    """The page; at the end, it has no policy violation, console output or foreign request."""
    watched = Watched(desk, color_scheme="light")
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(request.url))
    yield watched.open(PATH, "ResolutionFlow API")
    watched.is_clean()
    origin = watched.page.evaluate("location.origin")
    assert [url for url in asked if not url.startswith((f"{origin}/", "data:"))] == []


@pytest.fixture
def docs(desk: Desk) -> Iterator[Page]:
    yield from opened(desk)


@pytest.fixture(scope="module")
def read_docs(browser: Browser, live_server: Server) -> Iterator[Page]:
    """One page for all who only read, since its viewer takes seconds to load."""
    desk = Desk(browser, live_server)
    yield from opened(desk)
    desk.close()
    assert desk.errors == []


def calls(page: Page):
    return page.locator(".opblock")


def open_call(page: Page, words: str, name: str):
    page.get_by_role("searchbox", name="Search the calls").fill(words)
    call = calls(page).filter(has_text=name)
    call.get_by_role("button", expanded=False).first.click()
    return call


def authorize(page: Page, scheme: str, *typed: str) -> None:
    page.get_by_role("button", name="Authorize").first.click()
    heading = page.get_by_role("heading", name=scheme)
    part = page.locator(".auth-container").filter(has=heading)
    for place, value in enumerate(typed):
        part.locator("input:visible").nth(place).fill(value)
    part.get_by_role("button", name="Apply").click()
    page.keyboard.press("Escape")


def execute(call, status: int) -> str:
    """Call the operation with its example and return the body of the answer."""
    call.get_by_role("button", name="Try it out").click()
    call.get_by_role("button", name="Execute").click()
    came = call.locator(".live-responses-table")
    expect(came.locator(".response-col_status").last).to_contain_text(str(status))
    return came.locator(".highlight-code").first.inner_text()


def test_every_call_is_there(read_docs):
    read_docs.get_by_role("searchbox", name="Search the calls").fill("")
    document = read_docs.request.get("/api/v1/openapi.json").json()
    expect(calls(read_docs)).to_have_count(sum(len(item) for item in document["paths"].values()))


FOUND = {
    "back queue": "Hand back handoff",
    "POST sessions idempotency": "Start session",
    "scratchpad": "Update session",
}


def test_calls_are_found_by_words_by_path_and_by_field(read_docs):
    for typed, found in FOUND.items():
        read_docs.get_by_role("searchbox", name="Search the calls").fill(typed)
        expect(calls(read_docs).filter(has_text=found).first).to_be_visible()
        expect(calls(read_docs).filter(has_text="Get health")).to_have_count(0)


def test_what_is_not_there_is_said_to_be_missing(read_docs):
    read_docs.get_by_role("searchbox", name="Search the calls").fill("no such call")
    expect(read_docs.get_by_role("status")).to_have_text("No call matches. Try fewer words.")


def test_a_call_is_tried_with_a_token(docs, live_server):
    person = live_server.cast.technician
    token = docs.request.post(
        "/api/v1/auth/login/json", data={"email": person.email, "password": PASSWORD}
    ).json()["access_token"]
    authorize(docs, "ApiToken", token)
    assert person.email in execute(open_call(docs, "auth me", "Get signed in user"), 200)


def test_a_call_is_tried_with_a_password(docs, live_server):
    person = live_server.cast.senior
    authorize(docs, "SignIn", person.email, PASSWORD)
    assert person.email in execute(open_call(docs, "auth me", "Get signed in user"), 200)


def test_it_says_who_may_call_what(read_docs):
    call = open_call(read_docs, "members role", "Change role")
    expect(call).to_contain_text("Needs the right to manage members. API tokens are refused.")


@pytest.mark.parametrize(
    ("chosen", "machine", "is_dark"),
    [("", "light", False), ("", "dark", True), ("dark", "light", True), ("light", "dark", False)],
)
def test_it_is_dark_as_chosen_in_the_app_or_else_as_the_machine(desk, chosen, machine, is_dark):
    keep = f"localStorage.setItem('theme', '{chosen}')" if chosen else ""
    page = desk.page(None, PATH, script=keep, color_scheme=machine)
    calls(page).first.wait_for()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == (
        "dark" if is_dark else "normal"
    )
    colour = page.locator("h1").evaluate("(title) => getComputedStyle(title).color")
    assert (sum(map(int, re.findall(r"\d+", colour)[:3])) > 384) == is_dark


def test_another_document_cannot_be_slipped_in(desk):
    page = desk.page(None, f"{PATH}?url=/favicon.svg&configUrl=/favicon.svg")
    calls(page).first.wait_for()
    expect(page.get_by_role("heading", name="ResolutionFlow API")).to_be_visible()


def test_it_opens_without_the_slash_at_the_end_too(desk):
    page = desk.page(None, PATH.rstrip("/"))
    expect(calls(page).first).to_be_visible()


def test_on_a_phone_nothing_is_cut_off(desk):
    page = desk.page(None, PATH, viewport={"width": 390, "height": 844})
    open_call(page, "POST sessions idempotency", "Start session")
    page.get_by_role("button", name="Try it out").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
