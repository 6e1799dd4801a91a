"""Email over TLS: signed in and sent encrypted, or not sent at all."""

import base64

import pytest

from rxapp.notifications.channels.email import MailServer as Server
from rxapp.notifications.dispatcher import Dispatcher
from tests.support.secure_mail import PASSWORD, USER, Certificate, SecureMailServer

SENDER = "ResolutionFlow <flow@example.com>"
SECRETS = (PASSWORD, f"\0{USER}\0{PASSWORD}", "senior@example.com", "It stays silent")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Certificate:
    return Certificate.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate, monkeypatch) -> Certificate:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    return certificate


@pytest.fixture
def listen():
    servers = []

    def run(certificate: Certificate, how: str = "starttls") -> SecureMailServer:
        server = SecureMailServer(certificate=certificate, how=how)
        server.start()
        servers.append(server)
        return server

    yield run
    for server in servers:
        server.stop()


async def escalate(story, url: str):
    """Escalate, let the mails go out once, and return how the one to the senior stands."""
    dispatcher = Dispatcher(Server.from_url(url, SENDER))
    handoff = story.escalate()
    await dispatcher.work()
    await dispatcher.settle()
    [told] = [each for each in story.deliveries(handoff) if each.recipient.name == "Senior"]
    return told


def gave_nothing_away(server: SecureMailServer) -> bool:
    seen = server.in_the_clear.decode()
    words = (*SECRETS, *(base64.b64encode(each.encode()).decode() for each in SECRETS))
    return server.taken == [] and not any(word in seen for word in words)


@pytest.mark.parametrize("how", ["starttls", "tls"])
async def test_a_mail_is_signed_in_and_sent_encrypted(story, cast, trusted, listen, how):
    server = listen(trusted, how)
    told = await escalate(story, server.url)
    assert (told.status, told.detail) == ("sent", "")
    [mail] = server.to(cast.senior.email)
    assert "It stays silent" in mail.get_body(("plain",)).get_content()
    assert server.signed_in == [(USER, PASSWORD)] * 4
    assert server.encrypted == [True] * 4
    server.taken.clear()
    assert gave_nothing_away(server)


@pytest.mark.parametrize("how", ["starttls", "tls"])
async def test_a_server_that_nobody_vouches_for_gets_nothing(story, certificate, listen, how):
    server = listen(certificate, how)
    told = await escalate(story, server.url)
    assert told.status == "failed"
    assert told.next_attempt_at
    assert told.detail == "the mail server's certificate is not trusted: self-signed certificate"
    assert server.signed_in == []
    assert gave_nothing_away(server)


async def test_a_certificate_of_another_name_is_not_enough(story, tmp_path, monkeypatch, listen):
    foreign = Certificate.make(tmp_path, names="DNS:mail.example.net")
    monkeypatch.setenv("SSL_CERT_FILE", str(foreign.file))
    server = listen(foreign)
    told = await escalate(story, server.url)
    assert told.status == "failed"
    assert told.detail.startswith("the mail server's certificate is not trusted: ")
    assert "127.0.0.1" in told.detail
    assert gave_nothing_away(server)


async def test_without_encryption_neither_mail_nor_password_goes_out(story, trusted, listen):
    server = listen(trusted, "clear")
    told = await escalate(story, server.url)
    assert told.status == "failed"
    assert told.next_attempt_at
    assert told.detail == "email not sent: SMTP STARTTLS extension not supported by server."
    assert b"EHLO" in server.in_the_clear.upper()
    assert server.signed_in == []
    assert gave_nothing_away(server)


async def test_a_refused_sign_in_is_tried_again(story, trusted, listen):
    server = listen(trusted)
    told = await escalate(story, server.url.replace("s3cret", "wrong"))
    assert told.status == "failed"
    assert told.next_attempt_at
    assert told.detail == "sign-in to the mail server refused: 535"
    assert gave_nothing_away(server)
