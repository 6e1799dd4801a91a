"""Somebody acts on a case while a dialog about it is open: the dialog and what is typed stay."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.caller import Caller
from tests.support.cast import Person
from tests.support.dialogs import close_dialog
from tests.support.queue import Queue

WORDS = "Only typed, and sent nowhere yet"


@pytest.fixture
def queue(live_server) -> Queue:
    return Queue(live_server)


@pytest.fixture
def claimed(live_server, queue) -> tuple[str, str]:
    """The ids of an escalation that the senior has claimed, and of its session."""
    handoff_id = queue.escalate("A dialog is open")
    queue.claim(handoff_id, by=live_server.cast.senior)
    row = Caller(live_server, live_server.cast.senior).get(f"/handoffs/{handoff_id}").json()
    return handoff_id, row["session_id"]


def dialog_after(page: Page, button: str, title: str, field: str) -> tuple[Locator, Locator]:
    """Open a dialog and type into it; returns it and the field."""
    page.get_by_role("button", name=button).click()
    dialog = page.get_by_role("dialog", name=title)
    typed = dialog.get_by_label(field)
    typed.fill(WORDS)
    return dialog, typed


def pass_on(queue: Queue, handoff_id: str, *, come_from: Person, to: Person) -> None:
    """Hand the claim back in another tab, and have a colleague claim it."""
    queue.hand_back(handoff_id, by=come_from)
    queue.claim(handoff_id, by=to)


def refused(dialog: Locator, button: str, why: str, typed: Locator) -> None:
    """Send the form: it says why that was refused, and keeps what is typed."""
    dialog.get_by_role("button", name=button).click()
    expect(dialog.get_by_role("alert")).to_contain_text(why)
    expect(typed).to_have_value(WORDS)


def test_what_a_colleague_has_claimed_meanwhile_is_not_handed_back(
    desk, live_server, queue, claimed
):
    cast, (handoff_id, _) = live_server.cast, claimed
    page = desk.page(cast.senior, f"/escalations/{handoff_id}")
    dialog, why = dialog_after(
        page, "Hand back", "Hand back to the queue", "Why are you handing it back?"
    )

    pass_on(queue, handoff_id, come_from=cast.senior, to=cast.second_senior)
    expect(page.get_by_text("Second Senior has it,")).to_be_visible()
    expect(why).to_have_value(WORDS)

    refused(dialog, "Hand back", "You do not hold this escalation.", why)
    close_dialog(page)
    expect(page.get_by_text("Second Senior has it,")).to_be_visible()


def test_what_a_colleague_has_claimed_meanwhile_is_not_ended_and_the_words_come_back_with_it(
    desk, live_server, queue, claimed
):
    cast, (handoff_id, session_id) = live_server.cast, claimed
    page = desk.page(cast.senior, f"/sessions/{session_id}")
    dialog, notes = dialog_after(page, "End here", "How did it end?", "Outcome notes")

    pass_on(queue, handoff_id, come_from=cast.senior, to=cast.second_senior)
    expect(page.get_by_text("Second Senior is working on this now.")).to_be_visible()

    refused(dialog, "Complete session", "Second Senior is working on this session now.", notes)
    page.reload()
    pass_on(queue, handoff_id, come_from=cast.second_senior, to=cast.senior)
    page.get_by_role("button", name="End here").click()
    expect(notes).to_have_value(WORDS)
    dialog.get_by_role("button", name="Complete session").click()
    expect(page.get_by_text("Completed: resolved", exact=True)).to_be_visible()


def test_what_has_ended_in_another_tab_is_not_escalated(desk, live_server, start):
    page = start()
    dialog, wanted = dialog_after(
        page, "Escalate", "Escalate to the seniors", "What do you want from the senior?"
    )
    expect(dialog.get_by_role("button", name="Escalate", exact=True)).to_be_enabled()

    other_tab = Caller(live_server, live_server.cast.technician)
    ended = other_tab.post(f"/sessions/{page.url.rpartition('/')[2]}/complete", outcome="resolved")
    assert ended.status_code == 200, ended.text
    expect(page.get_by_text("Completed: resolved", exact=True)).to_be_visible()

    refused(dialog, "Escalate", "This session is completed.", wanted)


def test_the_note_stays_open_while_a_senior_claims_and_ends_the_case(desk, live_server, queue):
    cast = live_server.cast
    handoff_id = queue.escalate("The note is open")
    senior = Caller(live_server, cast.senior)
    session_id = senior.get(f"/handoffs/{handoff_id}").json()["session_id"]
    page = desk.page(cast.technician, f"/sessions/{session_id}")
    page.get_by_role("button", name="Ticket note").click()
    note = page.get_by_role("dialog", name="Ticket note").locator("pre")
    expect(note).to_contain_text("No sound")

    queue.claim(handoff_id, by=cast.senior)
    expect(page.get_by_text("Senior is working on this now.")).to_be_visible()
    expect(note).to_be_visible()
    ended = senior.post(f"/handoffs/{handoff_id}/resolve", outcome="resolved")
    assert ended.status_code == 200, ended.text
    expect(page.get_by_text("Completed: resolved", exact=True)).to_be_visible()
    expect(note).to_be_visible()

    close_dialog(page)
