"""Every example of "Using the API", run in order as a reader would, against a real server."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import NewDatabase
from tests.support.mail import MailServer
from tests.support.net import eventually
from tests.support.page import Example, Shell, compare, examples
from tests.support.server import ROOT, Server

PAGE = ROOT / "docs" / "using-the-api.md"
STANDS_FOR_SERVER = "http://localhost:3000"
STANDS_FOR_EMAIL = "from-the-email"


class Reader:
    """Reads the page from top to bottom, types the examples, and opens the mailbox when told to."""

    def __init__(self, server: Server, mail_server: MailServer, shell: Shell) -> None:
        self._server = server
        self._mail_server = mail_server
        self._shell = shell

    def try_out(self, example: Example) -> str:
        code = example.code.replace(STANDS_FOR_SERVER, self._server.base)
        if STANDS_FOR_EMAIL in code:
            code = code.replace(STANDS_FOR_EMAIL, self._token_of_mail("technician@example.com"))
        printed, status = self._shell.run(code, example.language)
        assert status == 0, f"line {example.line}: ended with {status}:\n{printed}"
        return printed

    def _token_of_mail(self, address: str) -> str:
        (mail,) = eventually(lambda: self._mail_server.to(address), what="the invitation")
        text = mail.get_body(("plain",)).get_content()
        found = re.search(r"https?://\S*[#=/]([\w.~-]+)\s", text)
        assert found, text
        return found[1]


@pytest.fixture
def reader(new_database: NewDatabase, mail_server: MailServer, tmp_path: Path) -> Iterator[Reader]:
    server = Server(database_url=new_database("sqlite"), SMTP_URL=mail_server.url).start()
    try:
        with Shell(tmp_path) as shell:
            yield Reader(server, mail_server, shell)
    finally:
        server.stop()


def test_every_example_gives_what_the_page_shows(reader):
    found = examples(PAGE.read_text(encoding="utf-8"))
    assert len(found) > 25
    for example in found:
        compare(example, reader.try_out(example))


BROKEN = {
    "another value": ("echo '{\"a\": 1}'", "json", '{"a": 2}'),
    "a field too much": ('echo \'{"a": 1, "b": 2}\'', "json", '{"a": 1}'),
    "a field too few": ("echo '{}'", "json", '{"a": 1}'),
    "an item too much": ("echo '[1, 2]'", "json", "[1]"),
    "no JSON": ("echo oops", "json", "{}"),
    "no id": ("echo 7", "text", "<id>"),
    "another text": ("echo two", "text", "one"),
    "nothing shown": ("echo something", "text", ""),
}


@pytest.mark.parametrize(("code", "language", "answer"), BROKEN.values(), ids=BROKEN)
def test_an_answer_that_is_not_shown_is_found(code, language, answer, tmp_path):
    with Shell(tmp_path) as shell:
        printed, status = shell.run(code)
    assert status == 0
    with pytest.raises(AssertionError, match="line 7"):
        compare(Example(7, "sh", code, language, answer), printed)


def test_a_command_that_fails_is_found(tmp_path):
    with Shell(tmp_path) as shell:
        assert shell.run("curl -s http://127.0.0.1:1/") != ("", 0)
        assert shell.run("raise SystemExit(3)", "python")[1] == 3


@pytest.mark.parametrize("block", ["```\nls\n```\n", "```json\n{}\n```\n", "```bash\nls\n```\n"])
def test_a_block_that_nobody_runs_is_found(block):
    with pytest.raises(AssertionError):
        examples(block)


def test_what_is_left_out_may_be_anything():
    compare(Example(1, "sh", "", "json", '{"a": "<id>", "…": "…"}'), _SOME)
    compare(Example(1, "sh", "", "text", "one\n…\nfour <number>"), "one\ntwo\nthree\nfour 4")


_SOME = '{"a": "019b76da-a800-7000-8000-000000000001", "b": [1]}'
