"""The sound of a new escalation: heard to its end when it is on, and never when it is off."""

from playwright.sync_api import Page, expect

LISTEN = """
window.heard = [];
window.begun = 0;
window.AudioContext = class extends window.AudioContext {
  createOscillator() {
    const tone = super.createOscillator();
    const start = tone.start.bind(tone);
    tone.start = (...when) => { window.begun += 1; start(...when); };
    // Fires when the tone has been played to its end, which a suspended sound never is.
    tone.addEventListener("ended", () => window.heard.push(tone.frequency.value));
    return tone;
  }
};
"""
CHIME = [660, 880]
UNTOUCHED = "Object.defineProperty(navigator, 'userActivation', {value: {hasBeenActive: false}});"
"""Set explicitly, because a page that a test inspects counts as touched."""


def listening_inbox(desk, person) -> Page:
    page = desk.context(person).new_page()
    page.add_init_script(LISTEN)
    page.goto("/inbox")
    page.get_by_role("heading", name="Inbox").wait_for()
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
    return page


def arrived(page: Page, wanted: str) -> None:
    expect(page.get_by_role("listitem").filter(has_text=wanted)).to_be_visible()


def heard(page: Page) -> list[int]:
    page.wait_for_timeout(1_200)
    return page.evaluate("heard.splice(0)")


def test_an_arriving_escalation_is_heard_once(desk, live_server, escalate):
    inbox = listening_inbox(desk, live_server.cast.senior)
    inbox.get_by_role("heading", name="Inbox").click()
    escalate("Listen to this")
    arrived(inbox, "Listen to this")
    assert heard(inbox) == CHIME
    assert inbox.evaluate("begun") == len(CHIME)


def test_switched_off_it_is_silent_also_after_a_reload(desk, live_server, escalate):
    inbox = listening_inbox(desk, live_server.cast.second_senior)
    inbox.get_by_role("switch", name="Sound on").click()
    escalate("Quiet, please")
    arrived(inbox, "Quiet, please")
    assert heard(inbox) == []
    inbox.reload()
    switch = inbox.get_by_role("switch", name="Sound off")
    expect(switch).to_have_attribute("aria-checked", "false")
    inbox.get_by_role("heading", name="Inbox").click()
    escalate("Still quiet")
    arrived(inbox, "Still quiet")
    assert heard(inbox) == []
    assert inbox.evaluate("begun") == 0

    switch.click()
    assert heard(inbox) == CHIME, "switching it on lets it be heard"
    escalate("Loud again")
    arrived(inbox, "Loud again")
    assert heard(inbox) == CHIME


def test_a_page_that_nobody_has_touched_says_that_it_is_silent(desk, live_server):
    page = desk.context(live_server.cast.admin).new_page()
    page.add_init_script(UNTOUCHED)
    page.goto("/inbox")
    hint = page.get_by_text("Silent until you click")
    expect(hint).to_be_visible()
    page.get_by_role("heading", name="Inbox").click()
    expect(hint).to_have_count(0)


def test_on_another_page_it_is_heard_too(desk, live_server, escalate):
    page = listening_inbox(desk, live_server.cast.owner)
    page.get_by_role("link", name="Sessions").click()
    page.get_by_role("heading", name="Sessions").wait_for()
    escalate("While reading sessions")
    expect(page.get_by_text("new escalation")).to_be_visible()
    assert heard(page) == CHIME
