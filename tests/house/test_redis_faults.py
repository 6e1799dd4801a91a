"""Several workers with Redis and PostgreSQL: the same pages, the same live inbox."""

import pytest
from playwright.sync_api import expect

from tests.support.desk import Desk


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_share_the_state_of_the_pages(serve, people, redis_url, browser):
    server = serve(REDIS_URL=redis_url, GRANIAN_WORKERS="2")
    desk = Desk(browser, server)
    seniors = [desk.page(people.senior, "/inbox"), desk.page(people.second_senior, "/inbox")]
    for page in seniors:
        expect(page.get_by_text("Nobody is waiting")).to_be_visible()
    technician = desk.page(people.technician)
    technician.get_by_role("button", name="No sound").click()
    technician.get_by_role("button", name="Start", exact=True).click()
    technician.get_by_role("heading", name="Is the speaker plugged in?").wait_for()
    technician.keyboard.press("1")
    technician.get_by_role("heading", name="Turn the volume up").wait_for()
    technician.keyboard.press("e")
    technician.get_by_label("What do you want from the senior?").fill("Over two workers")
    dialog = technician.get_by_role("dialog")
    dialog.get_by_role("button", name="Escalate", exact=True).click()
    for page in seniors:
        expect(page.get_by_text("Over two workers")).to_be_visible()
    seniors[0].get_by_role("button", name="Claim").click()
    expect(technician.get_by_text("Senior is working on this now.")).to_be_visible()
    assert desk.errors == []
    desk.close()
