"""Own settings in a real browser: what is saved is seen, and what is refused is kept."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from rxapp.access.actor import Role
from tests.support.cast import PASSWORD, Person, hire
from tests.support.letters import letter, link_in

NEW_PASSWORD = "quite another password"
FAR_EAST, FAR_WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def colleague(mailing_server) -> Person:
    """A senior of the account, whom no other test knows."""
    return hire(mailing_server.database_url, mailing_server.cast.owner, Role.ENGINEER)


@pytest.fixture
def page(mail_desk, colleague) -> Page:
    opened = mail_desk.page(colleague, "/settings", timezone_id="UTC", locale="en-GB")
    opened.get_by_role("heading", name="Profile").wait_for()
    return opened


def part(page: Page, anchor: str) -> Locator:
    return page.locator(f"#{anchor}")


def save(page: Page) -> None:
    part(page, "profile").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def signed_in_elsewhere(mail_desk, colleague, **options) -> Page:
    other = mail_desk.page(None, "/sign-in?next=/sessions", **options)
    other.get_by_label("Email").fill(colleague.email)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_role("heading", name="Sessions").wait_for()
    return other


def clicks_and_is_out(page: Page) -> None:
    page.get_by_role("button", name="Parked").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_new_name_shows_in_the_shell(page):
    part(page, "profile").get_by_role("textbox", name="Name").fill(
        "  A colleague with   a new name "
    )
    save(page)
    expect(page.locator(".me-name")).to_have_text("A colleague with a new name")
    page.reload()
    expect(page.get_by_role("textbox", name="Name").first).to_have_value(
        "A colleague with a new name"
    )
    expect(page.locator(".me-name")).to_have_text("A colleague with a new name")


def test_an_empty_name_is_refused_and_what_is_saved_stays(page, colleague):
    # A name of spaces alone passes the browser's own check.
    part(page, "profile").get_by_role("textbox", name="Name").fill("   ")
    part(page, "profile").get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("This may not be empty.")
    page.reload()
    expect(page.get_by_role("textbox", name="Name").first).to_have_value(colleague.actor.name)


def test_a_notice_is_shown_once_in_a_tab(page):
    save(page)
    page.reload()
    page.get_by_role("heading", name="Profile").wait_for()
    page.wait_for_timeout(1_000)
    expect(page.get_by_text("Saved.")).to_have_count(0)
    page.get_by_role("link", name="Sessions").click()
    page.get_by_role("heading", name="Sessions").wait_for()
    page.wait_for_timeout(500)
    expect(page.get_by_text("Saved.")).to_have_count(0)
    page.get_by_role("link", name="Settings").click()
    save(page)


def test_the_time_zone_moves_the_times_that_are_shown(mail_desk, mailing_server, page):
    page.goto("/")
    page.get_by_role("button", name="No sound").click()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("heading", name="Is the speaker plugged in?").wait_for()
    page.keyboard.press("e")
    page.get_by_label("What do you want from the senior?").fill("What time is it?")
    page.get_by_role("dialog").get_by_role("button", name="Escalate", exact=True).click()
    page.get_by_text("Waiting for a senior").first.wait_for()
    runner = page.url
    for zone in (FAR_EAST, FAR_WEST):
        page.goto("/settings")
        page.get_by_label("Time zone").select_option(zone)
        save(page)
        _shows_times_of(page, runner, zone)
        page.reload()
        _shows_times_of(page, runner, zone)


def _shows_times_of(page: Page, path: str, zone: str) -> None:
    page.goto(path)
    moments = page.locator("time[datetime]").filter(has_text=re.compile(r"\d\d:\d\d$"))
    moments.first.wait_for()
    seen = moments.evaluate_all("all => all.map((e) => [e.dateTime, e.title, e.textContent])")
    for at, title, text in seen:
        there = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
        assert title.startswith(f"{there.day} ")
        assert f"{there:%Y, %H:%M} GMT" in title
        assert f"{there:%H:%M}" in text


def test_the_dark_theme_applies_at_once_and_survives_a_reload(mail_desk, colleague):
    page = mail_desk.page(colleague, "/settings", color_scheme="light")
    page.get_by_role("heading", name="Profile").wait_for()
    light = page.evaluate(BACKGROUND)
    page.get_by_label("Light or dark").select_option("dark")
    save(page)
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    dark = page.evaluate(BACKGROUND)
    assert dark != light
    page.reload()
    page.get_by_role("heading", name="Profile").wait_for()
    expect(page.get_by_label("Light or dark")).to_have_value("dark")
    expect(page.locator("html")).to_have_class(re.compile("dark"))
    assert page.evaluate(BACKGROUND) == dark
    elsewhere = signed_in_elsewhere(mail_desk, colleague, color_scheme="light")
    expect(elsewhere.locator("html")).to_have_class(re.compile("dark"))


def test_the_switches_keep_what_was_chosen(page):
    for name in ("Escalations", "Handed back"):
        switch = page.get_by_role("switch", name=name)
        expect(switch).to_have_attribute("aria-checked", "true")
        switch.click()
        expect(switch).to_have_attribute("aria-checked", "false")
    page.reload()
    for name in ("Escalations", "Handed back"):
        expect(page.get_by_role("switch", name=name)).to_have_attribute("aria-checked", "false")
    page.get_by_role("switch", name="Handed back").click()
    page.reload()
    expect(page.get_by_role("switch", name="Escalations")).to_have_attribute(
        "aria-checked", "false"
    )
    expect(page.get_by_role("switch", name="Handed back")).to_have_attribute("aria-checked", "true")


def test_a_wrong_old_password_keeps_what_was_typed(mail_desk, colleague, page):
    form = part(page, "password")
    form.get_by_label("Old password").fill("not the password")
    form.locator("[name=new_password]").fill(NEW_PASSWORD)
    form.locator("[name=again]").fill(NEW_PASSWORD)
    form.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not your password.")
    expect(form.locator("[name=new_password]")).to_have_value(NEW_PASSWORD)
    expect(form.locator("[name=again]")).to_have_value(NEW_PASSWORD)
    other = signed_in_elsewhere(mail_desk, colleague)
    form.get_by_label("Old password").fill(PASSWORD)
    form.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    expect(form.get_by_label("Old password")).to_have_value("")
    clicks_and_is_out(other)
    page.reload()
    expect(page.get_by_role("heading", name="Profile")).to_be_visible()


def test_two_new_passwords_that_differ_are_told_apart(page):
    form = part(page, "password")
    form.get_by_label("Old password").fill(PASSWORD)
    form.locator("[name=new_password]").fill(NEW_PASSWORD)
    form.locator("[name=again]").fill(NEW_PASSWORD + "!")
    form.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("The two new passwords differ.")
    expect(form.get_by_label("Old password")).to_have_value(PASSWORD)


def test_another_browser_is_listed_and_ended(mail_desk, colleague, page):
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    other = signed_in_elsewhere(mail_desk, colleague, user_agent=firefox)
    page.reload()
    listed = part(page, "signed-in").get_by_role("listitem")
    expect(listed).to_have_count(2)
    row = listed.filter(has_text="Firefox on Windows")
    expect(row).to_contain_text("127.0.0.1")
    expect(listed.filter(has_text="This one").get_by_role("button")).to_have_count(0)
    row.get_by_role("button", name="End").click()
    expect(listed).to_have_count(1)
    clicks_and_is_out(other)
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()


def test_all_others_are_ended_at_once(mail_desk, colleague, page):
    others = [signed_in_elsewhere(mail_desk, colleague) for _ in range(2)]
    page.reload()
    part(page, "signed-in").get_by_role("button", name="End all others").click()
    expect(page.get_by_text("Signed out everywhere else.")).to_be_visible()
    for other in others:
        clicks_and_is_out(other)


def test_a_token_is_shown_once_works_and_is_revoked(mailing_server, colleague, page):
    tokens = part(page, "api-tokens")
    tokens.get_by_label("Name").fill("Ticket sync")
    tokens.get_by_role("button", name="Make a token").click()
    expect(tokens.get_by_text("It is not shown again.")).to_be_visible()
    token = tokens.locator("code").inner_text()
    api = f"{mailing_server.base}/api/v1"
    bearer = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{api}/auth/me", headers=bearer)
    assert (answer.status_code, answer.json()["email"]) == (200, colleague.email)
    written = httpx.post(f"{api}/sessions", headers=bearer, json={})
    assert written.status_code == 403, "it was made to read"

    page.reload()
    row = tokens.get_by_role("listitem").filter(has_text="Ticket sync")
    expect(row).to_contain_text("read only · used just now")
    assert token not in page.content()
    row.get_by_role("button", name="Revoke").click()
    expect(tokens.get_by_text("You have none.")).to_be_visible()
    assert httpx.get(f"{api}/auth/me", headers=bearer).status_code == 401


def test_a_new_address_counts_once_its_link_was_followed(
    mail_desk, mailing_server, colleague, page
):
    address = f"moved.{mailing_server.port}@example.com"
    form = part(page, "email")
    form.get_by_label("New address").fill(address)
    form.get_by_label("Your password").fill("not the password")
    form.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not your password.")
    expect(form.get_by_label("New address")).to_have_value(address)
    form.get_by_label("Your password").fill(PASSWORD)
    form.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("An email is on its way to the new address.")).to_be_visible()
    expect(form.get_by_label("New address")).to_have_value("")
    page.reload()
    expect(page.get_by_text(colleague.email)).to_be_visible()

    page.goto(link_in(letter(mailing_server.mail, address, "Confirm your new email address")))
    page.get_by_role("button", name="Confirm this address").click()
    expect(page.get_by_text("Your address is changed.")).to_be_visible()
    page.goto("/settings")
    expect(page.get_by_text(address)).to_be_visible()
    letter(mailing_server.mail, colleague.email, "Your email address was changed")

    other = mail_desk.page(None, "/sign-in")
    other.get_by_label("Email").fill(address)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="Library")).to_be_visible()


def test_a_technician_is_asked_nothing_about_mails_they_never_get(mail_desk, mailing_server):
    page = mail_desk.page(mailing_server.cast.technician, "/settings")
    page.get_by_role("heading", name="Profile").wait_for()
    expect(page.get_by_role("heading", name="Notices")).to_have_count(0)
