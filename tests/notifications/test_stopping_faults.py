"""SIGTERM while the mail server hangs: containers are killed after ten seconds."""

import socket
import time

import pytest

from tests.support.caller import Caller
from tests.support.net import eventually


@pytest.fixture
def silent_mail_server():
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_hanging_mail_server_does_not_hold_up_the_stop(
    serve, people, silent_mail_server, mail_server
):
    server = serve(SMTP_URL=f"smtp://127.0.0.1:{silent_mail_server}")
    technician = Caller(server, people.technician)
    handoff = technician.escalate(people.tree_id)
    eventually(
        lambda: {each["status"] for each in technician.deliveries(handoff["id"])} == {"sending"},
        what="the attempts to be under way",
    )
    ids = {each["id"] for each in technician.deliveries(handoff["id"])}
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 8

    again = serve(SMTP_URL=mail_server.url)
    eventually(lambda: len(mail_server.taken) == 4, what="the mails of the attempts cut off")
    found = Caller(again, people.technician).deliveries(handoff["id"])
    assert {each["id"] for each in found} == ids
    assert {mail["Message-ID"].strip("<>").split("@")[0] for mail in mail_server.taken} == ids
