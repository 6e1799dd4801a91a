"""The product's story, 1 to 8, in real browsers, on both databases."""

import time

from playwright.sync_api import Page, expect

from tests.support.databases import BOTH

pytestmark = BOTH

CLICK_CLAIM = """(at) => setTimeout(() => {
  const claim = [...document.querySelectorAll('button')].find((b) => b.textContent === 'Claim');
  window.pressedClaim = Boolean(claim);
  claim?.click();
}, at - Date.now())"""
"""On a busy machine one page may hear of the other's claim before it presses its own."""


def test_a_stuck_technician_is_taken_over_live_by_exactly_one_senior(desk, live_server, start):
    cast = live_server.cast
    seniors = [desk.page(cast.senior, "/inbox"), desk.page(cast.second_senior, "/inbox")]
    for page in seniors:
        expect(page.get_by_text("Nobody is waiting")).to_be_visible()

    technician = start()
    technician.keyboard.press("1")
    expect(technician.get_by_role("heading", name="Turn the volume up")).to_be_visible()
    technician.keyboard.press("n")
    technician.keyboard.type("The slider is at 100 already")
    technician.keyboard.press("Escape")
    technician.keyboard.press("e")
    technician.get_by_label("What do you want from the senior?").fill("Is the driver known?")
    package = technician.get_by_role("dialog", name="Escalate to the seniors")
    expect(package).to_contain_text("Is the speaker plugged in?")
    expect(package).to_contain_text("The slider is at 100 already")
    package.get_by_role("button", name="Escalate", exact=True).click()

    for page in seniors:
        row = page.get_by_role("listitem").filter(has_text="Is the driver known?")
        expect(row).to_contain_text("Turn the volume up", timeout=1_000)
        expect(row).to_contain_text("T-42")
        expect(page).to_have_title("(1) Inbox")
    told = technician.get_by_role("region", name="Escalation")
    expect(told).to_contain_text("Senior has it on screen")
    expect(told).to_contain_text("Admin not told")
    expect(told).to_contain_text("no mail server configured")

    together = time.time() * 1000 + 500
    for page in seniors:
        page.evaluate(CLICK_CLAIM, together)
    winner, loser = _apart(seniors)
    name = winner.locator(".me-name").inner_text()
    if loser.evaluate("window.pressedClaim"):
        expect(loser.get_by_role("alert")).to_have_text(f"{name} has it.✕")
    expect(loser.get_by_role("listitem").filter(has_text="Is the driver known?")).to_contain_text(
        name
    )
    expect(technician.get_by_text(f"{name} is working on this now.")).to_be_visible()

    expect(winner.get_by_text("The slider is at 100 already")).to_be_visible()
    winner.get_by_role("link", name="Continue").click()
    expect(winner.get_by_role("heading", name="Turn the volume up")).to_be_visible()
    expect(winner.get_by_text("You have claimed this.")).to_be_visible()
    assert winner.url == technician.url
    winner.get_by_role("button", name="Works now").click()
    expect(winner.get_by_role("heading", name="It was muted")).to_be_visible()
    expect(technician.get_by_role("heading", name="It was muted")).to_be_visible()
    expect(technician.get_by_role("button", name="Back")).to_be_disabled()

    winner.get_by_role("button", name="Complete session").click()
    winner.get_by_label("Outcome notes").fill("The mute key was stuck")
    winner.get_by_role("dialog").get_by_role("button", name="Complete session").click()
    note = winner.get_by_role("dialog", name="Ticket note")
    expect(note).to_contain_text("The mute key was stuck")
    expect(technician.get_by_text("Completed: resolved", exact=True)).to_be_visible()
    expect(told).to_contain_text(f"{name} resolved it")

    technician.get_by_role("button", name="Ticket note").click()
    export = technician.get_by_role("dialog", name="Ticket note")
    expect(export).to_contain_text("Who did which part")
    expect(export).to_contain_text("Technician")
    expect(export).to_contain_text(name)


def _apart(seniors: list[Page]) -> tuple[Page, Page]:
    first, second = seniors
    for _ in range(100):
        first.wait_for_timeout(100)
        has_won = ["/escalations/" in page.url for page in seniors]
        if any(has_won):
            break
    first.wait_for_timeout(500)
    has_won = ["/escalations/" in page.url for page in seniors]
    assert sorted(has_won) == [False, True]
    return (first, second) if has_won[0] else (second, first)
