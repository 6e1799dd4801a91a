"""The inbox in real browsers: what arrives, what comes back, what must not be missed."""

from playwright.sync_api import Page, expect

from tests.support.databases import BOTH


def row(page: Page, wanted: str):
    return page.get_by_role("listitem").filter(has_text=wanted)


def test_urgent_stands_before_older(desk, live_server, escalate):
    escalate("The older one")
    escalate("The urgent one", urgent=True)
    inbox = desk.page(live_server.cast.senior, "/inbox")
    waiting = inbox.get_by_role("region", name="Waiting").get_by_role("listitem")
    expect(waiting.first).to_contain_text("The urgent one")


@BOTH
def test_handed_back_with_a_reason_it_waits_again(desk, live_server, escalate):
    technician = escalate("Hand this back")
    inbox = desk.page(live_server.cast.senior, "/inbox")
    row(inbox, "Hand this back").get_by_role("button", name="Claim").click()
    inbox.wait_for_url("**/escalations/*")
    inbox.get_by_role("button", name="Hand back").click()
    inbox.get_by_label("Why are you handing it back?").fill("This is for the audio team")
    inbox.get_by_role("dialog").get_by_role("button", name="Hand back").click()
    inbox.wait_for_url("**/inbox")
    expect(row(inbox, "Hand this back")).to_contain_text("Returned")
    panel = technician.get_by_role("region", name="Escalation")
    expect(panel).to_contain_text("Senior handed it back")
    expect(panel).to_contain_text("This is for the audio team")


def test_the_one_who_escalated_may_withdraw_and_not_claim(desk, live_server, escalate):
    senior = escalate("My own", live_server.cast.senior)
    inbox = desk.page(live_server.cast.senior, "/inbox")
    expect(row(inbox, "My own").get_by_role("button", name="Claim")).to_have_count(0)
    senior.get_by_role("button", name="Withdraw and continue").click()
    expect(senior.get_by_role("button", name="Yes")).to_be_enabled()
    expect(inbox.get_by_role("region", name="Waiting").get_by_text("My own")).to_have_count(0)


def test_opening_it_is_shown_to_the_one_who_waits(desk, live_server, escalate):
    technician = escalate("Who opens this")
    inbox = desk.page(live_server.cast.admin, "/inbox")
    row(inbox, "Who opens this").get_by_role("link", name="No sound").click()
    inbox.wait_for_url("**/escalations/*")
    expect(inbox.get_by_text("Who opens this").first).to_be_visible()
    panel = technician.get_by_role("region", name="Escalation")
    expect(panel).to_contain_text("Admin opened it")


def test_a_technician_has_no_inbox(desk, live_server):
    page = desk.page(live_server.cast.technician, "/inbox")
    expect(page.get_by_text("The inbox is for seniors")).to_be_visible()
    expect(page.get_by_role("link", name="Inbox")).to_have_count(0)


def test_an_outsider_sees_nothing_of_it(desk, live_server, escalate):
    technician = escalate("Not for outsiders")
    outsider = desk.page(live_server.cast.outsider, "/inbox")
    expect(outsider.get_by_text("Nobody is waiting")).to_be_visible()
    outsider.goto(technician.url)
    expect(outsider.get_by_text("There is no such session")).to_be_visible()


def test_typing_is_not_touched_by_what_arrives(desk, live_server, start, escalate):
    senior = start(live_server.cast.senior)
    note = senior.get_by_label("Note for this step")
    note.press_sequentially("In the middle of")
    escalate("Arrives meanwhile")
    expect(senior.get_by_text("new escalation")).to_be_visible()
    note.press_sequentially(" a word")
    expect(note).to_have_value("In the middle of a word")


def test_the_sound_can_be_switched_off_for_good(desk, live_server):
    page = desk.page(live_server.cast.senior, "/inbox")
    switch = page.get_by_role("switch", name="Sound on")
    switch.click()
    page.reload()
    expect(page.get_by_role("switch", name="Sound off")).to_be_visible()
