"""SIGKILL anywhere between the commit of an escalation and the sending of its emails."""

import time

import pytest

from tests.support.caller import Caller
from tests.support.net import eventually

SENIORS = ("senior", "second_senior", "admin", "owner")


@pytest.mark.parametrize(
    ("database_url", "kill_after_seconds"),
    [("sqlite", 0.0), ("sqlite", 0.15), ("sqlite", 1.0), ("postgresql", 0.15)],
    indirect=["database_url"],
)
def test_the_mails_arrive_after_the_restart(serve, people, mail_server, kill_after_seconds):
    mail_server.delay_seconds = 30  # so that the kill falls between the commit and the sending
    server = serve(SMTP_URL=mail_server.url)
    technician = Caller(server, people.technician)
    handoff = technician.escalate(people.tree_id)
    time.sleep(kill_after_seconds)
    server.kill()
    assert mail_server.taken == []

    mail_server.delay_seconds = 0
    server.start()
    technician = Caller(server, people.technician)
    # On PostgreSQL another process might still be sending, so its attempt is left alone a while.
    eventually(
        lambda: len({message["To"] for message in mail_server.taken}) == len(SENIORS),
        seconds=150,
        what="a mail to every senior",
    )
    eventually(
        lambda: {each["status"] for each in technician.deliveries(handoff["id"])} == {"sent"},
        what="the deliveries to be recorded as sent",
    )
    for name in SENIORS:
        mails = mail_server.to(people.person(name).email)
        assert 1 <= len(mails) <= 2
        assert len({mail["Message-ID"] for mail in mails}) == 1
        assert f"/escalations/{handoff['id']}" in mails[0].get_body(("plain",)).get_content()


def test_a_kill_between_sending_and_recording_repeats_the_same_mail(serve, people, mail_server):
    server = serve(SMTP_URL=mail_server.url)
    handoff = Caller(server, people.technician).escalate(people.tree_id)
    eventually(lambda: mail_server.taken, what="the first mail")
    server.kill()
    server.start()
    technician = Caller(server, people.technician)
    eventually(
        lambda: {each["status"] for each in technician.deliveries(handoff["id"])} == {"sent"},
        seconds=150,
        what="all deliveries",
    )
    for name in SENIORS:
        mails = mail_server.to(people.person(name).email)
        assert 1 <= len(mails) <= 2
        assert len({mail["Message-ID"] for mail in mails}) == 1
