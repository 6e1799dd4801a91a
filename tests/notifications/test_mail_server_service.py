"""Faults of a mail server: no email is given up because of them."""

import asyncio
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rxapp.core import clock, timekeeper
from rxapp.handoffs import service as handoffs
from rxapp.handoffs.service import ESCALATED
from rxapp.notifications import dispatcher as dispatching
from rxapp.notifications import registry
from rxapp.notifications.channels.email import MailServer as Server
from rxapp.notifications.delivery_service import CUT_OFF, NOT_WRITTEN, send_again
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.notifications.queries import mail_standing
from rxapp.notifications.rules import MAX_ATTEMPTS, TROUBLE_PATIENCE, TROUBLE_PAUSE, MailTrouble
from rxapp.sessions.service import start
from tests.support.cast import as_id
from tests.support.databases import POSTGRESQL, SQLITE
from tests.support.mail import MailServer
from tests.support.net import free_port
from tests.support.story import small_tree

SENDER = "ResolutionFlow <flow@example.com>"


@pytest.fixture
def dispatcher(mail_server) -> Dispatcher:
    return Dispatcher(Server.from_url(mail_server.url, SENDER))


@pytest.fixture
def listen():
    servers = []

    def run(**values) -> MailServer:
        server = MailServer(**values)
        server.start()
        servers.append(server)
        return server

    yield run
    for server in servers:
        server.stop()


@pytest.fixture
def said(caplog):
    """The lines that the dispatcher logged at a level that wakes somebody."""
    caplog.set_level(logging.INFO, logger=dispatching.__name__)
    return lambda: [record.getMessage() for record in caplog.records if "mail" in record.msg]


async def work(dispatcher: Dispatcher) -> None:
    await dispatcher.work()
    await dispatcher.settle()


def to_senior(story, handoff):
    [found] = [each for each in story.deliveries(handoff) if each.recipient.name == "Senior"]
    return found


def standing(story):
    return story.see(mail_standing)


# Headers


HIDDEN = "=?utf-8?q?Invoice=0D=0AReply-To:_x@example.com=0D=0A=0D=0Abody_of_mine?="


@SQLITE
async def test_encoded_words_in_names_and_titles_stay_words(story, cast, dispatcher, mail_server):
    for person in (cast.technician, cast.senior):
        story.change(person, name=HIDDEN)
    tree_id = story.publish(small_tree(HIDDEN))
    session_id = story.do(start, cast.technician.actor, tree_id, ticket_number=HIDDEN)
    story.escalate(session_id, reason=HIDDEN)
    await work(dispatcher)
    assert len(mail_server.raw) == 4
    for raw in mail_server.raw:
        head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        names = [line.partition(b":")[0] for line in head.split(b"\n") if line[:1] != b" "]
        assert names == [
            b"From",
            b"To",
            b"Subject",
            b"Message-ID",
            b"Date",
            b"Auto-Submitted",
            b"MIME-Version",
            b"Content-Type",
        ]
        assert body.startswith(b"--====")
    [mail] = mail_server.to(cast.senior.email)
    assert "Reply-To:_x@example.com" in mail["Subject"]
    assert mail["To"].addresses[0].addr_spec == cast.senior.email


# International addresses


@SQLITE
async def test_an_international_domain_is_reached_through_any_server(story, cast, listen):
    story.change(cast.senior, email="senior@bücher.example")
    for server in (listen(utf8=False), listen(utf8=True)):
        handoff = story.escalate()
        await work(Dispatcher(Server.from_url(server.url, SENDER)))
        assert to_senior(story, handoff).status == "sent"
        [mail] = server.to("senior@xn--bcher-kva.example")
        assert mail["To"].addresses[0].addr_spec == "senior@xn--bcher-kva.example"


@SQLITE
async def test_other_letters_before_the_at_go_where_the_server_takes_them(story, cast, listen):
    story.change(cast.senior, email="sénior@bücher.example")
    taking, plain = listen(utf8=True), listen(utf8=False)
    handoff = story.escalate()
    await work(Dispatcher(Server.from_url(taking.url, SENDER)))
    assert to_senior(story, handoff).status == "sent"
    assert len(taking.to("sénior@xn--bcher-kva.example")) == 1

    handoff = story.escalate()
    await work(Dispatcher(Server.from_url(plain.url, SENDER)))
    dead = to_senior(story, handoff)
    words = "the mail server only accepts ASCII characters before the @ of an address"
    assert (dead.status, dead.attempts, dead.detail) == ("dead", 1, words)
    assert len(plain.taken) == 3


# Whose fault it is


WRONG = [
    ({"EHLO": "550 5.7.1 go away"}, MailTrouble.REFUSED),
    ({"MAIL": "530 5.7.0 Authentication required"}, MailTrouble.SIGN_IN),
    ({"MAIL": "550 5.1.8 no such sender"}, MailTrouble.SENDER),
    ({"MAIL": "553 not your address"}, MailTrouble.SENDER),
    ({"MAIL": "451 4.3.0 try later"}, MailTrouble.BUSY),
    ({"DATA": "530 5.7.0 Authentication required"}, MailTrouble.SIGN_IN),
    ({"RCPT": "554 5.7.1 Relay access denied"}, MailTrouble.REFUSED),
    ({"RCPT": "550 5.7.1 Authentication is required for relay"}, MailTrouble.REFUSED),
]


@SQLITE
@pytest.mark.parametrize(("answers", "trouble"), WRONG, ids=range(len(WRONG)))
async def test_a_wrong_set_up_gives_no_mail_up(
    story, cast, dispatcher, mail_server, moving_clock, said, answers, trouble
):
    mail_server.says = dict(answers)
    if everybody := mail_server.says.pop("RCPT", ""):
        names = ("senior", "second_senior", "admin", "owner")
        mail_server.refuse = {cast.person(name).email: everybody for name in names}
    handoff = story.escalate()
    for _ in range(MAX_ATTEMPTS + 3):
        await work(dispatcher)
        moving_clock.move_on(hours=6)
    waiting = to_senior(story, handoff)
    assert (waiting.status, waiting.attempts) == ("failed", MAX_ATTEMPTS + 3)
    assert waiting.detail == next(iter(answers.values()))
    found = standing(story)
    assert (found.trouble, found.waiting, found.dead) == (trouble, 4, 0)
    assert found.is_alarming(clock.utc_now())
    assert len(said()) == 1, "once, and not for every mail and attempt"
    assert trouble.words in said()[0]

    mail_server.says.clear()
    mail_server.refuse.clear()
    await work(dispatcher)
    await work(dispatcher)
    assert len(mail_server.taken) == 4
    found = standing(story)
    assert (found.trouble, found.waiting, found.dead) == (None, 0, 0)
    assert found.last_sent_at is not None
    assert said()[1:] == [f"emails go out again, after {(MAX_ATTEMPTS + 3) * 360} min"]


@SQLITE
async def test_what_the_recipients_side_refuses_is_no_trouble_of_the_server(
    story, cast, dispatcher, mail_server, said
):
    mail_server.refuse = {
        cast.senior.email: "550 5.1.1 no such mailbox",
        cast.admin.email: "450 4.2.1 mailbox busy",
    }
    handoff = story.escalate()
    await work(dispatcher)
    assert story.told(handoff)["Senior"] == ("email", "dead")
    assert story.told(handoff)["Admin"] == ("email", "failed")
    found = standing(story)
    assert (found.trouble, found.waiting, found.dead) == (None, 1, 1)
    assert said() == []


@SQLITE
async def test_a_mail_that_cannot_be_written_holds_up_no_other(
    story, cast, dispatcher, mail_server, monkeypatch
):
    notice = registry.notice_for(ESCALATED)

    def message(db, event, delivery, recipient):
        if recipient.id == cast.senior.actor.user_id:
            raise ValueError("half a letter")
        return notice.message(db, event, delivery, recipient)

    monkeypatch.setitem(registry._notices, ESCALATED, replace(notice, message=message))
    handoff = story.escalate()
    await work(dispatcher)
    await work(dispatcher)
    states = {each.recipient.name: (each.status, each.detail) for each in story.deliveries(handoff)}
    assert states.pop("Senior") == ("failed", NOT_WRITTEN)
    assert {status for status, _ in states.values()} == {"sent"}


async def test_a_message_refused_for_good_is_dead(story, dispatcher, mail_server):
    mail_server.says["DATA"] = "554 5.6.0 I do not like it"
    handoff = story.escalate()
    await work(dispatcher)
    assert set(story.told(handoff).values()) == {("email", "dead")}
    assert standing(story).trouble is None


@SQLITE
async def test_a_recipient_who_is_never_ready_is_given_up_however_long_the_server_was_away(
    story, cast, dispatcher, mail_server, moving_clock
):
    mail_server.says["MAIL"] = "530 5.7.0 Authentication required"
    mail_server.refuse[cast.senior.email] = "450 4.2.1 mailbox busy"
    handoff = story.escalate()
    for _ in range(MAX_ATTEMPTS + 2):
        await work(dispatcher)
        moving_clock.move_on(hours=1)
    mail_server.says.clear()
    await work(dispatcher)
    assert to_senior(story, handoff).status == "failed", "the first time that the mailbox is busy"
    for _ in range(MAX_ATTEMPTS):
        moving_clock.move_on(hours=4)
        await work(dispatcher)
    dead = to_senior(story, handoff)
    assert dead.status == "dead"
    assert dead.detail == f"gave up after {dead.attempts} attempts: 450 4.2.1 mailbox busy"


@SQLITE
async def test_a_server_that_never_comes_back_is_given_up_after_days_with_the_reason(
    story, moving_clock, said
):
    gone = Dispatcher(Server.from_url(f"smtp://127.0.0.1:{free_port()}", SENDER))
    handoff = story.escalate()
    await work(gone)
    failed = to_senior(story, handoff)
    assert failed.status == "failed"
    assert failed.detail.startswith("mail server not reached: ")
    assert not standing(story).is_alarming(clock.utc_now()), "it may just be restarting"
    moving_clock.move_on(minutes=6)
    assert standing(story).is_alarming(clock.utc_now())
    moving_clock.move_on(seconds=TROUBLE_PATIENCE.total_seconds() - 600)
    await work(gone)
    assert to_senior(story, handoff).status == "failed"
    moving_clock.move_on(seconds=TROUBLE_PAUSE.total_seconds())
    await work(gone)
    dead = to_senior(story, handoff)
    assert (dead.status, dead.next_attempt_at) == ("dead", None)
    assert dead.detail.startswith("gave up after 7 days: mail server not reached: ")
    assert len(said()) == 1


@SQLITE
async def test_when_the_server_is_back_the_mails_that_waited_go_at_once(
    story, dispatcher, mail_server, moving_clock
):
    mail_server.says["EHLO"] = "554 no"
    handoff = story.escalate()
    for _ in range(6):
        await work(dispatcher)
        moving_clock.move_on(minutes=20)
    mail_server.says.clear()
    moving_clock.move_on(minutes=-14)
    await work(dispatcher)
    assert mail_server.taken == [], "not due yet"
    second = story.escalate()
    await work(dispatcher)
    assert set(story.told(second).values()) == {("email", "sent")}
    await work(dispatcher)
    assert set(story.told(handoff).values()) == {("email", "sent")}


# Sent again


@SQLITE
async def test_a_dead_mail_is_sent_again_and_the_ledger_says_so(
    story, cast, dispatcher, mail_server
):
    mail_server.refuse[cast.senior.email] = "550 5.1.1 no such mailbox"
    handoff = story.escalate()
    await work(dispatcher)
    dead = to_senior(story, handoff)
    mail_server.refuse.clear()
    account_id = cast.admin.actor.account_id
    assert story.do(send_again, cast.outsider.actor.account_id, [as_id(dead.id)]) == 0
    assert story.do(send_again, account_id, [as_id(dead.id)]) == 1
    again = to_senior(story, handoff)
    assert (again.status, again.attempts, again.detail) == ("pending", 0, "")
    assert story.do(send_again, account_id, [as_id(dead.id)]) == 0, "twice is harmless"
    await work(dispatcher)
    assert to_senior(story, handoff).status == "sent"
    [mail] = mail_server.to(cast.senior.email)
    assert as_id(dead.id).hex in mail["Message-ID"].replace("-", "")


@SQLITE
async def test_what_needs_no_mail_any_more_is_not_sent_again(story, cast, dispatcher, mail_server):
    mail_server.refuse[cast.senior.email] = "550 5.1.1 no such mailbox"
    handoff = story.escalate()
    await work(dispatcher)
    dead = to_senior(story, handoff)
    story.do(handoffs.claim, cast.admin.actor, handoff.id)
    story.do(send_again, cast.admin.actor.account_id, [as_id(dead.id)])
    await work(dispatcher)
    skipped = to_senior(story, handoff)
    assert (skipped.status, skipped.detail) == ("skipped", "Admin took it first")


# Time


@pytest.fixture
def machine_clock(monkeypatch):
    """Set this machine's clock: ``machine_clock(minutes=-5)`` is five minutes slow."""

    async def set_to(**off: float) -> None:
        clock.follow(None)
        monkeypatch.setattr(clock, "system_now", lambda: datetime.now(UTC) + timedelta(**off))
        await timekeeper.keep()

    yield set_to
    clock.follow(None)


@POSTGRESQL
async def test_two_servers_whose_clocks_are_apart_send_each_mail_once(
    story, mail_server, machine_clock
):
    mail_server.delay_seconds = 0.3
    here, there = (Dispatcher(Server.from_url(mail_server.url, SENDER)) for _ in range(2))
    await machine_clock(minutes=-1)
    story.escalate()
    await here.work()
    await machine_clock(minutes=1)  # two minutes later than the first one's, who is still sending
    await there.work()
    await here.settle()
    await there.settle()
    assert len(mail_server.taken) == 4
    assert len({mail["X-Rcpt"] for mail in mail_server.taken}) == 4


@POSTGRESQL
async def test_a_clock_that_is_set_back_holds_no_second_attempt(
    story, dispatcher, mail_server, machine_clock
):
    mail_server.says["DATA"] = "451 4.3.0 later"
    await machine_clock(hours=2)
    handoff = story.escalate()
    await work(dispatcher)
    due = to_senior(story, handoff).next_attempt_at
    assert due - datetime.now(UTC) < timedelta(seconds=16), "by the database, not two hours ahead"


# Stopping


@pytest.fixture
async def silent_server():
    """A mail server that takes the connection and then says nothing."""
    open_ends = []

    async def connected(_reader, writer) -> None:
        open_ends.append(writer)
        await asyncio.sleep(60)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    for writer in open_ends:
        writer.close()
    server.close()


@SQLITE
async def test_a_server_that_hangs_does_not_hold_up_the_stop(story, silent_server, mail_server):
    hanging = Dispatcher(Server.from_url(f"smtp://127.0.0.1:{silent_server}", SENDER))
    handoff = story.escalate()
    await hanging.work()
    begun = time.perf_counter()
    await hanging.stop(within=0.2)
    assert time.perf_counter() - begun < 2
    assert hanging._sending == set()
    taken_back = to_senior(story, handoff)
    assert (taken_back.status, taken_back.detail) == ("failed", CUT_OFF)
    assert standing(story).trouble is None
    await work(Dispatcher(Server.from_url(mail_server.url, SENDER)))
    sent = to_senior(story, handoff)
    assert (sent.status, sent.attempts) == ("sent", 2)
    assert {mail["Message-ID"] for mail in mail_server.taken} == {
        f"<{each.id}@flow.example.com>" for each in story.deliveries(handoff)
    }


@SQLITE
async def test_what_is_nearly_done_is_waited_for(story, dispatcher, mail_server):
    mail_server.delay_seconds = 0.3
    handoff = story.escalate()
    await dispatcher.work()
    await dispatcher.stop(within=5)
    assert set(story.told(handoff).values()) == {("email", "sent")}
