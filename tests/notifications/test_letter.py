"""The layout of emails: the same words as text and as HTML; typed text never becomes markup."""

from html.parser import HTMLParser
from uuid import UUID

from rxapp.notifications.letters import Letter, Section, paragraphs
from rxapp.notifications.views import Recipient

TO = Recipient(UUID(int=1), "Senior", "senior@example.com")
NASTY = "<b>\"A\" 'B' & {{ letter }} {% raw %}"


class Read(HTMLParser):
    """The elements of an email, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.words += data


def test_a_plain_letter_reads_as_paragraphs():
    letter = Letter("Subject", paragraphs("One.", "Two."), "Do it", "https://a.example/", "Foot.")
    mail = letter.to(TO, UUID(int=2), "flow.example.com")
    assert mail.text == "One.\n\nTwo.\n\nDo it:\nhttps://a.example/\n\nFoot.\n"
    assert Read(mail.html).tags == ["div", "p", "p", "p", "a", "p"]
    assert (mail.subject, mail.to_name, mail.to_address) == ("Subject", TO.name, TO.email)
    assert mail.message_id == f"<{UUID(int=2)}@flow.example.com>"


def test_whatever_people_wrote_stands_there_as_text():
    link = "https://a.example/?b='&c=\"<"
    letter = Letter(
        NASTY,
        (Section(NASTY, quote=f"{NASTY}\n{NASTY}"), Section(NASTY, points=(NASTY, NASTY))),
        NASTY,
        link,
        NASTY,
        facts=((NASTY, NASTY), ("Tree", NASTY)),
    )
    mail = letter.to(TO, UUID(int=2), "flow.example.com")
    read = Read(mail.html)
    assert "b" not in read.tags
    assert read.links == [link]
    assert mail.text.count(NASTY) == read.words.count(NASTY) == 11
    assert mail.text.startswith(f"{NASTY}:{NASTY}\nTree:       {NASTY}\n\n{NASTY}\n")
