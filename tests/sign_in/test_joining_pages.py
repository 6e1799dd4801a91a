"""From an invitation's email to the first step of the first session, on both databases."""

import re
from time import time

import pyotp
import pytest
from playwright.sync_api import Page, expect

from rxapp.sign_in.rules import TOTP_SECONDS
from tests.support.letters import letter, link_in

PASSWORD = "a newcomer's password"


@pytest.fixture
def admin_page(mail_desk, mailing_server) -> Page:
    return mail_desk.page(mailing_server.cast.admin, "/members")


def invite(admin: Page, address: str, role: str = "viewer") -> None:
    admin.get_by_role("button", name="Invite", exact=True).click()
    dialog = admin.get_by_role("dialog", name="Invite somebody")
    dialog.get_by_label("Email").fill(address)
    dialog.get_by_label("Role").select_option(role)
    dialog.get_by_role("button", name="Invite", exact=True).click()
    expect(admin.get_by_text(f"Invited {address}.")).to_be_visible()


def invitation_link(server, address: str) -> str:
    return link_in(letter(server.mail, address, "invites you to Inside"))


def fill_in(page: Page, name: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)


def test_from_the_mail_to_the_first_step(mail_desk, mailing_server, admin_page):
    address = f"new.colleague.{mailing_server.port}@example.com"
    invite(admin_page, address)
    row = admin_page.locator(f"[data-invitation='{address}']")
    expect(row).to_contain_text("Technician")
    page = mail_desk.page(None, invitation_link(mailing_server, address))
    expect(page.get_by_text("Admin invites you to join Inside as Technician.")).to_be_visible()
    expect(page.get_by_text(f"You will sign in as {address}.")).to_be_visible()
    fill_in(page, "New colleague")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("Technician · Inside")).to_be_visible()

    secret = set_up_second_factor(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    sign_in_with_code(page, address, secret)
    start_a_session_and_answer(page)

    admin_page.reload()
    member = admin_page.locator(f"[data-member='{address}']")
    expect(member).to_contain_text("New colleague")
    expect(member).to_contain_text("Second factor on")
    expect(row).to_have_count(0)


def set_up_second_factor(page: Page) -> str:
    """Turn it on as an authenticator app would, and return the key."""
    page.get_by_role("link", name="Settings").click()
    factor = page.locator("#second-factor")
    factor.get_by_label("Your password").fill(PASSWORD)
    factor.get_by_role("button", name="Set it up").click()
    picture = factor.get_by_role("img", name="QR code")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.complete && image.naturalWidth > 100")
    secret = factor.locator("p.mono").inner_text().replace(" ", "")
    factor.get_by_label("The code that the app shows now").fill("000000")
    factor.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("This code is wrong.")).to_be_visible()
    expect(picture).to_be_visible()
    factor.get_by_label("The code that the app shows now").fill(pyotp.TOTP(secret).now())
    factor.get_by_role("button", name="Turn on").click()
    codes = factor.get_by_role("listitem")
    expect(codes).to_have_count(10)
    assert len(set(codes.all_inner_texts())) == 10
    factor.get_by_role("button", name="I have kept them").click()
    expect(codes).to_have_count(0)
    expect(factor.get_by_text("10 recovery codes are left.")).to_be_visible()
    return secret


def sign_in_with_code(page: Page, address: str, secret: str) -> None:
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    code = page.get_by_label("Code")
    expect(code).to_be_focused()
    expect(page.get_by_label("Password")).to_have_value(PASSWORD)
    code.fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("This code is wrong or has already been used.")).to_be_visible()
    # The code that turned it on is used up: the app shows the next one by now.
    code.fill(pyotp.TOTP(secret).generate_otp(int(time()) // TOTP_SECONDS + 1))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Library").wait_for()


def start_a_session_and_answer(page: Page) -> None:
    page.get_by_role("button", name="No sound").click()
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("heading", name="Is the speaker plugged in?").wait_for()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", name="Turn the volume up")).to_be_visible()


def test_a_recovery_code_opens_once(mail_desk, mailing_server, admin_page):
    address = f"lost.phone.{mailing_server.port}@example.com"
    invite(admin_page, address)
    page = mail_desk.page(None, invitation_link(mailing_server, address))
    fill_in(page, "Colleague without a phone")
    page.get_by_role("button", name="Join").click()
    page.get_by_role("heading", name="Library").wait_for()
    page.get_by_role("link", name="Settings").click()
    factor = page.locator("#second-factor")
    factor.get_by_label("Your password").fill(PASSWORD)
    factor.get_by_role("button", name="Set it up").click()
    secret = factor.locator("p.mono").inner_text().replace(" ", "")
    factor.get_by_label("The code that the app shows now").fill(pyotp.TOTP(secret).now())
    factor.get_by_role("button", name="Turn on").click()
    kept = factor.get_by_role("listitem").first.inner_text()
    for expected in ("Library", "Sign in"):
        other = mail_desk.page(None, "/sign-in")
        other.get_by_label("Email").fill(address)
        other.get_by_label("Password").fill(PASSWORD)
        other.get_by_role("button", name="Sign in").click()
        other.get_by_label("Code").fill(kept)
        other.get_by_role("button", name="Sign in").click()
        expect(other.get_by_role("button", name="One moment…")).to_have_count(0)
        expect(other.get_by_role("heading", name=expected)).to_be_visible()
    expect(other.get_by_text("This code is wrong or has already been used.")).to_be_visible()


def test_the_token_stays_out_of_addresses_and_logs(mail_desk, mailing_server, admin_page):
    address = f"careful.{mailing_server.port}@example.com"
    invite(admin_page, address)
    link = invitation_link(mailing_server, address)
    token = link.partition("#")[2]
    page = mail_desk.context(None).new_page()
    asked, sent = [], []
    page.on("request", lambda request: asked.append((request.url, str(request.headers))))
    page.on(
        "websocket",
        lambda socket: (
            asked.append((socket.url, "")),
            socket.on("framesent", lambda frame: sent.append(str(frame))),
        ),
    )
    page.goto(link)
    expect(page.get_by_text("Admin invites you")).to_be_visible()
    expect(page).to_have_url(re.compile("/join/?$"))
    fill_in(page, "Careful colleague")
    page.get_by_role("button", name="Join").click()
    page.get_by_role("heading", name="Library").wait_for()
    page.wait_for_timeout(500)
    assert len(asked) > 5
    assert sent, "the page has opened its websocket"
    assert [seen for seen in asked if token in "".join(seen)] == []
    assert [frame for frame in sent if token in frame] == []
    assert token not in mailing_server.log.read_text()


def test_a_link_works_once(mail_desk, mailing_server, admin_page):
    address = f"twice.{mailing_server.port}@example.com"
    invite(admin_page, address)
    link = invitation_link(mailing_server, address)
    page = mail_desk.page(None, link)
    fill_in(page, "Colleague who joins")
    page.get_by_role("button", name="Join").click()
    page.get_by_role("heading", name="Library").wait_for()
    again = mail_desk.page(None, link)
    alert = again.locator("form").get_by_role("alert")
    expect(alert).to_have_text(
        "There is no such invitation any more: it was used. Sign in with its address."
    )
    expect(again.get_by_role("button", name="Join")).to_be_disabled()
    again.get_by_role("link", name="Sign in").click()
    again.get_by_label("Email").fill(address)
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Sign in").click()
    expect(again.get_by_text("Technician · Inside")).to_be_visible()


def test_a_withdrawn_link_says_so(mail_desk, mailing_server, admin_page):
    address = f"withdrawn.{mailing_server.port}@example.com"
    invite(admin_page, address)
    link = invitation_link(mailing_server, address)
    open_before = mail_desk.page(None, link)
    expect(open_before.get_by_text("Admin invites you")).to_be_visible()
    row = admin_page.locator(f"[data-invitation='{address}']")
    row.get_by_role("button", name="Withdraw").click()
    expect(row).to_have_count(0)
    said = "There is no such invitation any more: it was withdrawn."
    page = mail_desk.page(None, link)
    expect(page.locator("form").get_by_role("alert")).to_have_text(said)
    fill_in(open_before, "Too late")
    open_before.get_by_role("button", name="Join").click()
    expect(open_before.locator("form").get_by_role("alert")).to_have_text(said)


def test_sent_again_the_link_before_is_dead(mail_desk, mailing_server, admin_page):
    address = f"again.{mailing_server.port}@example.com"
    invite(admin_page, address)
    old = invitation_link(mailing_server, address)
    row = admin_page.locator(f"[data-invitation='{address}']")
    row.get_by_role("button", name="Send again").click()
    expect(admin_page.get_by_text(f"Sent again to {address}.")).to_be_visible()
    for _ in range(100):
        if (new := invitation_link(mailing_server, address)) != old:
            break
        admin_page.wait_for_timeout(100)
    dead, good = mail_desk.page(None, old), mail_desk.page(None, new)
    expect(dead.locator("form").get_by_role("alert")).to_contain_text("link in the newest email")
    expect(good.get_by_text("Admin invites you to join Inside")).to_be_visible()
