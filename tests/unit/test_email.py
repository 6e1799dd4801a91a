import email
import email.policy
from email.errors import MessageError
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rxapp.notifications.channels.email import MailServer, compose
from rxapp.notifications.views import Message

SENDER = "ResolutionFlow <flow@example.com>"


def message(**values: str) -> Message:
    base = {
        "to_name": "Senior",
        "to_address": "senior@example.com",
        "subject": "No sound needs a senior",
        "text": "Read the case:\nhttps://flow.example.com/escalations/1\n",
        "html": "<p>Read the case</p>",
        "message_id": "<1@flow.example.com>",
    }
    return Message(**{**base, **values})


def received(mail: EmailMessage) -> EmailMessage:
    """The mail as the far end reads it."""
    return email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://h", ("h", 25, None, None, False, False)),
        ("smtp://h:2525", ("h", 2525, None, None, False, False)),
        ("smtp://h?starttls=true", ("h", 587, None, None, True, False)),
        ("smtp://h:26?starttls=1", ("h", 26, None, None, True, False)),
        ("smtp://h?starttls=false", ("h", 25, None, None, False, False)),
        ("smtps://h", ("h", 465, None, None, False, True)),
        ("smtp://u:p@h:587", ("h", 587, "u", "p", False, False)),
        ("smtp://u%40x:p%2F%3A%25@h", ("h", 25, "u@x", "p/:%", False, False)),
        ("smtp://u@h", ("h", 25, "u", None, False, False)),
        ("smtp://[::1]:2525", ("::1", 2525, None, None, False, False)),
    ],
)
def test_a_mail_server_is_read_from_its_address(url, expected):
    server = MailServer.from_url(url, SENDER)
    assert expected == (
        server.host,
        server.port,
        server.username,
        server.password,
        server.starttls,
        server.tls,
    )
    assert server.sender == SENDER


def test_a_mail_has_its_headers_and_both_parts():
    mail = received(compose(message(), SENDER))
    assert mail["From"] == SENDER
    assert mail["To"] == "Senior <senior@example.com>"
    assert mail["Subject"] == "No sound needs a senior"
    assert mail["Message-ID"] == "<1@flow.example.com>"
    assert mail["Date"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "escalations/1" in mail.get_body(("plain",)).get_content()
    assert "<p>Read the case</p>" in mail.get_body(("html",)).get_content()


def test_the_id_is_the_same_at_every_attempt():
    first, second = (compose(message(), SENDER) for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"]


def test_letters_of_any_language_arrive():
    mail = received(compose(message(to_name="Jürgen 李", subject="Tür 門 😀", text="Ω"), SENDER))
    assert mail["To"].addresses[0].display_name == "Jürgen 李"
    assert mail["Subject"] == "Tür 門 😀"
    assert mail.get_body(("plain",)).get_content().strip() == "Ω"


HOSTILE = [
    "A\r\nBcc: thief@example.net",
    "A\nBcc: thief@example.net",
    "A\rBcc: thief@example.net",
    "A\r\n\r\n<script>",
    "A\x00\x0b\x0c\x85\u2028Bcc: thief@example.net",
    "A <thief@example.net>, B",
    '"A" <thief@example.net>',
    "Ä <thief@example.net>, B",
    'Jürgen "X" <thief@example.net>, B',
    "thief@example.net,",
    "A" * 2000,
    "Ä, " * 400,
    "(\\@>" * 8 + " <thief@example.net>, " + "B" * 70,
    '"Sales, Europe" <thief@example.net>, ' * 3,
]


@pytest.mark.parametrize("field", ["to_name", "subject", "message_id", "to_address"])
@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_typed_becomes_a_header_or_a_recipient(field, value):
    try:
        mail = received(compose(message(**{field: value}), SENDER))
    except (ValueError, MessageError):
        return  # refused is as good
    assert sorted(mail.keys()) == sorted(received(compose(message(), SENDER)).keys())
    if field != "to_address":
        assert [address.addr_spec for address in mail["To"].addresses] == ["senior@example.com"]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@given(st.text(), st.text())
def test_whatever_people_are_called_the_mail_goes_to_one_address(name, subject):
    try:
        mail = received(compose(message(to_name=name, subject=subject), SENDER))
    except ValueError:
        return
    assert "Bcc" not in mail
    assert [address.addr_spec for address in mail["To"].addresses] == ["senior@example.com"]


@pytest.mark.parametrize("text", ["", "x" * 5000, ".\n.\r\n..", "From me\n", "a\r\nb\rc"])
def test_any_text_can_be_carried(text):
    mail = received(compose(message(text=text, html=f"<p>{text}</p>"), SENDER))
    assert all(len(line) <= 998 for line in mail.as_bytes().splitlines())
