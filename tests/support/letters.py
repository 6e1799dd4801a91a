"""Reading the emails that a server sent, as their recipients do."""

import re
from email.message import EmailMessage

from tests.support.mail import MailServer
from tests.support.net import eventually


def letter(mail: MailServer, address: str, subject: str) -> EmailMessage:
    """Return the newest email to the address with these words in the subject, once it is there."""

    def newest() -> EmailMessage | None:
        found = [each for each in mail.to(address) if subject in str(each["Subject"])]
        return found[-1] if found else None

    found = eventually(newest, what=f"a mail to {address} about {subject!r}")
    assert found is not None
    return found


def link_in(message: EmailMessage) -> str:
    """Return the one link with a token in the email's plain text."""
    body = message.get_body(("plain",))
    assert body is not None
    links = re.findall(r"https?://\S+#\S+", body.get_content())
    assert len(links) == 1, body.get_content()
    return links[0]
