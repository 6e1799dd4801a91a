"""Building the pages: once per change, and so that they connect to the server that sent them."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from rxapp import guide
from rxapp.reflex_seam import built_pages
from rxapp.reflex_seam.moved import ReflexMovedError

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / built_pages.PAGES
STAMP = ROOT / built_pages.BUILD / "fingerprint"
LOCKED = ROOT / built_pages.LOCKED
SOURCES = ("rxapp", "assets", "reflex.lock/package-lock.json", "rxconfig.py", "requirements.txt")
SUFFIXES = {".py", ".jsx", ".js", ".css", ".html", ".json", ".txt", ".svg", ".ico", ".png"}
VIEWER = ROOT / built_pages.PACKAGES / "swagger-ui-dist"
VIEWER_FILES = ("swagger-ui-bundle.js", "swagger-ui.css")
"""The viewer of the API's document: served with assets/api-docs unchanged, imported by no page."""

LARGEST_MESSAGE = 1_000_000
"""How many bytes one websocket message may have."""

PING = timedelta(seconds=5)
"""How soon a sleeping laptop is noticed; if it wakes within that time again, its tab continues."""


class BuildFailed(Exception):
    """The pages could not be built; the message says why."""


def _sources() -> Iterator[Path]:
    yield from guide.files()
    for name in SOURCES:
        path = ROOT / name
        found = path.rglob("*") if path.is_dir() else [path]
        for file in sorted(found):
            if file.suffix in SUFFIXES and "external" not in file.parts and file.is_file():
                yield file


def fingerprint() -> str:
    """Return a hash over everything that the pages are built from."""
    digest = hashlib.sha256()
    for file in _sources():
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_built() -> bool:
    """Return whether the built pages match the current sources."""
    return STAMP.is_file() and STAMP.read_text() == fingerprint()


def build_environment() -> dict[str, str]:
    """Return the environment that Reflex needs to build with the virtual environment's Node."""
    environment = dict(os.environ)
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment.update(
        built_pages.SWITCHES,
        # No package may run scripts at installation; one uses that to count its users.
        NPM_CONFIG_IGNORE_SCRIPTS="true",
        # The pages do not depend on these, and a build must not need their servers.
        REDIS_URL="",
        DATABASE_URL="",
    )
    if "NPM_CONFIG_REGISTRY" not in environment:
        asked = subprocess.run(
            ["npm", "config", "get", "registry"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode == 0:
            environment["NPM_CONFIG_REGISTRY"] = asked.stdout.strip()
    return environment


def build() -> None:
    """Build the pages if their sources changed.

    Raises:
        BuildFailed: if Reflex or npm failed; the message ends with their output.
    """
    if is_built():
        return
    wanted = fingerprint()
    STAMP.unlink(missing_ok=True)
    before = LOCKED.read_bytes() if LOCKED.exists() else b"{}"
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    done = subprocess.run(
        command, cwd=ROOT, env=build_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BuildFailed(f"the pages could not be built:\n{(done.stdout + done.stderr)[-4000:]}")
    if LOCKED.exists() and json.loads(LOCKED.read_bytes()) == json.loads(before):
        LOCKED.write_bytes(before)  # Reflex writes the same content in another order
    try:
        built_pages.make_portable(PAGES)
    except ReflexMovedError as error:
        raise BuildFailed(str(error)) from None
    _add_viewer()
    try:
        guide.write(PAGES)
    except OSError as error:
        raise BuildFailed(f"the guide for authors is incomplete: {error}") from None
    STAMP.write_text(wanted)


def _add_viewer() -> None:
    """Put the viewer of the API's document beside its page, plain and compressed.

    Raises:
        BuildFailed: if npm did not install it.
    """
    for name in VIEWER_FILES:
        try:
            plain = (VIEWER / name).read_bytes()
        except OSError as error:
            raise BuildFailed(
                f"the viewer of the API's documentation is missing: {error}"
            ) from None
        (PAGES / "api-docs" / name).write_bytes(plain)
        (PAGES / "api-docs" / f"{name}.gz").write_bytes(gzip.compress(plain, mtime=0))


def prepare_to_serve() -> None:
    """Tell Reflex, in this process and its workers, to serve only the built pages."""
    from rxapp.reflex_seam import switches

    switches.serve_what_is_built(ping=PING, largest_message=LARGEST_MESSAGE)
