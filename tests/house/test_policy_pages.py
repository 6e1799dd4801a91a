"""The content security policy: no page violates it, and injected scripts do not run."""

import httpx
import pytest
from playwright.sync_api import Browser, Page

from rxapp.screens import SCREENS
from tests.support.dialogs import close_dialog
from tests.support.policy import Watched
from tests.support.screens import SIGNED_IN, SIGNED_OUT, WITH_ID
from tests.support.server import Server


def test_no_screen_of_a_case_is_forgotten():
    assert {screen.route for screen in SCREENS if screen.has_id} == WITH_ID


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_before_sign_in_keep_to_the_policy(desk, live_server, scheme):
    watched = Watched(desk, color_scheme=scheme)
    for path, heading in SIGNED_OUT.items():
        page = watched.open(path, heading)
        page.get_by_role("button", name="Switch between light and dark").click()
        watched.is_clean()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_behind_it_keep_to_the_policy(desk, live_server, start, scheme):
    runner = start()
    runner.get_by_role("button", name="Yes").click()
    runner.get_by_role("heading", name="Turn the volume up").wait_for()
    session = Watched(desk, live_server.cast.technician, color_scheme=scheme)
    _walk(session, runner.url)
    session.is_clean()

    watched = Watched(desk, live_server.cast.owner, color_scheme=scheme)
    for path, heading in SIGNED_IN.items():
        page = watched.open(path, heading)
        _click_through(page, path)
        page.get_by_role("button", name="Switch between light and dark").click()
        watched.is_clean()
    _edit(watched, live_server)
    page = watched.open("/inbox", "Inbox")
    page.get_by_role("listitem").get_by_role("link", name="No sound").first.click()
    page.wait_for_url("**/escalations/*")
    page.get_by_text("What they need").first.wait_for()
    watched.open(page.url, "No sound")
    watched.is_clean()


def _edit(watched: Watched, server: Server) -> None:
    page = watched.open(f"/trees/{server.cast.tree_id}/edit", "No sound")
    page.get_by_role("button", name="Canvas").click()
    page.locator(".canvas-card").first.wait_for()
    page.get_by_label("Text", exact=True).fill("<img src=x onerror=alert(1)> **bold**")
    page.get_by_role("button", name="Preview").click()
    page.locator(".prose strong").wait_for()
    page.get_by_role("button", name="Canvas").press("Control+h")
    page.get_by_role("dialog", name="Find and replace").wait_for()
    page.keyboard.press("Escape")
    watched.is_clean()
    page = watched.open(f"/trees/{server.cast.tree_id}/try", "No sound")
    page.get_by_role("link", name="Yes").click()
    page.get_by_role("heading", name="Turn the volume up").wait_for()
    page.get_by_role("link", name="Edit this step").wait_for()
    watched.is_clean()


def _walk(watched: Watched, path: str) -> None:
    page = watched.open(path, "Turn the volume up")
    page.get_by_label("Note for this step").fill("A note")
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Ticket note").click()
    page.get_by_role("dialog", name="Ticket note").get_by_role("button", name="HTML").click()
    close_dialog(page)
    page.get_by_label("Scratchpad").fill("A style of its own shows it")
    page.locator("[data-hotkey='e']").click()
    page.get_by_label("What do you want from the senior?").fill("Does the page hold?")
    page.get_by_role("dialog").get_by_role("button", name="Escalate", exact=True).click()
    page.get_by_text("Who was told").wait_for()


def _click_through(page: Page, path: str) -> None:
    if path == "/":
        page.get_by_label("Search trees").fill("sound")
        page.get_by_role("button", name="No sound").click()
        page.get_by_role("dialog", name="Start a session").wait_for()
        close_dialog(page)
    elif path == "/sessions":
        page.get_by_role("button", name="Parked").click()
    elif path == "/settings":
        factor = page.locator("#second-factor")
        factor.get_by_label("Your password").fill("a test password")
        factor.get_by_role("button", name="Set it up").click()
        factor.get_by_role("img", name="QR code").wait_for()
        page.get_by_role("switch", name="Handed back").click()
    elif path == "/members":
        page.get_by_role("button", name="Invite", exact=True).click()
        page.get_by_role("dialog", name="Invite somebody").wait_for()
        close_dialog(page)
        page.get_by_role("button", name="Deactivate").first.click()
        page.get_by_role("dialog", name="Deactivate a member").wait_for()
        close_dialog(page)
    elif path == "/account":
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved.").wait_for()
        with page.expect_download():
            page.get_by_role("link", name="Download the export").click()
    elif path == "/audit":
        page.get_by_role("button", name="Account", exact=True).click()
        with page.expect_download():
            page.get_by_role("link", name="CSV").click()


@pytest.mark.parametrize(
    "path", [*SIGNED_OUT, "/", "/settings", "/sessions/x", "/no-such-page", "/api-docs/", "/guide/"]
)
def test_the_header_lets_no_inline_script_and_no_eval_in(live_server, path):
    answer = httpx.get(live_server.base + path, follow_redirects=True)
    policy = dict(
        each.strip().partition(" ")[::2]
        for each in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    scripts = policy["script-src"].split()
    assert scripts[0] == "'self'"
    assert all(each.startswith("'sha256-") for each in scripts[1:])
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"


INJECTED = {
    "an inline script": """() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
    }""",
    "an event handler": """() => {
        const box = document.createElement('div');
        box.innerHTML = '<img src="data:," onerror="window.ran = true">';
        document.body.append(box);
    }""",
    "a script: address": """() => {
        const link = document.createElement('a');
        link.href = 'javascript:void(window.ran = true)';
        document.body.append(link);
        link.click();
    }""",
    "a text run as a script": """() => {
        try { window.setTimeout('window.ran = true', 0); } catch {}
    }""",
    "a script of another host": """() => {
        const script = document.createElement('script');
        script.src = 'http://script.example.com/ran.js';
        document.body.append(script);
    }""",
}


@pytest.mark.parametrize("injected", INJECTED)
def test_what_is_slipped_into_a_page_does_not_run(desk, live_server, injected):
    watched = Watched(desk, live_server.cast.technician)
    page = watched.open("/", "Library")
    page.evaluate(INJECTED[injected])
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("violations") != []


def test_without_the_policy_it_would_run(browser: Browser, live_server):
    """The injections above do run without the policy, so the test above can fail."""
    context = browser.new_context(base_url=live_server.base, bypass_csp=True)
    page = context.new_page()
    page.goto("/sign-in")
    for name in ("an inline script", "an event handler", "a script: address"):
        page.evaluate("() => { window.ran = null; }")
        page.evaluate(INJECTED[name])
        page.wait_for_timeout(300)
        assert page.evaluate("window.ran") is True, name
    context.close()
