import asyncio
import re
from contextlib import suppress
from datetime import timedelta

import pytest

from rxapp.access.actor import Role
from rxapp.core import db as core_db
from rxapp.handoffs import closing_service as closing
from rxapp.handoffs import service as handoffs
from rxapp.handoffs.lease_service import expire_claim
from rxapp.live import signals
from rxapp.notifications.channels.email import MailServer as Server
from rxapp.notifications.delivery_service import claim_due
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.notifications.rules import SHOWN_WITHIN, STALE_AFTER, UNSEEN_AFTER
from rxapp.sessions.service import start
from rxapp.sign_in import link_service
from rxapp.sign_in.service import add_user
from tests.support.server import ROOT
from tests.support.story import BASE_URL, SILENT, YES, BusyMailServer, small_tree

SENDER = "ResolutionFlow <flow@example.com>"
SENIORS = {"senior", "second_senior", "admin", "owner"}


@pytest.fixture
def dispatcher(mail_server) -> Dispatcher:
    return Dispatcher(Server.from_url(mail_server.url, SENDER))


async def work(dispatcher: Dispatcher) -> None:
    await dispatcher.work()
    await dispatcher.settle()


def emails(cast, *names: str) -> list[str]:
    return sorted(cast.person(name).email for name in names)


def of(story, handoff, person, channel: str = "email"):
    """The delivery to one person over one channel."""
    [found] = [
        each
        for each in story.deliveries(handoff)
        if (each.recipient.id, each.channel) == (person.actor.user_id, channel)
    ]
    return found


async def test_seniors_who_are_offline_get_an_email(story, cast, dispatcher, mail_server):
    handoff = story.escalate()
    await work(dispatcher)
    assert sorted(mail["X-Rcpt"] for mail in mail_server.taken) == emails(cast, *SENIORS)
    assert set(story.told(handoff).values()) == {("email", "sent")}
    delivery = of(story, handoff, cast.senior)
    assert (delivery.attempts, delivery.detail, delivery.next_attempt_at) == (1, "", None)
    assert delivery.sent_at


async def test_the_email_says_what_is_wanted_and_where(story, cast, dispatcher, mail_server):
    session_id = story.start(ticket_number="T-9", client_name="Client <A> & B")
    handoff = story.escalate(session_id, reason="Line 1\nLine <b>2</b>", priority="urgent")
    await work(dispatcher)
    [mail] = mail_server.to(cast.senior.email)
    link = f"{BASE_URL}/escalations/{handoff.id}"
    assert mail["Subject"] == "Urgent: No sound (T-9) needs a senior"
    assert (mail["From"], mail["To"]) == (SENDER, "Senior <senior@example.com>")
    assert mail["Message-ID"] == f"<{of(story, handoff, cast.senior).id}@flow.example.com>"
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = mail.get_body(("html",)).get_content()
    for fact in ("Technician", "No sound", "Is the speaker plugged in?", "T-9", link):
        assert fact in text
        assert fact in html
    assert "Client <A> & B" in text
    assert "Line 1\nLine <b>2</b>" in text
    assert "Client &lt;A&gt; &amp; B" in html
    assert "Line 1<br>Line &lt;b&gt;2&lt;/b&gt;" in html
    assert f"href='{link}'" in html


async def test_an_email_of_what_came_back_says_so(story, cast, dispatcher, mail_server):
    handoff = story.claimed()
    await work(dispatcher)
    story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason="No time")
    await work(dispatcher)
    assert sorted(mail["X-Rcpt"] for mail in mail_server.taken) == emails(
        cast, *(SENIORS - {"senior"})
    )
    assert {mail["Subject"] for mail in mail_server.taken} == {
        "No sound (T-1) is back in the queue"
    }


def parts_of(mail) -> tuple[str, str]:
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    return text, mail.get_body(("html",)).get_content()


async def test_an_email_of_what_came_back_says_why_and_what_was_tried(
    story, cast, dispatcher, mail_server
):
    handoff = story.claimed(reason="It stays silent")
    story.walk(handoff.session_id, YES, SILENT, by=cast.senior)
    story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason="Needs <new>\nhardware")
    await work(dispatcher)
    text, html = parts_of(mail_server.to(cast.admin.email)[0])
    assert "Senior handed it back:\nNeeds <new>\nhardware\n" in text
    tried = "- Is the speaker plugged in? → Yes\n- Turn the volume up → Still silent\n"
    assert f"What has been tried since:\n{tried}" in text
    assert "What they need help with:\nIt stays silent\n" in text
    assert "Senior handed it back:" in html
    assert "Needs &lt;new&gt;<br>hardware" in html
    assert "<li>Turn the volume up → Still silent</li>" in html


async def test_an_email_says_the_last_return_only(story, cast, dispatcher, mail_server):
    handoff = story.claimed()
    story.walk(handoff.session_id, YES, by=cast.senior)
    story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason="First reason")
    story.claim(handoff, cast.second_senior)
    await work(dispatcher)
    story.do(handoffs.hand_back, cast.second_senior.actor, handoff.id, reason="Second reason")
    await work(dispatcher)
    text, _ = parts_of(mail_server.to(cast.admin.email)[-1])
    assert "Second Senior handed it back:\nSecond reason\n" in text
    assert "First reason" not in text
    assert "What has been tried" not in text, "nothing was, since the second claim"


async def test_an_email_of_a_claim_that_ran_out_says_so(
    story, cast, dispatcher, mail_server, moving_clock
):
    handoff = story.claimed()
    moving_clock.move_on(hours=1)
    story.do(expire_claim, handoff.id)
    await work(dispatcher)
    text, html = parts_of(mail_server.to(cast.admin.email)[0])
    for part in (text, html):
        assert "Back in the queue: Senior did not touch it in time." in part


async def test_letters_are_of_one_colour_the_pages_accent(story, cast, dispatcher, mail_server):
    story.escalate()
    story.do(link_service.ask_reset, cast.technician.email)
    await work(dispatcher)
    letters = [mail_server.to(person.email)[0] for person in (cast.technician, cast.admin)]
    styles = {
        each for mail in letters for each in re.findall("background:([^;]+)", parts_of(mail)[1])
    }
    tokens = (ROOT / "assets" / "tokens.css").read_text()
    assert styles == {re.search(r"--accent: light-dark\((#[0-9a-f]+)", tokens)[1]}


async def test_a_title_with_line_breaks_stays_in_the_subject(story, cast, dispatcher, mail_server):
    tree_id = story.publish(small_tree("Broken\nBcc: thief@example.net"))
    story.escalate(story.do(start, cast.technician.actor, tree_id))
    await work(dispatcher)
    [mail] = mail_server.to(cast.senior.email)
    assert mail["Bcc"] is None
    assert "Broken Bcc: thief@example.net" in mail["Subject"]


async def test_who_is_online_is_told_on_the_screen_and_gets_no_email(
    story, cast, dispatcher, mail_server, moving_clock
):
    story.comes_online(cast.senior, cast.admin)
    handoff = story.escalate()
    await work(dispatcher)
    assert story.told(handoff)["Senior"] == ("screen", "sending")
    story.shows(handoff, cast.senior, cast.admin)
    moving_clock.move_on(seconds=SHOWN_WITHIN.total_seconds() + 1)
    await work(dispatcher)
    assert story.told(handoff) == {
        "Senior": ("screen", "sent"),
        "Admin": ("screen", "sent"),
        "Second Senior": ("email", "sent"),
        "Owner": ("email", "sent"),
    }
    assert mail_server.to(cast.senior.email) == []


async def test_who_was_online_half_a_minute_ago_is_offline(
    story, cast, dispatcher, mail_server, moving_clock
):
    story.comes_online(cast.senior)
    moving_clock.move_on(seconds=31)
    story.escalate()
    await work(dispatcher)
    assert len(mail_server.to(cast.senior.email)) == 1


async def test_without_a_mail_server_the_ledger_says_so(story, cast):
    story.comes_online(cast.admin)
    handoff = story.escalate()
    await work(Dispatcher(None))
    skipped = of(story, handoff, cast.senior)
    assert (skipped.status, skipped.detail) == ("skipped", "no mail server configured")
    assert (skipped.attempts, skipped.next_attempt_at) == (0, None)
    assert of(story, handoff, cast.admin, "screen").status == "sending"


async def test_nobody_is_told_twice_however_often_the_dispatcher_looks(
    story, dispatcher, mail_server, moving_clock
):
    handoff = story.escalate()
    for _ in range(3):
        await work(dispatcher)
        moving_clock.move_on(minutes=10)
    assert len(mail_server.taken) == len(story.deliveries(handoff)) == 4


async def test_two_dispatchers_at_once_tell_everybody_once(story, mail_server):
    story.escalate()
    pair = [Dispatcher(Server.from_url(mail_server.url, SENDER)) for _ in range(2)]
    await asyncio.gather(*(each.work() for each in pair))
    await asyncio.gather(*(each.work() for each in pair))
    await asyncio.gather(*(each.settle() for each in pair))
    assert len(mail_server.taken) == len({mail["X-Rcpt"] for mail in mail_server.taken}) == 4


async def test_one_who_is_refused_for_good_is_dead_and_the_others_get_theirs(
    story, cast, dispatcher, mail_server, moving_clock
):
    mail_server.refuse[cast.senior.email] = "550 5.1.1 no such mailbox"
    handoff = story.escalate()
    await work(dispatcher)
    dead = of(story, handoff, cast.senior)
    assert (dead.status, dead.attempts, dead.next_attempt_at) == ("dead", 1, None)
    assert dead.detail == "550 5.1.1 no such mailbox"
    assert sorted(mail["X-Rcpt"] for mail in mail_server.taken) == emails(
        cast, *(SENIORS - {"senior"})
    )
    moving_clock.move_on(days=1)
    mail_server.refuse.clear()
    await work(dispatcher)
    assert mail_server.to(cast.senior.email) == []


async def test_one_who_is_refused_for_now_is_tried_again(
    story, cast, dispatcher, mail_server, moving_clock
):
    mail_server.refuse[cast.senior.email] = "450 4.2.1 mailbox busy"
    handoff = story.escalate()
    await work(dispatcher)
    failed = of(story, handoff, cast.senior)
    assert (failed.status, failed.attempts, failed.detail) == (
        "failed",
        1,
        "450 4.2.1 mailbox busy",
    )
    pause = failed.next_attempt_at - moving_clock.now()
    assert timedelta() < pause <= timedelta(seconds=15)
    mail_server.refuse.clear()
    await work(dispatcher)
    assert mail_server.to(cast.senior.email) == [], "not before its time"
    moving_clock.move_on(seconds=16)
    await work(dispatcher)
    [mail] = mail_server.to(cast.senior.email)
    sent = of(story, handoff, cast.senior)
    assert (sent.status, sent.attempts, sent.detail) == ("sent", 2, "")
    assert mail["Message-ID"] == f"<{sent.id}@flow.example.com>"
    assert len(mail_server.taken) == 4


async def test_a_second_attempt_has_the_same_message_id(story, moving_clock):
    server = BusyMailServer(busy=4)
    server.start()
    try:
        dispatcher = Dispatcher(Server.from_url(server.url, SENDER))
        handoff = story.escalate()
        await work(dispatcher)
        assert set(story.told(handoff).values()) == {("email", "failed")}
        moving_clock.move_on(seconds=16)
        await work(dispatcher)
    finally:
        server.stop()
    assert set(story.told(handoff).values()) == {("email", "sent")}
    first = {mail["X-Rcpt"]: mail["Message-ID"] for mail in server.turned_away}
    assert first == {mail["X-Rcpt"]: mail["Message-ID"] for mail in server.taken}
    assert len(first) == 4


async def test_a_slow_mail_server_holds_nobody_up(story, cast, dispatcher, mail_server):
    mail_server.delay_seconds = 1.5
    story.escalate()
    running = asyncio.create_task(dispatcher.run_forever())
    try:
        async with asyncio.timeout(10):
            while not dispatcher._sending:
                await asyncio.sleep(0.02)
        session_id = story.start()
        row = await core_db.run(
            handoffs.hand_off, cast.technician.actor, session_id, intent="escalate", reason="Too"
        )
        assert row.status == "open"
        assert mail_server.taken == []
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await dispatcher.settle()


async def test_the_seniors_are_mailed_at_the_same_time_not_one_after_the_other(
    story, dispatcher, mail_server
):
    mail_server.delay_seconds = 1.5
    story.escalate()
    await work(dispatcher)
    assert len(mail_server.taken) == 4
    assert mail_server.most_at_once > 1


async def waiting_for_a_second_attempt(story, dispatcher, mail_server, moving_clock):
    """An escalation whose emails were all refused for now; the server takes them from here on."""
    mail_server.refuse |= {person.email: "450 later" for person in everybody(story.cast)}
    handoff = story.escalate()
    await work(dispatcher)
    mail_server.refuse.clear()
    moving_clock.move_on(seconds=16)
    return handoff


def everybody(cast) -> list:
    return [cast.person(name) for name in SENIORS]


async def test_what_is_claimed_before_its_email_goes_out_is_not_sent(
    story, cast, dispatcher, mail_server, moving_clock
):
    handoff = await waiting_for_a_second_attempt(story, dispatcher, mail_server, moving_clock)
    story.claim(handoff)
    await work(dispatcher)
    skipped = of(story, handoff, cast.admin)
    assert (skipped.status, skipped.detail) == ("skipped", "Senior took it first")
    assert skipped.next_attempt_at is None
    assert mail_server.taken == []


async def test_what_is_withdrawn_before_its_email_goes_out_is_not_sent(
    story, cast, dispatcher, mail_server, moving_clock
):
    handoff = await waiting_for_a_second_attempt(story, dispatcher, mail_server, moving_clock)
    story.do(handoffs.withdraw, cast.technician.actor, handoff.id)
    await work(dispatcher)
    skipped = of(story, handoff, cast.admin)
    assert (skipped.status, skipped.detail) == ("skipped", "already withdrawn")
    assert mail_server.taken == []


async def test_who_has_left_meanwhile_gets_no_email(
    story, cast, dispatcher, mail_server, moving_clock
):
    handoff = await waiting_for_a_second_attempt(story, dispatcher, mail_server, moving_clock)
    story.deactivate(cast.senior)
    story.remove(cast.admin)
    await work(dispatcher)
    for person in (cast.senior, cast.admin):
        skipped = of(story, handoff, person)
        assert (skipped.status, skipped.detail) == ("skipped", "the recipient has left")
    assert sorted(mail["X-Rcpt"] for mail in mail_server.taken) == emails(
        cast, "owner", "second_senior"
    )


async def test_what_was_claimed_before_anybody_was_told_is_told_nobody(
    story, dispatcher, mail_server
):
    handoff = story.claimed()
    await work(dispatcher)
    assert (story.deliveries(handoff), mail_server.taken) == ([], [])


async def test_an_email_follows_where_nobody_looked_at_the_screen(
    story, cast, dispatcher, mail_server, moving_clock
):
    story.comes_online(cast.senior)
    handoff = story.escalate()
    await work(dispatcher)
    story.shows(handoff, cast.senior)
    moving_clock.move_on(seconds=UNSEEN_AFTER.total_seconds() - 5)
    await work(dispatcher)
    assert mail_server.to(cast.senior.email) == []
    moving_clock.move_on(seconds=10)
    await work(dispatcher)
    assert len(mail_server.to(cast.senior.email)) == 1
    assert of(story, handoff, cast.senior, "screen").detail == "not opened; an email follows"
    assert of(story, handoff, cast.senior).status == "sent"
    moving_clock.move_on(hours=1)
    await work(dispatcher)
    assert len(mail_server.to(cast.senior.email)) == 1


async def test_no_email_follows_where_the_escalation_was_opened(
    story, cast, dispatcher, mail_server, moving_clock
):
    story.comes_online(cast.senior)
    handoff = story.escalate()
    await work(dispatcher)
    story.do(closing.mark_opened, cast.senior.actor, handoff.id)
    seen = of(story, handoff, cast.senior, "screen")
    assert (seen.status, bool(seen.seen_at)) == ("seen", True)
    moving_clock.move_on(minutes=10)
    await work(dispatcher)
    assert mail_server.to(cast.senior.email) == []
    assert len(story.deliveries(handoff)) == 4


async def test_an_email_that_was_opened_is_seen_by_its_recipient_alone(
    story, cast, dispatcher, mail_server
):
    handoff = story.escalate()
    await work(dispatcher)
    story.do(closing.mark_opened, cast.admin.actor, handoff.id)
    story.do(closing.mark_opened, cast.technician.actor, handoff.id)
    seen_at = of(story, handoff, cast.admin).seen_at
    story.do(closing.mark_opened, cast.admin.actor, handoff.id)
    assert story.told(handoff) == {
        "Admin": ("email", "seen"),
        "Owner": ("email", "sent"),
        "Second Senior": ("email", "sent"),
        "Senior": ("email", "sent"),
    }
    assert of(story, handoff, cast.admin).seen_at == seen_at


async def test_who_opens_it_before_the_email_goes_out_gets_none(
    story, cast, dispatcher, mail_server, moving_clock
):
    handoff = await waiting_for_a_second_attempt(story, dispatcher, mail_server, moving_clock)
    story.do(closing.mark_opened, cast.senior.actor, handoff.id)
    await work(dispatcher)
    seen = of(story, handoff, cast.senior)
    assert (seen.status, seen.detail, seen.next_attempt_at) == ("seen", "", None)
    assert sorted(mail["X-Rcpt"] for mail in mail_server.taken) == emails(
        cast, *(SENIORS - {"senior"})
    )


async def test_who_opens_it_while_the_email_is_on_its_way_has_seen_it(
    story, cast, dispatcher, mail_server
):
    mail_server.delay_seconds = 0.6
    handoff = story.escalate()
    await dispatcher.work()
    assert of(story, handoff, cast.senior).status == "sending"
    story.do(closing.mark_opened, cast.senior.actor, handoff.id)
    await dispatcher.settle()
    assert of(story, handoff, cast.senior).status == "seen"
    assert of(story, handoff, cast.admin).status == "sent"


async def test_who_claims_has_seen_it(story, cast, dispatcher):
    handoff = story.escalate()
    await work(dispatcher)
    story.claim(handoff)
    assert of(story, handoff, cast.senior).status == "seen"


async def test_what_was_rolled_back_is_told_nobody(story, cast, dispatcher, mail_server):
    heard = []
    signals.listen(lambda topic, revision: heard.append(topic))
    session_id = story.start()
    try:
        with pytest.raises(ZeroDivisionError), story.database.transaction() as db:
            handoffs.hand_off(
                db, cast.technician.actor, session_id, intent="escalate", reason="Help"
            )
            raise ZeroDivisionError
    finally:
        signals.listen(None)
    await work(dispatcher)
    assert (mail_server.taken, heard) == ([], [])
    assert story.case(session_id).status == "active"


async def test_an_attempt_that_died_with_its_process_is_made_again_with_the_same_id(
    story, cast, dispatcher, mail_server, moving_clock
):
    handoff = await waiting_for_a_second_attempt(story, dispatcher, mail_server, moving_clock)
    claimed = await core_db.run(claim_due, limit=8)
    assert of(story, handoff, cast.senior).status == "sending"
    await work(dispatcher)
    assert mail_server.taken == [], "somebody else may still be at it"
    moving_clock.move_on(seconds=STALE_AFTER.total_seconds() + 1)
    await work(dispatcher)
    assert {mail["Message-ID"] for mail in mail_server.taken} == {
        each.message.message_id for each in claimed
    }
    assert set(story.told(handoff).values()) == {("email", "sent")}


async def test_ten_seniors_are_told_too_in_more_than_one_round(story, cast, mail_server):
    for n in range(10):
        story.do(
            add_user,
            cast.owner.actor.account_id,
            email=f"extra{n}@example.com",
            name=f"Extra {n}",
            password_hash="x",
            role=Role.ENGINEER,
        )
    handoff = story.escalate()
    dispatcher = Dispatcher(Server.from_url(mail_server.url, SENDER))
    await work(dispatcher)
    await work(dispatcher)
    assert len(mail_server.taken) == 14
    assert set(story.told(handoff).values()) == {("email", "sent")}


def test_the_technician_reads_who_was_told(story, cast):
    handoff = story.escalate()
    progress = story.progress(handoff)
    assert (progress.planned, progress.deliveries) == (False, [])
    assert progress.handoff.escalated_by_id == cast.technician.actor.user_id
