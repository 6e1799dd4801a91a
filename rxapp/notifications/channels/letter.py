"""The bytes of one email: each header line contains exactly what it was given.

Headers are written here and not by the standard library, which on some versions of Python decodes
encoded words in a name or a title (RFC 2047) and writes their content as separate lines.
"""

import base64
import re
from collections.abc import Iterator
from email import policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.parser import HeaderParser
from email.utils import formatdate, parseaddr
from typing import cast

from rxapp.core.addresses import NoAddressError, address_parts
from rxapp.notifications.rules import MESSAGE_ID_LIMIT
from rxapp.notifications.views import Message

_LINE_END = b"\r\n"
_ENCODED_BYTES = 45
"""Bytes of UTF-8 in one encoded word: in base64, the word stays below the limit of 75."""
_PLAIN_LIMIT = 60
_PLAIN = re.compile(r"[ -~]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_NOT_OF_IDS = re.compile(r"[^A-Za-z0-9@._-]")
_READ_BACK = policy.default.clone(utf8=True)


class Unsendable(ValueError):
    """This message or address cannot be emailed; the text says why."""


def deliverable(address: str, *, utf8: bool) -> str:
    """Return the address in the form for a mail server, with the domain in ASCII.

    ``utf8`` says that the server takes other letters before the ``@`` (SMTPUTF8).

    Raises:
        Unsendable: if no email can be sent there, or not through this server.
    """
    try:
        local, domain = address_parts(address)
    except NoAddressError as refusal:
        raise Unsendable(str(refusal)) from None
    if "=?" in local:
        raise Unsendable("no email can safely be sent to this address")
    if not local.isascii() and not utf8:
        raise Unsendable("the mail server only accepts ASCII characters before the @ of an address")
    return f"{local}@{domain}"


def compose(message: Message, sender: str, *, utf8: bool = False) -> bytes:
    """Return the email with its text and HTML parts; lines end with CR LF.

    Raises:
        Unsendable: if an address is not valid, or the headers do not read back as intended.
    """
    from_name, from_address = parseaddr(sender)
    to = deliverable(message.to_address, utf8=utf8)
    headers = {
        "From": _mailbox(from_name, deliverable(from_address, utf8=utf8)),
        "To": _mailbox(message.to_name, to),
        "Subject": _text(_line(message.subject)),
        "Message-ID": _message_id(message.message_id),
        "Date": formatdate(),
        "Auto-Submitted": "auto-generated",
    }
    head = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items())
    raw = head + _parts(message)
    _check(raw, message, to, names=[*headers, "MIME-Version", "Content-Type"])
    return raw


def _parts(message: Message) -> bytes:
    """Return the email from its ``Content-Type`` on, in seven-bit characters."""
    parts = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    parts.set_content(message.text)
    parts.add_alternative(message.html, subtype="html")
    return parts.as_bytes()


def _line(text: str) -> str:
    """Return the text as one line without anything that could end or change a header."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(kept.encode("utf-8", "replace").decode().split())
    return line.replace("=?", "= ?")


def _message_id(text: str) -> str:
    return f"<{_NOT_OF_IDS.sub('-', text.strip('<>'))[:MESSAGE_ID_LIMIT]}>"


def _mailbox(name: str, address: str) -> str:
    line = _line("".join(" " if c in '()<>[]:;@\\,"' else c for c in name))
    if not line:
        return address
    shown = line if _ATOMS.fullmatch(line) or not _is_plain(line) else f'"{line}"'
    return f"{_text(shown)}\r\n <{address}>" if len(address) > 20 else f"{_text(shown)} <{address}>"


def _is_plain(line: str) -> bool:
    return len(line) <= _PLAIN_LIMIT and _PLAIN.fullmatch(line) is not None


def _text(line: str) -> str:
    """Return the line as a header's value: unchanged, or in encoded words, one per line."""
    if _is_plain(line):
        return line
    words = (base64.b64encode(piece).decode("ascii") for piece in _pieces(line))
    return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in words)


def _pieces(line: str) -> Iterator[bytes]:
    piece = b""
    for character in line:
        encoded = character.encode()
        if len(piece) + len(encoded) > _ENCODED_BYTES:
            yield piece
            piece = b""
        piece += encoded
    yield piece


def _check(raw: bytes, message: Message, to: str, *, names: list[str]) -> None:
    """Do nothing if the headers read back exactly as intended, line by line.

    Raises:
        Unsendable: if they do not.
    """
    head, _, _ = raw.partition(_LINE_END * 2)
    lines = head.split(_LINE_END)
    found = [line.partition(b":")[0].decode() for line in lines if line[:1] not in (b" ", b"\t")]
    if found != names or any(b"\r" in line or b"\n" in line or len(line) > 998 for line in lines):
        raise Unsendable("the headers of this mail cannot be written safely")
    read = HeaderParser(policy=_READ_BACK).parsestr(head.decode())
    receivers = cast(AddressHeader, read["To"]).addresses
    subject = str(read["Subject"])
    same_words = _squeezed(subject) == _squeezed(_line(message.subject))
    if [each.addr_spec for each in receivers] != [to] or not same_words:
        raise Unsendable("the headers of this mail cannot be written safely")


def _squeezed(text: str) -> str:
    return "".join(text.split())
