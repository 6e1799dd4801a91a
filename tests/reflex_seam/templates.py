"""The sources of Reflex's part of the browser, which every build copies."""

from pathlib import Path

import reflex_base


def browser_source(name: str) -> str:
    """Return a file of Reflex's part of the browser."""
    return (Path(reflex_base.__file__).parent / ".templates" / "web" / "utils" / name).read_text()
