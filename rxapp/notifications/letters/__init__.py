"""The layout of every email, as text and as HTML, so that all look like one product."""

from dataclasses import dataclass
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from rxapp.notifications.views import Message, Recipient

_layouts = Environment(
    loader=PackageLoader("rxapp.notifications", "letters"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True, slots=True)
class Section:
    """A paragraph, with a quotation or a list of points below it."""

    text: str
    quote: str = ""
    points: tuple[str, ...] = ()


def paragraphs(*texts: str) -> tuple[Section, ...]:
    """Return plain paragraphs."""
    return tuple(map(Section, texts))


@dataclass(frozen=True, slots=True)
class Letter:
    """The content of an email as plain text; ``button`` names the one thing to do, at ``link``."""

    subject: str
    sections: tuple[Section, ...]
    button: str
    link: str
    foot: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    def to(self, recipient: Recipient, delivery_id: UUID, mail_domain: str) -> Message:
        """Return the email of one delivery."""
        return Message(
            to_name=recipient.name,
            to_address=recipient.email,
            subject=self.subject,
            text=_layouts.get_template("letter.txt").render(letter=self),
            html=_layouts.get_template("letter.html").render(letter=self),
            message_id=f"<{delivery_id}@{mail_domain}>",
        )
