"""Clocks on screen follow the server's clock, not the browser's; any stored zone works."""

import re

import pytest
from playwright.sync_api import Page, expect

from rxapp.access.actor import Role
from rxapp.access.models import User
from rxapp.core.db import Database
from tests.support.cast import hire

CLOCK_IS_OFF = """(() => {
  const off = %d * 60000;
  const Real = Date;
  class Shifted extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + off); }
    static now() { return Real.now() + off; }
  }
  globalThis.Date = Shifted;
})()"""


def _with_clock_off(desk, person, path: str, minutes: int) -> Page:
    context = desk.context(person)
    context.add_init_script(CLOCK_IS_OFF % minutes)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(path)
    return page


@pytest.mark.parametrize("minutes", [15, -15])
def test_every_clock_is_right_where_the_browsers_is_not(desk, live_server, escalate, minutes):
    escalate(f"Off by {minutes}")
    person = hire(live_server.database_url, live_server.cast.owner, Role.ENGINEER)
    senior = _with_clock_off(desk, person, "/inbox", minutes)
    row = senior.get_by_role("listitem").filter(has_text=f"Off by {minutes}")
    expect(row.locator(".inbox-clock")).to_have_text(re.compile(r"^0:\d\d$"))
    row.get_by_role("button", name="Claim").click()
    senior.wait_for_url("**/escalations/*")
    expect(senior.get_by_text(re.compile(r"^1[45]:\d\d left$")).first).to_be_visible()
    senior.get_by_role("link", name="Continue").click()
    senior.wait_for_url("**/sessions/*")
    expect(senior.locator(".runner-top time")).to_have_text(re.compile(r"^0:\d\d$"))


def _stored_zone(live_server, zone: str):
    person = hire(live_server.database_url, live_server.cast.owner, Role.ENGINEER)
    database = Database(live_server.database_url)
    with database.transaction() as db:
        db.get(User, person.actor.user_id).time_zone = zone
    database.close()
    return person


def test_a_stored_zone_that_no_browser_knows_is_shown_as_utc(desk, live_server, escalate):
    escalate("Any zone will do")
    page = desk.page(_stored_zone(live_server, "localtime"), "/inbox", timezone_id="Asia/Tokyo")
    page.get_by_role("link", name="No sound").first.click()
    started = page.locator("time[datetime]").first
    started.wait_for()
    moment = started.get_attribute("datetime")
    expect(
        page.locator(f"time[datetime='{moment}'][title*='{moment[11:16]} UTC']").first
    ).to_be_visible()
    page.goto("/settings")
    expect(page.get_by_text("This browser does not know this time zone")).to_be_visible()


def test_a_clock_that_runs_in_a_status_is_not_read_out_every_second(desk, live_server, escalate):
    technician = escalate("A quiet clock")
    waiting = technician.get_by_role("status").filter(has_text="Waiting for a senior")
    expect(waiting.get_by_role("timer")).to_have_text(re.compile(r"^0:\d\d$"))
    senior = desk.page(live_server.cast.senior, technician.url)
    senior.get_by_role("button", name="Claim").first.click()
    senior.wait_for_url("**/escalations/*")
    senior.goto(technician.url)
    held = senior.get_by_role("status").filter(has_text="You have claimed this.")
    expect(held.get_by_role("timer")).to_contain_text("left")
