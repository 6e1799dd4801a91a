"""Reading the mails that a server sent, as the people do who get them."""

import re
from email.message import EmailMessage

from tests.support.mail import MailServer
from tests.support.net import eventually


def letter(mail: MailServer, address: str, subject: str) -> EmailMessage:
    """Return the newest mail to the address whose subject holds these words, once it is there."""

    def newest() -> EmailMessage | None:
        found = [each for each in mail.to(address) if subject in str(each["Subject"])]
        return found[-1] if found else None

    found = eventually(newest, what=f"a mail to {address} about {subject!r}")
    assert found is not None
    return found


def link_in(message: EmailMessage) -> str:
    """Return the one link with a token that the mail's plain text holds."""
    body = message.get_body(("plain",))
    assert body is not None
    links = re.findall(r"https?://\S+#\S+", body.get_content())
    assert len(links) == 1, body.get_content()
    return links[0]
