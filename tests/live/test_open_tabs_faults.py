"""Tabs left alone, or whose state on the server is lost: they recover by themselves."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.support.caller import Caller
from tests.support.databases import NewDatabase
from tests.support.desk import Desk
from tests.support.redis import RedisServer
from tests.support.server import with_cast

SOON = 5_000
"""Milliseconds within which an open page is up to date again."""

FORGOTTEN_AFTER_SECONDS = 3
"""How long Reflex keeps an untouched state here; usually it is an hour."""


@pytest.fixture
def redis_memory(request):
    server = RedisServer().start()
    yield server
    server.remove()


@pytest.fixture(params=["memory", "redis"])
def forgetful(request, new_database: NewDatabase):
    """A server that forgets states soon, with its states in memory or in Redis."""
    where = {}
    if request.param == "redis":
        where["REDIS_URL"] = request.getfixturevalue("redis_memory").url
    expiration = str(FORGOTTEN_AFTER_SECONDS)
    yield from with_cast(new_database("sqlite"), REFLEX_REDIS_TOKEN_EXPIRATION=expiration, **where)


@pytest.fixture
def with_redis(redis_memory, new_database: NewDatabase):
    yield from with_cast(new_database("sqlite"), REDIS_URL=redis_memory.url)


@pytest.fixture
def open_desk(browser):
    desks: list[Desk] = []

    def open_at(server) -> Desk:
        desks.append(Desk(browser, server))
        return desks[-1]

    yield open_at
    for desk in desks:
        desk.close()
        assert desk.errors == []


def inbox_of(desk: Desk, person) -> Page:
    page = desk.page(person, "/inbox")
    expect(page.get_by_text("Nobody is waiting")).to_be_visible()
    return page


def runner_of(desk: Desk, server) -> Page:
    caller = Caller(server, server.cast.technician)
    session = caller.post("/sessions", tree_id=str(server.cast.tree_id)).json()
    page = desk.page(server.cast.technician, f"/sessions/{session['id']}")
    page.get_by_role("heading", name="Is the speaker plugged in?").wait_for()
    return page


def escalate(server, reason: str) -> dict:
    colleague = Caller(server, server.cast.second_technician)
    return colleague.escalate(server.cast.tree_id, reason)


def test_tabs_that_nobody_touched_for_long_are_alive(forgetful, open_desk):
    desk = open_desk(forgetful)
    inbox = inbox_of(desk, forgetful.cast.senior)
    runner = runner_of(desk, forgetful)
    time.sleep(3 * FORGOTTEN_AFTER_SECONDS)  # being left alone is what is tested
    escalate(forgetful, "After a long silence")
    expect(inbox.get_by_text("After a long silence")).to_be_visible(timeout=SOON)
    runner.keyboard.press("1")
    expect(runner.get_by_role("heading", name="Turn the volume up")).to_be_visible(timeout=SOON)


def test_a_tab_whose_state_was_lost_reads_its_page_before_the_first_event(
    with_redis, redis_memory, open_desk
):
    desk = open_desk(with_redis)
    inbox = inbox_of(desk, with_redis.cast.senior)
    runner = runner_of(desk, with_redis)
    redis_memory.forget_everything()
    escalate(with_redis, "Into an empty memory")
    expect(inbox.get_by_text("Into an empty memory")).to_be_visible(timeout=SOON)
    runner.keyboard.press("1")
    expect(runner.get_by_role("heading", name="Turn the volume up")).to_be_visible(timeout=SOON)
    redis_memory.forget_everything()
    runner.get_by_role("button", name="Escalate", exact=True).first.click()
    expect(runner.get_by_role("dialog").get_by_text("Priority")).to_be_visible()
    redis_memory.forget_everything()
    inbox.get_by_role("button", name="Claim").click()
    inbox.wait_for_url("**/escalations/*")


def test_pages_say_that_redis_is_away_and_are_read_again_when_it_is_back(
    with_redis, redis_memory, open_desk
):
    desk = open_desk(with_redis)
    cast = with_redis.cast
    inboxes = [inbox_of(desk, person) for person in (cast.senior, cast.second_senior)]
    runner = runner_of(desk, with_redis)
    redis_memory.stop()
    for page in (*inboxes, runner):
        expect(page.get_by_text("The server cannot reach part of its memory")).to_be_visible()
    runner.keyboard.press("1")
    expect(runner.get_by_text("The server was interrupted just then")).to_be_visible(timeout=20_000)

    redis_memory.start()
    for page in (*inboxes, runner):
        expect(page.get_by_text("The server cannot reach part")).to_be_hidden(timeout=SOON)
    escalate(with_redis, "After the restart")
    for page in inboxes:
        expect(page.get_by_text("After the restart")).to_be_visible(timeout=SOON)
    runner.keyboard.press("2")
    expect(runner.get_by_role("heading", name="Plug it in")).to_be_visible(timeout=SOON)
    assert "Traceback" not in with_redis.log.read_text()


def test_tabs_go_on_after_the_server_was_killed_and_started_again(forgetful, open_desk):
    desk = open_desk(forgetful)
    inbox = inbox_of(desk, forgetful.cast.senior)
    runner = runner_of(desk, forgetful)
    forgetful.kill()
    forgetful.start()
    escalate(forgetful, "After the restart")
    expect(inbox.get_by_text("After the restart")).to_be_visible(timeout=SOON)
    runner.keyboard.press("1")
    expect(runner.get_by_role("heading", name="Turn the volume up")).to_be_visible(timeout=SOON)
