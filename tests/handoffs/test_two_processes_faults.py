"""Two server processes on one PostgreSQL: one claim wins, and what one does the other shows."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from tests.support.caller import Caller
from tests.support.desk import Desk
from tests.support.net import eventually

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_of_a_hundred_claims_over_two_processes_one_wins(serve, people):
    servers = [serve(), serve()]
    handoff = Caller(servers[0], people.technician).escalate(people.tree_id)
    seniors = (people.senior, people.second_senior, people.admin, people.owner)
    callers = [Caller(server, person) for server in servers for person in seniors]

    with ThreadPoolExecutor(16) as pool:
        path = f"/handoffs/{handoff['id']}/claim"
        answers = list(pool.map(lambda n: (n % 8, callers[n % 8].post(path)), range(100)))
    won = {seniors[number % 4].actor.name for number, answer in answers if answer.is_success}
    lost = [answer.json() for _, answer in answers if not answer.is_success]
    assert len(won) == 1
    assert {answer.status_code for _, answer in answers} == {200, 409}
    assert {each["claimed_by"]["name"] for each in lost} == won


def test_an_escalation_on_one_process_appears_in_an_inbox_on_the_other(
    serve,
    people,
    browser,
):
    here, there = serve(), serve()
    desk = Desk(browser, there)
    inbox = desk.page(people.senior, "/inbox")
    expect(inbox.get_by_text("Nobody is waiting")).to_be_visible()
    technician = Caller(here, people.technician)
    handoff = technician.escalate(people.tree_id, "Across processes")
    expect(inbox.get_by_text("Across processes")).to_be_visible(timeout=2_000)

    def channels() -> dict[str, str]:
        deliveries = technician.deliveries(handoff["id"])
        return {each["recipient"]["name"]: each["channel"] for each in deliveries}

    eventually(lambda: {"Senior", "Owner"} <= channels().keys(), what="the notices to be planned")
    assert channels()["Senior"] == "screen"
    assert channels()["Owner"] == "email"
    desk.close()
