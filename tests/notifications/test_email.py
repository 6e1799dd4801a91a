import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rxapp.notifications.channels.email import MailServer
from rxapp.notifications.channels.letter import Unsendable, compose, deliverable
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


HEADERS = [
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Date",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]
"""The headers of every email, in this order, and no others."""


def received(mail: bytes) -> EmailMessage:
    """The email as the recipient's side reads it."""
    return email.message_from_bytes(mail, policy=email.policy.default)  # type: ignore[return-value]


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
        ("smtps://h?starttls=true", ("h", 465, None, None, False, True)),
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
    first, second = (received(compose(message(), SENDER)) for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"]


def test_letters_of_any_language_arrive():
    mail = received(compose(message(to_name="Jürgen 李", subject="Tür 門 😀", text="Ω"), SENDER))
    assert mail["To"].addresses[0].display_name == "Jürgen 李"
    assert mail["Subject"] == "Tür 門 😀"
    assert mail.get_body(("plain",)).get_content().strip() == "Ω"


HOSTILE = [
    "=?utf-8?q?Invoice=0D=0AReply-To:_x@example.com=0D=0A=0D=0Abody?=",
    "A =?utf-8?b?DQpCY2M6IHRoaWVmQGV4YW1wbGUubmV0?= B",
    "=?utf-8?q?A?= =?utf-8?q?=0D=0ABcc:_thief@example.net?=",
    "=\ud800utf-8?q?=0D=0ABcc:_thief@example.net?=",
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


@pytest.mark.parametrize("field", ["to_name", "subject", "message_id", "to_address", "sender"])
@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_typed_becomes_a_header_or_a_recipient(field, value):
    try:
        if field == "sender":
            raw = compose(message(), f"{value} <flow@example.com>")
        else:
            raw = compose(message(**{field: value}), SENDER)
    except Unsendable:
        assert field in ("to_address", "sender"), "a name or a title stops no mail"
        return  # an address that is none is refused
    check(raw, "senior@example.com")


def check(raw: bytes, to: str) -> None:
    """Look at the bytes as they are, and as two kinds of parsers read them."""
    head, _, body = raw.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        assert b"\r" not in line and b"\n" not in line
        assert len(line) <= 998
        assert not line[:1].isspace() or line.strip(), "a line of spaces ends the headers"
    assert body.startswith(b"--====")
    for policy in (email.policy.default, email.policy.compat32):
        assert email.message_from_bytes(raw, policy=policy).keys() == HEADERS
    mail = received(raw)
    assert [address.addr_spec for address in mail["To"].addresses] == [to]
    assert all("\n" not in str(mail[name]) and "\r" not in str(mail[name]) for name in HEADERS)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


PIECES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(["=?utf-8?q?", "=?utf-8?b?", "?=", "=0D=0A", "DQpCY2M6IHg=", "Bcc: x@y.z"]),
        st.sampled_from(["\r\n", "\n", "=", "?", " ", "_", '"', "<", ">", ",", "\ud800", "\x00"]),
    ),
    max_size=12,
).map("".join)
"""Texts that are close to what headers are made of."""


@settings(deadline=None)
@given(PIECES, PIECES)
def test_whatever_people_and_tickets_are_called_the_headers_are_ours(name, subject):
    check(compose(message(to_name=name, subject=subject), SENDER), "senior@example.com")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200))
def test_a_subject_arrives_as_it_was_typed(subject):
    mail = received(compose(message(subject=subject), SENDER))
    assert str(mail["Subject"]) == subject.replace("=?", "= ?")


def test_bytes_that_do_not_read_back_as_they_were_meant_are_refused(monkeypatch):
    for name in ("_line", "_text"):
        monkeypatch.setattr(f"rxapp.notifications.channels.letter.{name}", lambda text: text)
    for value in ("A\r\nBcc: thief@example.net", "A\nBcc: thief@example.net", "A\r\n\r\nbody"):
        with pytest.raises(Unsendable, match="cannot be written safely"):
            compose(message(subject=value), SENDER)
        with pytest.raises(Unsendable, match="cannot be written safely"):
            compose(message(to_name=value.replace(":", "=")), SENDER)


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("a@example.com", "a@example.com"),
        ("a+b.c_d@example.com", "a+b.c_d@example.com"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@faß.example", "a@xn--fa-hia.example"),
        ("a@пример.испытание", "a@xn--e1afmkfd.xn--80akhbyknj4f"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("a@under_score.example", "a@under_score.example"),
        ("a@localhost", "a@localhost"),
    ],
)
def test_an_international_domain_goes_out_in_its_plain_form(address, plain):
    assert deliverable(address, utf8=False) == deliverable(address, utf8=True) == plain
    check(compose(message(to_address=address), SENDER), plain)


def test_other_letters_before_the_at_need_a_server_that_takes_them():
    assert deliverable("josé@bücher.example", utf8=True) == "josé@xn--bcher-kva.example"
    with pytest.raises(Unsendable, match="only accepts ASCII characters before the @"):
        deliverable("josé@example.com", utf8=False)


@pytest.mark.parametrize(
    "address",
    [
        "a@☃.example",
        "a@b..ü.example",
        "a b@c.example",
        "a@b c.example",
        "a@b.example>",
        "@b.example",
        "a\r\nb@c.example",
        "a\u200b@c.example",
        "=?x?=@c.example",
        "a@c.example\r\nBcc: x",
        "a@-ü.de",
        "a@b..example",
        "a@.b.example",
        "a@b.example.",
        "a@-b.example",
        "a@b-.example",
        "a..b@c.example",
        ".a@c.example",
        "a.@c.example",
    ],
)
def test_what_is_no_address_is_refused_in_words(address):
    for utf8 in (True, False):
        with pytest.raises(Unsendable) as refused:
            deliverable(address, utf8=utf8)
        assert "Error" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "x" * 5000, ".\n.\r\n..", "From me\n", "a\r\nb\rc"])
def test_any_text_can_be_carried(text):
    raw = compose(message(text=text, html=f"<p>{text}</p>"), SENDER)
    assert all(len(line) <= 998 for line in raw.splitlines())
    assert raw.isascii()
