"""A forgotten password, from the sign-in page and back to it, on both databases."""

import re

import pytest
from playwright.sync_api import Page, expect

from rxapp.access.actor import Role
from tests.support.cast import PASSWORD, Person, hire
from tests.support.letters import letter, link_in

NEW_PASSWORD = "the password after that"
SAID = "If somebody signs in with this address, an email is on its way."


@pytest.fixture
def colleague(mailing_server) -> Person:
    return hire(mailing_server.database_url, mailing_server.cast.owner, Role.VIEWER)


def ask(page: Page, address: str) -> str:
    """Ask for the link as people do, and return all that the page then says."""
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_role("heading", name="Set a new password").wait_for()
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text(SAID)).to_be_visible()
    return page.locator("main").inner_text()


def sign_in(page: Page, address: str, password: str) -> None:
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_by_mail_to_a_new_password(mail_desk, mailing_server, colleague):
    open_elsewhere = mail_desk.page(colleague, "/sessions")
    open_elsewhere.get_by_role("heading", name="Sessions").wait_for()
    page = mail_desk.page(None, "/sign-in")
    ask(page, colleague.email)
    link = link_in(letter(mailing_server.mail, colleague.email, "Set a new password"))

    page.goto(link)
    expect(page).to_have_url(re.compile("/reset/?$"))
    page.reload()  # as a page does by itself when there is a new version
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your new password is set.")).to_be_visible()
    assert page.evaluate("JSON.stringify(history.state)").count(link.rpartition("#")[2]) == 0
    page.get_by_role("link", name="Continue").click()

    sign_in(page, colleague.email, PASSWORD)
    expect(page.get_by_text("Email address or password is wrong.")).to_be_visible()
    sign_in(page, colleague.email, NEW_PASSWORD)
    expect(page.get_by_role("heading", name="Library")).to_be_visible()

    open_elsewhere.get_by_role("button", name="Parked").click()
    expect(open_elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()
    letter(mailing_server.mail, colleague.email, "Your password was changed")

    again = mail_desk.page(None, link)
    again.get_by_label("New password").fill(NEW_PASSWORD + " again")
    again.get_by_role("button", name="Set the password").click()
    expect(again.locator("form").get_by_role("alert")).to_contain_text("used already")
    page.goto("/sessions")
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()


def test_the_page_does_not_tell_who_has_an_address(mail_desk, mailing_server, colleague):
    known = ask(mail_desk.page(None, "/sign-in"), colleague.email)
    nobody = f"nobody.{mailing_server.port}@example.com"
    assert ask(mail_desk.page(None, "/sign-in"), nobody) == known
    letter(mailing_server.mail, colleague.email, "Set a new password")
    assert mailing_server.mail.to(nobody) == []


def test_without_a_link_the_page_says_where_it_is(mail_desk):
    page = mail_desk.page(None, "/reset")
    expect(page.locator("form").get_by_role("alert")).to_contain_text("the link that you were sent")
    expect(page.get_by_role("button", name="Set the password")).to_be_disabled()
