"""The distribution's Chromium, as the tests, the screenshots and the bench start it."""

import shutil
from collections.abc import Sequence

from playwright.sync_api import Browser, Playwright

ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The shell is the same browser without a window system, and takes half the processor time."""


def launch(playwright: Playwright, arguments: Sequence[str] = ()) -> Browser:
    """Start the browser; the caller closes it."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "chromium is missing: scripts/install-test-services installs it"
    return playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, *arguments])
