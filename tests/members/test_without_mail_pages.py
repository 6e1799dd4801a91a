"""If no mail server is set up, pages say so, and admins hand links over."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from rxapp.access.actor import Role
from tests.support.cast import hire
from tests.support.desk import Desk
from tests.support.mail import MailServer
from tests.support.net import eventually
from tests.support.server import with_cast

NEW_PASSWORD = "a password that was handed over"


@pytest.fixture(scope="module")
def server(new_database):
    yield from with_cast(new_database("sqlite"))


@pytest.fixture
def desk(browser, server):
    opened = Desk(browser, server)
    yield opened
    errors = opened.errors
    opened.close()
    assert errors == []


def shown_link(page: Page, path: str) -> str:
    link = page.get_by_text(re.compile(f"http.*/{path}#")).inner_text()
    assert re.fullmatch(r"http://\S+", link)
    return link


def test_a_forgotten_password_is_said_plainly(desk):
    page = desk.page(None, "/forgot")
    expect(page.get_by_text("This server sends no email.")).to_be_visible()
    expect(page.get_by_text("Ask an admin of your account for a reset link")).to_be_visible()
    expect(page.get_by_role("button", name="Send the link")).to_have_count(0)


def test_a_change_of_address_is_said_plainly(desk, server):
    page = desk.page(server.cast.technician, "/settings")
    expect(page.get_by_text("a new address cannot be confirmed")).to_be_visible()
    expect(page.get_by_label("New address")).to_have_count(0)


def test_an_invitation_is_handed_over_as_a_link(desk, server):
    address = "handed.over@example.com"
    admin = desk.page(server.cast.admin, "/members")
    admin.get_by_role("button", name="Invite", exact=True).click()
    dialog = admin.get_by_role("dialog", name="Invite somebody")
    expect(dialog.get_by_text("No mail server is set up here")).to_be_visible()
    dialog.get_by_label("Email").fill(address)
    dialog.get_by_role("button", name="Invite", exact=True).click()
    box = admin.get_by_role("status").filter(has_text="no email is sent")
    expect(box).to_contain_text(f"Only {address} can join with it.")
    link = shown_link(admin, "join")
    box.get_by_role("button", name="Copy link").click()
    expect(box.get_by_role("button", name="Copied")).to_be_visible()
    admin.reload()
    expect(admin.locator(f"[data-invitation='{address}']")).to_be_visible()
    expect(admin.get_by_text(link)).to_have_count(0)

    page = desk.page(None, link)
    expect(page.get_by_text("Admin invites you to join Inside as Technician.")).to_be_visible()
    page.get_by_label("Your name").fill("Newcomer")
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()


def test_an_admin_hands_over_a_link_to_a_new_password(desk, server):
    colleague = hire(server.database_url, server.cast.owner, Role.VIEWER)
    admin = desk.page(server.cast.admin, "/members")
    row = admin.locator(f"[data-member='{colleague.email}']")
    row.get_by_role("button", name="Password").click()
    dialog = admin.get_by_role("dialog", name="Reset the password")
    expect(dialog.get_by_text(colleague.actor.name)).to_be_visible()
    dialog.get_by_role("button", name="Create a reset link").click()
    expect(dialog.get_by_text("It is shown once and works once")).to_be_visible()
    link = shown_link(admin, "reset")
    dialog.get_by_role("button", name="Done").click()
    expect(admin.get_by_text(link)).to_have_count(0)

    page = desk.page(None, link)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your new password is set.")).to_be_visible()
    page.get_by_role("link", name="Continue").click()
    page.get_by_label("Email").fill(colleague.email)
    page.get_by_label("Password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()


def test_the_mail_log_says_that_no_mail_is_sent(desk, server):
    admin = desk.page(server.cast.admin, "/account")
    admin.get_by_role("link", name="Open the email log").click()
    expect(admin.get_by_role("heading", name="Email log")).to_be_visible()
    expect(admin.get_by_text("No mail server is set up, so no emails are sent.")).to_be_visible()
    senior = desk.page(server.cast.senior, "/emails")
    expect(senior.get_by_text("The email log is for admins")).to_be_visible()


@pytest.fixture
def mailing(new_database):
    mail = MailServer()
    mail.start()
    for server in with_cast(new_database("sqlite"), SMTP_URL=mail.url):
        server.mail = mail
        yield server
    mail.stop()


def invite(admin: Page, address: str) -> None:
    admin.get_by_role("button", name="Invite", exact=True).click()
    dialog = admin.get_by_role("dialog", name="Invite somebody")
    dialog.get_by_label("Email").fill(address)
    dialog.get_by_role("button", name="Invite", exact=True).click()
    expect(admin.get_by_text("We email this link.")).to_be_visible()


def open_log(admin: Page, address: str, words: str) -> Locator:
    """Open the email log until the email to the address stands there with these words."""
    row = admin.locator(f"[data-mail='{address}']")

    def stands_there() -> bool:
        admin.goto("/emails")
        admin.get_by_role("group", name="Show").wait_for()
        return row.count() == 1 and words in row.inner_text()

    eventually(stands_there, what=f"{words!r} in the mail log")
    return row


def test_admins_send_a_dead_mail_again(browser, mailing):
    desk = Desk(browser, mailing)
    admin = desk.page(mailing.cast.admin, "/members")
    mailing.mail.refuse["nobody@example.com"] = "550 5.1.1 no such mailbox"
    invite(admin, "nobody@example.com")
    row = open_log(admin, "nobody@example.com", "550 5.1.1 no such mailbox")
    expect(row).to_contain_text("Given up")
    mailing.mail.refuse.clear()
    row.get_by_role("button", name="Send again").click()
    expect(admin.get_by_text("The email is being sent again.")).to_be_visible()
    expect(row).to_have_count(0)
    admin.get_by_role("button", name="All emails").click()
    expect(row).to_be_visible()
    eventually(lambda: mailing.mail.to("nobody@example.com"), what="the mail")
    assert desk.errors == []
    desk.close()


def test_admins_are_told_what_holds_mails_up(browser, mailing):
    desk = Desk(browser, mailing)
    admin = desk.page(mailing.cast.admin, "/members")
    mailing.mail.says["MAIL"] = "530 5.7.0 Authentication required"
    invite(admin, "new@example.com")
    row = open_log(admin, "new@example.com", "530 5.7.0 Authentication required")
    expect(row).to_contain_text("Waiting")
    expect(row.get_by_role("button", name="Send again")).to_have_count(0)
    expect(admin.locator(".mail-standing")).to_contain_text("does not accept our sign-in")
    expect(admin.locator(".mail-alarm")).to_be_hidden()
    admin.goto("/")
    alarm = admin.locator(".mail-alarm")
    expect(alarm).to_contain_text("Emails are not going out.")
    alarm.get_by_role("link", name="Open the email log").click()
    expect(admin.get_by_role("heading", name="Email log")).to_be_visible()
    senior = desk.page(mailing.cast.senior)
    expect(senior.get_by_role("heading", name="Library")).to_be_visible()
    expect(senior.locator(".mail-alarm")).to_have_count(0)
    assert desk.errors == []
    desk.close()
