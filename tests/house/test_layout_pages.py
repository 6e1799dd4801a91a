"""Every page fits a phone and a desktop, in light and dark, and every field has a name."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from rxapp.access.actor import Role
from rxapp.access.models import Account, Login, User
from rxapp.core.db import Database
from rxapp.library import service as tree_service
from rxapp.members import invitation_service
from rxapp.own_settings import service as settings_service
from rxapp.sessions import service as sessions
from rxapp.trees.importer import read_yaml
from rxapp.trees.service import publish
from tests.bench import data, stepping
from tests.support.cast import PASSWORD, Person, hire
from tests.support.dialogs import close_dialog
from tests.support.fitting import NAMELESS, OVERFLOW, fits, sticks_out
from tests.support.screens import SIGNED_IN

LONG = "Donaudampfschifffahrtsgesellschaftskapitän " * 4
LONG_TREE = f"""
title: {LONG[:190]}
description: {LONG * 4}
category: {LONG[:60]}
tags: [{LONG[:38]}]
start: first
nodes:
  - {{key: first, kind: decision, title: "{LONG[:199]}",
     body: "{"x" * 300}", commands: [{{label: "{LONG[:118]}", text: "{"y" * 300}"}}],
     options: [{{label: "{LONG[:118]}", to: second}}]}}
  - {{key: second, kind: decision, title: "{LONG[:199]}",
     options: [{{label: "{LONG[:118]}", to: end}}]}}
  - {{key: end, kind: solution, title: "{"z" * 199}"}}
"""


def test_long_content_stays_inside_a_phone(desk, live_server):
    senior, database = live_server.cast.senior, Database(live_server.database_url)
    with database.transaction() as db:
        tree_id = publish(db, senior.actor.account_id, read_yaml(LONG_TREE), published_by=None)
        longer = read_yaml(LONG_TREE.replace("xxx", "wwww").replace("yyy", "vvvv")).document
        tree_service.change(db, senior.actor, tree_id, document=longer)
    database.close()
    page = desk.page(senior, viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Donau").last.click()
    page.get_by_label("Ticket number").fill("T" * 80)
    page.get_by_label("Client").fill("C" * 120)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("Step 1").wait_for()
    for step in ("Step 2", "Step 3"):
        page.keyboard.press("1")
        page.get_by_text(step).wait_for()
    assert sticks_out(page) == []
    page.locator("[data-hotkey='e']").click()
    page.get_by_label("What do you want from the senior?").fill("w" * 600)
    page.get_by_role("dialog").get_by_role("button", name="Escalate", exact=True).click()
    page.get_by_text("Who was told").wait_for()
    assert sticks_out(page) == []
    of_tree = [
        f"/trees/{tree_id}/{what}" for what in ("versions", "versions?version=1", "publish", "try")
    ]
    for path in ("/", "/sessions", "/inbox", *of_tree):
        page.goto(path)
        page.get_by_text("Donau").first.wait_for()
        if path in of_tree[1:3]:
            page.locator("[data-step]").first.wait_for()
        assert sticks_out(page) == [], path


@pytest.mark.parametrize("width", [1440, 1000, 390])
def test_nothing_moves_while_a_session_is_walked(browser, live_server, width):
    technician, database = live_server.cast.technician, Database(live_server.database_url)
    with database.transaction() as db:
        tree_id = data.publish_ring(db, technician.actor.account_id, 10)
        session_id = str(sessions.start(db, technician.actor, tree_id))
    database.close()
    page = stepping.open_session(browser, live_server, technician.cookie, session_id, width)

    assert stepping.walked(page, 11).shift == 0  # past the ninth step its number is wider
    page.context.close()


@pytest.fixture
def long_owner(live_server) -> Person:
    """The owner of an account in which every name is as long as allowed."""
    url, outsider = live_server.database_url, live_server.cast.outsider
    owner, colleague = (hire(url, outsider, role) for role in (Role.OWNER, Role.VIEWER))
    database = Database(url)
    with database.transaction() as db:
        account_id = owner.actor.account_id
        for person in (owner, colleague):
            domain = f"{person.actor.user_id}.example.com"
            email = f"{'n' * (253 - len(domain))}@{domain}"
            values = {"name": "N" * 120, "email": email}
            db.execute(update(User).where(User.id == person.actor.user_id).values(**values))
            db.execute(
                update(Login)
                .where(Login.user_id == person.actor.user_id)
                .values(agent="Agent" * 39, address="2001:0db8:85a3:0000:0000:8a2e:0370:7334")
            )
        db.execute(update(Account).where(Account.id == account_id).values(name="A" * 120))
        settings_service.make_api_token(db, owner.actor, name="T" * 120, scope="write")
        address = f"{'i' * 200}.{colleague.actor.user_id}@example.com"
        invitation_service.invite(db, owner.actor, email=address, role="viewer")
        settings_service.rename(db, colleague.actor, name="M" * 120)
        sessions.start(db, colleague.actor, live_server.cast.outside_tree_id)
    database.close()
    return owner


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1440])
def test_long_names_and_addresses_stay_inside(desk, long_owner, width, scheme):
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    page = desk.page(long_owner, "/members", **options)
    for path, words in (
        ("/members", "In the account"),
        ("/account", "Delete the account"),
        ("/audit", "API token made"),
        ("/emails", "Email log"),
        ("/settings", "This one"),
    ):
        page.goto(path)
        page.get_by_text(words).first.wait_for()
        page.wait_for_timeout(200)
        fits(page, path)
    page.locator("#second-factor").get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("img", name="QR code").wait_for()
    page.locator("#api-tokens").get_by_label("Name").fill("A token")
    page.get_by_role("button", name="Make a token").click()
    page.get_by_text("It is not shown again.").wait_for()
    fits(page, "/settings with a key and a token")
    page.goto("/members")
    page.locator(f"[data-member*='{long_owner.actor.user_id}']").wait_for()
    for button in ("Role", "Deactivate", "Remove"):
        page.locator(".member-row").filter(has_text="MMM").first.get_by_role(
            "button", name=button
        ).click()
        page.get_by_role("dialog").wait_for()
        fits(page, button)
        wide = page.get_by_role("dialog").evaluate("(e) => e.scrollWidth - e.clientWidth")
        assert wide <= 0, button
        close_dialog(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_fit_and_name_their_controls(desk, live_server, start, width, scheme):
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    runner = start(**options)
    runner_path = runner.url
    page = desk.page(live_server.cast.owner, **options)
    for path, words in (*SIGNED_IN.items(), (runner_path, "Is the speaker plugged in?")):
        page.goto(path)
        expect(page.get_by_role("heading", name=words).first).to_be_visible()
        page.wait_for_timeout(300)
        assert page.evaluate(OVERFLOW) <= 0, f"{path} is wider than {width} px"
        assert page.evaluate(NAMELESS) == [], path
