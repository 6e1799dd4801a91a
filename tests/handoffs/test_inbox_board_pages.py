"""The inbox while it changes: nothing moves under a pointer; everything is announced once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.databases import NewDatabase
from tests.support.desk import Desk
from tests.support.net import eventually
from tests.support.queue import Queue
from tests.support.server import Server, with_cast

LISTEN = """
window.begun = 0;
window.AudioContext = class extends window.AudioContext {
  createOscillator() { window.begun += 0.5; return super.createOscillator(); }
};
"""
"""``begun`` counts the chimes: each has two tones."""

HIDE = """
Object.defineProperty(document, 'hidden', {value: true, configurable: true});
document.dispatchEvent(new Event('visibilitychange'));
"""
SHOW = """
delete document.hidden;
document.dispatchEvent(new Event('visibilitychange'));
"""


@pytest.fixture(scope="module")
def server(new_database: NewDatabase) -> Iterator[Server]:
    yield from with_cast(new_database("sqlite"))


@pytest.fixture
def desk(browser, server: Server) -> Iterator[Desk]:
    opened = Desk(browser, server)
    yield opened
    opened.close()
    assert opened.errors == []


@pytest.fixture
def queue(server: Server) -> Queue:
    queue = Queue(server)
    queue.empty()
    return queue


@pytest.fixture
def inbox(desk: Desk, queue: Queue) -> "Opener":
    return Opener(desk, queue)


class Opener:
    """Opens the inbox of a person and waits for its rows."""

    def __init__(self, desk: Desk, queue: Queue) -> None:
        self._desk = desk
        self._queue = queue

    def __call__(self, person=None) -> Page:
        page = self._desk.page(person or self._queue.cast.senior, "/inbox", script=LISTEN)
        waiting(page).get_by_text("Case").or_(
            page.get_by_text("Nobody is waiting")
        ).first.wait_for()
        page.mouse.move(2, 2)
        return page


def waiting(page: Page) -> Locator:
    return page.get_by_role("region", name="Waiting")


def row(page: Page, handoff_id: str) -> Locator:
    return page.locator(f'[data-handoff="{handoff_id}"]')


def claim_button(page: Page, handoff_id: str) -> Locator:
    return row(page, handoff_id).get_by_role("button", name="Claim")


def count(page: Page) -> Locator:
    return waiting(page).locator(".section-head .muted")


def shown_ids(page: Page) -> list[str]:
    rows = waiting(page).locator("[data-handoff]")
    return rows.evaluate_all("rows => rows.map(row => row.dataset.handoff)")


def heard(page: Page, times: int) -> None:
    eventually(lambda: page.evaluate("begun") == times, seconds=5, what=f"chime {times}")


# Nothing moves under a hand


def point_with_the_mouse(button: Locator) -> None:
    button.hover()


def point_with_the_keyboard(button: Locator) -> None:
    button.focus()


def press_where_the_mouse_is(page: Page) -> None:
    page.mouse.down()
    page.mouse.up()


def press_enter(page: Page) -> None:
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("point", "press"),
    [
        (point_with_the_mouse, press_where_the_mouse_is),
        (point_with_the_keyboard, press_enter),
    ],
)
def test_a_click_claims_what_it_was_meant_for(inbox, queue, point, press):
    (meant,) = queue.fill(1)
    page = inbox()
    point(claim_button(page, meant))
    urgent = queue.escalate("Case of fire", urgent=True)
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    expect(count(page)).to_have_text("2")
    expect(row(page, urgent)).to_have_count(0)
    press(page)
    page.wait_for_url(f"**/escalations/{meant}")


def test_what_waits_behind_the_button_is_shown_by_it(inbox, queue):
    (first,) = queue.fill(1)
    page = inbox()
    claim_button(page, first).hover()
    urgent = queue.escalate("Case of fire", urgent=True)
    page.get_by_role("button", name="1 new").click()
    expect(row(page, urgent).get_by_role("link")).to_be_focused()
    assert shown_ids(page) == [urgent, first]
    expect(page.get_by_role("button", name="1 new")).to_have_count(0)


def test_what_waits_behind_the_button_is_shown_once_the_pointer_leaves(inbox, queue):
    (first,) = queue.fill(1)
    page = inbox()
    claim_button(page, first).hover()
    urgent = queue.escalate("Case of fire", urgent=True)
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    page.mouse.move(2, 2)
    expect(row(page, urgent)).to_be_visible()
    assert shown_ids(page) == [urgent, first]


def test_without_a_hand_there_it_is_shown_at_once(inbox, queue):
    (first,) = queue.fill(1)
    page = inbox()
    urgent = queue.escalate("Case of fire", urgent=True)
    expect(row(page, urgent)).to_be_visible()
    assert shown_ids(page) == [urgent, first]
    expect(page.get_by_role("button", name="1 new")).to_have_count(0)


def test_a_finger_that_is_down_holds_the_list(inbox, queue):
    (first,) = queue.fill(1)
    page = inbox()
    claim_button(page, first).dispatch_event("touchstart")
    urgent = queue.escalate("Case of fire", urgent=True)
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    expect(row(page, urgent)).to_have_count(0)
    claim_button(page, first).dispatch_event("touchend")
    expect(row(page, urgent)).to_be_visible()


def test_a_row_that_somebody_else_took_stays_in_its_place(inbox, queue):
    ids = queue.fill(4)
    page = inbox()
    claim_button(page, ids[2]).hover()
    before = [row(page, each).bounding_box() for each in ids]
    queue.claim(ids[1], by=queue.cast.second_senior)
    queue.claim(ids[2], by=queue.cast.second_senior)
    expect(row(page, ids[1])).to_contain_text("Claimed by Second Senior")
    expect(claim_button(page, ids[2])).to_be_disabled()
    assert [row(page, each).bounding_box() for each in ids] == before
    press_where_the_mouse_is(page)
    expect(count(page)).to_have_text("2")
    expect(page).to_have_url(re.compile("/inbox/?$"))
    page.mouse.move(2, 2)
    others = page.get_by_role("region", name="With others")
    expect(others.locator("[data-handoff]")).to_have_count(2)
    assert shown_ids(page) == [ids[0], ids[3]]


def test_who_has_the_focus_on_a_row_hears_that_it_was_taken(inbox, queue):
    (first,) = queue.fill(1)
    page = inbox()
    claim_button(page, first).focus()
    queue.claim(first, by=queue.cast.second_senior)
    said = page.get_by_role("status").filter(has_text="Claimed by Second Senior")
    expect(said).to_have_count(1)
    expect(claim_button(page, first)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/inbox/?$"))


def test_a_claim_that_ends_stays_in_its_place_too(inbox, queue):
    (first,) = queue.fill(1)
    queue.claim(first, by=queue.cast.second_senior)
    page = inbox()
    others = page.get_by_role("region", name="With others")
    row(page, first).hover()
    queue.hand_back(first, by=queue.cast.second_senior)
    expect(others).to_contain_text("Back in the queue")
    page.mouse.move(2, 2)
    expect(claim_button(page, first)).to_be_visible()
    expect(others).to_have_count(0)


# Everything that waits can be reached


def test_all_of_eighty_can_be_reached(inbox, queue):
    ids = queue.fill(80, urgent=3)
    page = inbox()
    expect(count(page)).to_have_text("80")
    assert shown_ids(page) == ids[:50]
    page.get_by_role("button", name="Show more (30 left)").click()
    expect(row(page, ids[79])).to_be_attached()
    assert shown_ids(page) == ids
    expect(row(page, ids[50]).get_by_role("link")).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_what_sorts_below_the_first_page_is_said_and_reached_by_a_click(inbox, queue):
    ids = queue.fill(80)
    page = inbox()
    new = queue.escalate("Case 81")
    expect(count(page)).to_have_text("81")
    expect(page.get_by_role("status").filter(has_text="1 new escalation")).to_have_count(1)
    heard(page, 1)
    page.get_by_role("button", name="1 new").click()
    expect(row(page, new)).to_be_in_viewport()
    expect(row(page, new).get_by_role("link")).to_be_focused()
    assert shown_ids(page) == [*ids[:50], new]
    page.get_by_role("button", name="Show more (30 left)").click()
    expect(row(page, ids[79])).to_be_attached()
    assert shown_ids(page) == [*ids, new]


def test_working_the_queue_down_nothing_is_new(inbox, queue):
    ids = queue.fill(70)
    page = inbox()
    for each in ids[:25]:
        queue.claim(each, by=queue.cast.second_senior)
    expect(count(page)).to_have_text("45")
    expect(waiting(page).locator("[data-handoff]")).to_have_count(25)
    page.get_by_role("button", name="Show more (20 left)").click()
    expect(row(page, ids[69])).to_be_attached()
    assert shown_ids(page) == ids[25:]
    page.wait_for_timeout(500)
    assert page.evaluate("begun") == 0
    expect(page.get_by_role("status").filter(has_text="new")).to_have_count(0)


def test_a_tab_that_missed_changes_catches_up_and_keeps_its_place(inbox, queue, desk):
    ids = queue.fill(120)
    page = desk.page(queue.cast.senior)
    silent = []

    def deaf(route):
        upstream = route.connect_to_server()
        upstream.on_message(lambda message: None if silent else route.send(message))

    page.route_web_socket("**/_event/**", deaf)
    page.goto("/inbox")
    page.get_by_role("button", name="Show more (70 left)").click()
    expect(row(page, ids[99])).to_be_attached()
    page.mouse.move(2, 2)
    page.evaluate("document.activeElement.blur()")
    silent.append(True)
    missed = queue.escalate("Case that was missed", urgent=True)
    queue.claim(ids[0], by=queue.cast.second_senior)
    page.wait_for_timeout(500)
    silent.clear()
    expect(row(page, missed)).to_have_count(0)
    heard = queue.escalate("Case that was heard", urgent=True)
    expect(row(page, missed)).to_be_attached()
    expect(row(page, ids[99])).to_be_attached()
    assert shown_ids(page)[:3] == [missed, heard, ids[1]]
    expect(page.get_by_role("status").filter(has_text="2 new escalations")).to_have_count(1)


# Said once


def test_three_tabs_of_one_browser_sound_once(desk, queue, server):
    context = desk.context(queue.cast.senior)
    context.add_init_script(LISTEN)
    pages = [context.new_page() for _ in range(3)]
    for page, path in zip(pages, ("/inbox", "/sessions", "/inbox"), strict=True):
        page.goto(path)
        page.get_by_role("link", name="Inbox").wait_for()
        expect(page).to_have_title("Inbox" if path == "/inbox" else "Sessions")
    waiting(pages[0]).wait_for()
    waiting(pages[2]).wait_for()

    def chimes() -> float:
        return sum(page.evaluate("begun") for page in pages)

    for number in range(1, 4):
        queue.escalate(f"Case {number}")
        for page in pages:
            expect(page).to_have_title(
                f"({number}) {'Sessions' if page is pages[1] else 'Inbox'}", timeout=10_000
            )
        eventually(lambda least=number: chimes() >= least, what=f"chime {number}")
        pages[0].wait_for_timeout(600)
        assert chimes() == number


def test_the_first_one_of_an_account_is_heard_too(inbox, queue):
    page = inbox(queue.cast.outsider)
    queue.escalate("Case number one", by=queue.cast.outside_technician)
    heard(page, 1)
    expect(waiting(page)).to_contain_text("Case number one")


def test_what_one_does_oneself_is_not_new(inbox, queue):
    page = inbox()
    own = queue.escalate("Case of my own", by=queue.cast.senior)
    expect(row(page, own)).to_be_visible()
    back = queue.escalate("Case to hand back")
    heard(page, 1)
    queue.claim(back, by=queue.cast.senior)
    expect(row(page, back).get_by_role("link", name="Continue")).to_be_visible()
    queue.hand_back(back, by=queue.cast.senior)
    expect(row(page, back)).to_contain_text("Returned")
    page.wait_for_timeout(500)
    assert page.evaluate("begun") == 1


def test_what_somebody_hands_back_is_new_again(inbox, queue):
    page = inbox()
    back = queue.escalate("Case to hand back")
    heard(page, 1)
    queue.claim(back, by=queue.cast.second_senior)
    queue.hand_back(back, by=queue.cast.second_senior)
    expect(row(page, back)).to_contain_text("Returned")
    heard(page, 2)


def test_away_only_what_still_waits_and_is_not_own_counts(inbox, queue):
    page = inbox()
    page.evaluate(HIDE)
    queue.escalate("Case that stays")
    taken = queue.escalate("Case that is taken")
    queue.escalate("Case of my own", by=queue.cast.senior)
    expect(page.get_by_role("status").filter(has_text="2 arrived")).to_have_count(1)
    queue.claim(taken, by=queue.cast.second_senior)
    expect(count(page)).to_have_text("2")
    page.evaluate(SHOW)
    expect(page.get_by_text("1 arrived while you were away")).to_be_visible()


def test_an_arrival_is_announced_once_and_no_clock_is(inbox, queue):
    page = inbox()
    page.evaluate(
        """() => {
          window.said = [];
          for (const region of document.querySelectorAll('[role=status], [aria-live]'))
            new MutationObserver(() => region.textContent && said.push(region.textContent))
              .observe(region, {subtree: true, childList: true, characterData: true});
        }"""
    )
    queue.escalate("Case to be announced")
    heard(page, 1)
    page.wait_for_timeout(2_500)
    assert page.evaluate("said") == ["1 new escalation"]


def test_from_another_page_one_click_leads_to_it(desk, queue):
    page = desk.page(queue.cast.senior, "/sessions")
    expect(page).to_have_title("Sessions")
    page.get_by_role("link", name="Inbox").wait_for()
    page.evaluate("window.stayed = true")
    new = queue.escalate("Case of its own")
    page.get_by_role("link", name="1 new escalation").click()
    page.wait_for_url(f"**/escalations/{new}")
    assert page.evaluate("window.stayed"), "without a full load"


def test_everything_that_came_while_a_page_was_away_is_acknowledged(desk, queue):
    page = desk.page(queue.cast.senior, "/settings")
    sent: list[str] = []
    page.on(
        "websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame)))
    )
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("networkidle")
    missed = queue.miss(130)
    newest = queue.escalate("The last of many")

    def answers() -> str:
        page.wait_for_timeout(50)  # what a page sends is heard while something waits for it
        return "".join(sent)

    eventually(
        lambda: all(handoff_id in answers() for handoff_id in [*missed, newest]),
        seconds=30,
        what="an answer for each",
    )
