"""A claim without activity goes back to the queue, and every page that shows it says so."""

from datetime import timedelta
from uuid import UUID

from playwright.sync_api import Page, expect
from sqlalchemy import update

from rxapp.core.clock import utc_now
from rxapp.core.db import Database
from rxapp.handoffs.lease import SWEEP_SECONDS
from rxapp.sessions.models import GuidedSession
from tests.support.databases import BOTH

pytestmark = BOTH

SWEPT_MS = (SWEEP_SECONDS + 5) * 1_000


def run_out(server, session_id: str) -> None:
    """Make the lease have ended a minute ago, without telling the server."""
    database = Database(server.database_url)
    with database.transaction() as db:
        moved = db.execute(
            update(GuidedSession)
            .where(GuidedSession.id == UUID(session_id), GuidedSession.held_until.is_not(None))
            .values(held_until=utc_now() - timedelta(minutes=1))
        )
        assert moved.rowcount == 1
    database.close()


def section(page: Page, name: str, wanted: str):
    return page.get_by_role("region", name=name).get_by_role("listitem").filter(has_text=wanted)


def test_a_lease_that_runs_out_is_seen_by_everybody(desk, live_server, escalate):
    cast, wanted = live_server.cast, "Left alone by the senior"
    technician = escalate(wanted)
    package = desk.page(cast.senior, "/inbox")
    section(package, "Waiting", wanted).get_by_role("button", name="Claim").click()
    package.wait_for_url("**/escalations/*")
    expect(package.get_by_role("button", name="Hand back")).to_be_visible()
    expect(package.get_by_text("Senior has it,")).to_contain_text("left")
    runner = package.context.new_page()
    runner.goto(technician.url)
    expect(runner.get_by_text("You have claimed this.")).to_contain_text("left until it goes back")
    runner.get_by_label("Note for this step").press_sequentially("Looked at the cable")
    expect(runner.locator(".autosave [data-status='saving']")).to_have_count(0)
    other = desk.page(cast.second_senior, "/inbox")
    expect(section(other, "With others", wanted)).to_contain_text("left")
    expect(technician.get_by_text("Senior is working on this now.")).to_be_visible()

    run_out(live_server, technician.url.rpartition("/")[2])

    back = section(other, "Waiting", wanted)
    expect(back).to_contain_text("Returned", timeout=SWEPT_MS)
    expect(section(other, "With others", wanted)).to_have_count(0)
    for page in (package, runner):
        expect(page.get_by_role("button", name="Hand back")).to_have_count(0)
        expect(page.get_by_role("button", name="Claim")).to_be_visible()
    expect(package.get_by_text("Escalated by Technician, waiting")).to_be_visible()
    expect(runner.get_by_text("Waiting for a senior").first).to_be_visible()
    expect(runner.get_by_role("button", name="Yes")).to_be_disabled()
    expect(technician.get_by_role("button", name="Withdraw and continue")).to_be_visible()
    expect(technician.get_by_role("region", name="Escalation")).to_contain_text(
        "Back in the queue: Senior did not touch it in time"
    )

    back.get_by_role("button", name="Claim").click()
    other.wait_for_url("**/escalations/*")
    expect(other.get_by_text("Looked at the cable")).to_be_visible()
    expect(package.get_by_text("Second Senior has it,")).to_be_visible()
