"""Building the pages: once per change, and so that they reach whatever server they came from."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".web" / "build"
PAGES = BUILD / "client"
STAMP = BUILD / "fingerprint"
LOCKED = ROOT / "reflex.lock" / "package.json"
SOURCES = ("rxapp", "assets", "reflex.lock/package-lock.json", "rxconfig.py", "requirements.txt")
SUFFIXES = {".py", ".jsx", ".css", ".json", ".txt", ".svg", ".ico", ".png"}
BUILT_FOR = "localhost:3000"
LARGEST_MESSAGE = 1_000_000
"""How many bytes one websocket message may have."""


class BuildFailed(Exception):
    """The pages could not be built; the message says why."""


def _sources() -> Iterator[Path]:
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
    """Return whether the built pages are those of the sources as they are now."""
    return STAMP.is_file() and STAMP.read_text() == fingerprint()


def build_environment() -> dict[str, str]:
    """Return the environment that Reflex needs to build with the virtual environment's Node."""
    environment = dict(os.environ)
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment.update(
        REFLEX_USE_NPM="1",
        REFLEX_TELEMETRY_ENABLED="false",
        REFLEX_CHECK_LATEST_VERSION="false",
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
        BuildFailed: if Reflex or npm could not; the message ends with what they said.
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
        LOCKED.write_bytes(before)  # Reflex writes the same in another order
    make_portable()
    STAMP.write_text(wanted)


def make_portable() -> None:
    """Let the built pages reach the host and port that they were loaded from.

    Reflex writes the address given at build time into them, so one build would serve one address.

    Raises:
        BuildFailed: if the address is not where Reflex 0.10.1 puts it.
    """
    files = list((BUILD / "client" / "assets").glob("reflex-env-*.js"))
    if len(files) != 1:
        raise BuildFailed(f"expected one reflex-env file in the build, found {len(files)}")
    text = files[0].read_text()
    portable = text.replace(f"`ws://{BUILT_FOR}/", "location.origin.replace(/^http/,`ws`)+`/")
    portable = portable.replace(f"`http://{BUILT_FOR}/", "location.origin+`/")
    if portable == text or BUILT_FOR in portable:
        raise BuildFailed("the built pages name their server in a way that is not known here")
    files[0].write_text(portable)
    with gzip.open(f"{files[0]}.gz", "wb") as packed:
        packed.write(portable.encode())


def prepare_to_serve() -> None:
    """Tell Reflex, in this process and its workers, to serve what is built and nothing else."""
    from reflex_base import constants
    from reflex_base.environment import environment

    environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set(True)
    environment.REFLEX_CHECK_LATEST_VERSION.set(False)
    environment.REFLEX_USE_NPM.set(True)
    # A sleeping laptop is noticed, and may come back as itself, within seconds.
    environment.REFLEX_SOCKET_INTERVAL.set(timedelta(seconds=5))
    environment.REFLEX_SOCKET_TIMEOUT.set(timedelta(seconds=5))
    environment.REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE.set(LARGEST_MESSAGE)
