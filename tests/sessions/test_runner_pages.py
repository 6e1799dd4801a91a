"""The runner keeps everything: keys, reloads, double clicks, cut connections, typed text."""

import pytest
from playwright.sync_api import expect

SPEAKER = "Is the speaker plugged in?"
VOLUME = "Turn the volume up"
PLUG = "Plug it in"


def test_keys_walk_and_go_back(start):
    page = start()
    page.keyboard.press("2")
    expect(page.get_by_role("heading", name=PLUG)).to_be_visible()
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name=SPEAKER)).to_be_visible()
    expect(page.get_by_role("button", name="Back")).to_be_disabled()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name=SPEAKER)).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_label("Scratchpad")).to_be_focused()


def test_keys_that_mean_nothing_are_not_sent(desk, live_server, start):
    page = start()
    sent: list[str] = []
    page.on(
        "websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame)))
    )
    page.reload()
    page.get_by_role("heading", name=SPEAKER).wait_for()
    page.wait_for_timeout(500)
    sent.clear()
    for key in "qwxyz789":
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    assert [frame for frame in sent if '["event"' in str(frame)] == []


def test_a_double_click_makes_one_step(start):
    page = start()
    page.get_by_role("button", name="No", exact=True).dblclick()
    expect(page.get_by_text("Step 2")).to_be_visible()
    page.wait_for_timeout(400)
    expect(page.get_by_role("heading", name=PLUG)).to_be_visible()
    expect(page.get_by_role("alert")).to_have_text("")


def test_a_reload_and_another_tab_stand_at_the_same_step(start):
    page = start()
    page.keyboard.press("1")
    page.get_by_role("heading", name=VOLUME).wait_for()
    page.get_by_label("Note for this step").fill("Half a thought")
    page.get_by_label("Scratchpad").fill("Serial 123")
    page.wait_for_timeout(1_000)
    page.reload()
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        expect(tab.get_by_role("heading", name=VOLUME)).to_be_visible()
        expect(tab.get_by_label("Note for this step")).to_have_value("Half a thought")
        expect(tab.get_by_label("Scratchpad")).to_have_value("Serial 123")
        expect(tab.get_by_label("Ticket number")).to_have_value("T-42")


def test_the_slower_of_two_tabs_is_shown_where_the_session_is(start):
    page = start()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("heading", name=SPEAKER).wait_for()
    page.keyboard.press("1")
    page.get_by_role("heading", name=VOLUME).wait_for()
    other.keyboard.press("2")
    expect(other.get_by_role("alert")).to_contain_text("already been answered")
    expect(other.get_by_role("heading", name=VOLUME)).to_be_visible()


def test_what_is_typed_just_before_an_answer_belongs_to_the_answered_step(start):
    page = start()
    page.get_by_label("Note for this step").fill("Typed in a hurry")
    page.get_by_role("button", name="Yes").click()
    page.get_by_role("heading", name=VOLUME).wait_for()
    expect(page.get_by_label("Note for this step")).to_have_value("")
    page.get_by_role("button", name="Ticket note").click()
    expect(page.get_by_role("dialog")).to_contain_text("Typed in a hurry")


def test_a_cut_connection_loses_nothing_that_is_typed(start):
    page = start()
    page.keyboard.press("1")
    page.get_by_role("heading", name=VOLUME).wait_for()
    page.context.set_offline(True)
    page.get_by_label("Note for this step").fill("Typed without a network")
    page.wait_for_timeout(1_500)
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Note for this step")).to_have_value("Typed without a network")
    expect(page.locator(".autosave [data-status='saving']")).to_have_count(0)
    fresh = page.context.new_page()
    fresh.evaluate("1")
    fresh.goto(page.url)
    expect(fresh.get_by_label("Note for this step")).to_have_value("Typed without a network")


def test_a_restarted_server_finds_the_page_at_the_same_step(start, live_server):
    page = start()
    page.keyboard.press("1")
    page.get_by_role("heading", name=VOLUME).wait_for()
    live_server.kill()
    page.get_by_label("Note for this step").fill("Typed while the server was away")
    page.wait_for_timeout(1_000)
    live_server.start()
    expect(page.locator(".autosave [data-status='saving']")).to_have_count(0, timeout=20_000)
    expect(page.get_by_role("heading", name=VOLUME)).to_be_visible()
    page.get_by_role("button", name="Works now").click()
    expect(page.get_by_role("heading", name="It was muted")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Ticket note").click()
    expect(page.get_by_role("dialog")).to_contain_text("Typed while the server was away")


def test_an_escalate_end_offers_the_escalation(start):
    page = start()
    page.keyboard.press("1")
    page.get_by_role("heading", name=VOLUME).wait_for()
    page.keyboard.press("2")
    expect(page.get_by_text("Stop here and escalate")).to_be_visible()
    page.get_by_role("button", name="Escalate to the seniors").click()
    expect(page.get_by_role("dialog", name="Escalate to the seniors")).to_be_visible()


def test_who_takes_over_at_an_escalate_end_completes_there(desk, live_server, start):
    page = start()
    page.keyboard.press("1")
    page.get_by_role("heading", name=VOLUME).wait_for()
    page.keyboard.press("2")
    page.get_by_role("button", name="Escalate to the seniors").click()
    page.get_by_label("What do you want from the senior?").fill("Swap the card")
    page.get_by_role("dialog").get_by_role("button", name="Escalate", exact=True).click()
    expect(page.get_by_text("Waiting for a senior").first).to_be_visible()

    senior = desk.page(live_server.cast.senior, page.url)
    senior.get_by_role("button", name="Claim").click()
    senior.get_by_role("link", name="Continue").click()
    expect(senior.get_by_text("You have claimed this.")).to_be_visible()
    expect(senior.get_by_role("button", name="Escalate")).to_have_count(0)
    acts = senior.locator(".runner-main button:not([disabled])")
    expect(acts.first).to_have_text("Complete session")
    acts.first.click()
    senior.get_by_role("dialog").get_by_role("button", name="Complete session").click()
    expect(page.get_by_text("Completed: resolved", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Escalation")).to_contain_text("Senior resolved it")


def test_a_technician_may_end_at_an_escalate_end_too(start):
    page = start()
    page.keyboard.press("1")
    page.get_by_role("heading", name=VOLUME).wait_for()
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="Escalate to the seniors")).to_be_enabled()
    page.get_by_role("button", name="End here").click()
    page.get_by_role("dialog").get_by_role("button", name="Complete session").click()
    expect(page.get_by_text("Completed: resolved", exact=True)).to_be_visible()


@pytest.mark.parametrize("chosen", ["Markdown", "Plain text", "HTML", "JSON"])
def test_the_note_is_taken_mid_session_in_every_format(start, chosen):
    page = start()
    page.get_by_role("button", name="Ticket note").click()
    page.get_by_role("button", name=chosen).click()
    note = page.get_by_role("dialog", name="Ticket note")
    expect(note.locator("pre")).to_contain_text("T-42")
    with page.expect_download() as download:
        note.get_by_role("button", name="Download").click()
    assert "T-42" in download.value.path().read_text()


def test_parking_is_private_and_resumed(desk, live_server, start):
    page = start()
    page.get_by_role("button", name="Park").click()
    expect(page.get_by_text("Parked. Only you can see it.")).to_be_visible()
    senior = desk.page(live_server.cast.senior, page.url)
    expect(senior.get_by_text("There is no such session")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Yes")).to_be_enabled()


def test_the_library_finds_as_one_types_and_offers_to_go_on(start, desk, live_server):
    page = start()
    page.goto("/")
    expect(page.get_by_role("link", name="No sound").first).to_be_visible()
    page.get_by_label("Search trees").press_sequentially("speak plug")
    expect(page.get_by_role("button", name="No sound")).to_be_visible()
    page.get_by_label("Search trees").fill("qwxz")
    expect(page.get_by_text("No tree matches")).to_be_visible()
