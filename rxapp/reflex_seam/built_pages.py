# mypy: ignore-errors
"""The output of a Reflex build, and the server's address that it writes into the pages."""

import gzip
from pathlib import Path

from rxapp.reflex_seam.moved import ReflexMovedError

BUILD = Path(".web") / "build"
PAGES = BUILD / "client"
PACKAGES = Path(".web") / "node_modules"
LOCKED = Path("reflex.lock") / "package.json"
BUILT_FOR = "localhost:3000"
"""The host and port that rxconfig.py names, so that they can be found in the built pages."""

SWITCHES = {
    "REFLEX_USE_NPM": "1",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
}
"""The environment variables of a process that builds the pages."""


def make_portable(pages: Path) -> None:
    """Make the built pages connect to the host and port that they were loaded from.

    Reflex writes the address given at build time into them, so a build would only serve that one.

    Raises:
        ReflexMovedError: if the address is not where it is expected.
    """
    files = list((pages / "assets").glob("reflex-env-*.js"))
    if len(files) != 1:
        raise ReflexMovedError(f"expected one reflex-env file in the build, found {len(files)}")
    text = files[0].read_text()
    portable = text.replace(f"`ws://{BUILT_FOR}/", "location.origin.replace(/^http/,`ws`)+`/")
    portable = portable.replace(f"`http://{BUILT_FOR}/", "location.origin+`/")
    if portable == text or BUILT_FOR in portable:
        raise ReflexMovedError("the built pages name their server in a way that is not known here")
    files[0].write_text(portable)
    with gzip.open(f"{files[0]}.gz", "wb") as packed:
        packed.write(portable.encode())
