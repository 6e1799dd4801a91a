"""``make dev``: a change in a service or a page is live without a build."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.net import eventually, free_port
from tests.support.server import ROOT

pytestmark = pytest.mark.server

PATIENT = 90
"""How many seconds a busy machine may take; make dev itself says how long it took."""

SOURCES = ("rxapp", "assets", "alembic", "scripts", "reflex.lock", ".web")
FILES = ("alembic.ini", "rxconfig.py", "requirements.txt")
LEFT_OUT = shutil.ignore_patterns("node_modules", "build", ".vite", "external", "__pycache__")
WRONG_PASSWORD = {"email": "nobody@example.com", "password": "not the password of anybody"}


class Dev:
    """``make dev`` over a copy of the sources, which may be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in SOURCES:
            shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
        for name in FILES:
            shutil.copy(ROOT / name, folder)
        for name in ("node_modules", "build"):
            (folder / ".web" / name).symlink_to(ROOT / ".web" / name)
        self.port = free_port()
        self.page = f"http://127.0.0.1:{self.port}"
        self.log = folder / "dev.log"
        environment = {**os.environ, "PORT": str(self.port), "RF_DATA_DIR": str(folder / "data")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, folder / "scripts" / "dev.py"],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # A shell has what it starts in the background ignore the key; a terminal does not.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    def says(self, text: str, times: int = 1) -> None:
        eventually(lambda: self.count(text) >= times, seconds=PATIENT, what=f"{text}: {self.log}")

    def count(self, text: str) -> int:
        return self.log.read_text().count(text)

    def change(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        source = path.read_text()
        assert old in source
        path.write_text(source.replace(old, new))

    def refusal(self) -> str:
        """Return what the API says to a wrong password, asked through the port of the pages."""
        try:
            answer = httpx.post(f"{self.page}/api/v1/auth/login/json", json=WRONG_PASSWORD)
        except httpx.TransportError:
            return ""
        return answer.text

    def register_page(self) -> str:
        """Return the script of a page as Vite gives it to the browser."""
        try:
            return httpx.get(f"{self.page}/app/routes/%5Bregister%5D._index.jsx").text
        except httpx.TransportError:
            return ""

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENT)


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    running = Dev(tmp_path_factory.mktemp("dev"))
    try:
        running.says("server live")
        running.says("ResolutionFlow at")
        yield running
    finally:
        if running.process.poll() is None:
            running.end()


def test_a_changed_service_is_live(dev):
    eventually(lambda: "password is wrong" in dev.refusal(), seconds=PATIENT)
    dev.change("rxapp/sign_in/attempt.py", "password is wrong", "password is not right")
    eventually(lambda: "password is not right" in dev.refusal(), seconds=PATIENT)


def test_a_changed_page_is_live(dev):
    eventually(lambda: "You become its owner" in dev.register_page(), seconds=PATIENT)
    dev.change("rxapp/sign_in/pages.py", "You become its owner", "You will be its owner")
    eventually(lambda: "You will be its owner" in dev.register_page(), seconds=PATIENT)


def test_what_does_not_import_leaves_what_ran_before(dev):
    stays = "The server was not replaced"
    before = dev.count(stays)
    dev.change("rxapp/sign_in/attempt.py", "WRONG = ", "WRONG == ")
    dev.says(stays, before + 1)
    assert "NameError" in dev.log.read_text()
    assert "password is" in dev.refusal()
    dev.change("rxapp/sign_in/attempt.py", "WRONG == ", "WRONG = ")
    dev.says("server live", dev.count("server live") + 1)


def listeners(port: int) -> set[str]:
    """Return the addresses, as the kernel writes them, on which somebody listens at the port."""
    known = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    return set(re.findall(rf"(\w+):{port:04X} \w+:0000 0A", known))


def test_it_listens_on_this_machine_and_ends_with_an_interrupt(dev):
    eventually(lambda: listeners(dev.port) == {"0100007F"}, what="it to listen on 127.0.0.1 only")
    servers = children(dev.process.pid)
    assert servers
    assert dev.end() == 0
    eventually(lambda: listeners(dev.port) == set(), what="the port to be free")
    eventually(lambda: not [pid for pid in servers if is_running(pid)], what="all to have ended")


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in map(int, listed) for each in (child, *children(child))]


def is_running(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
