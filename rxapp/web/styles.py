"""The pages' style sheets: the shared ones, then each feature's, found beside its code."""

import contextlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ASSETS = ROOT / "assets"

SHARED = (
    "/tokens.css",
    "/base.css",
    "/parts.css",
    "/lists.css",
    "/forms.css",
    "/overlays.css",
    "/prose.css",
    "/shell.css",
)
"""In ``assets/``. The first one sets the order of the layers, so the others can be in any order."""

FONTS = "/fonts.css"


def stylesheets() -> list[str]:
    """Return the addresses of all sheets, below ``assets/``, where Reflex expects them."""
    return [FONTS, *SHARED, *(_linked(sheet) for sheet in feature_sheets())]


def feature_sheets() -> list[Path]:
    """Return the sheets of the features."""
    return sorted((ROOT / "rxapp").rglob("*.css"))


def _linked(sheet: Path) -> str:
    """Link the sheet into ``assets/external/``, as Reflex does with scripts; return its address."""
    address = Path("external") / sheet.relative_to(ROOT)
    link = ASSETS / address
    if link.resolve() != sheet:
        link.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            link.unlink()
        with contextlib.suppress(FileExistsError):  # another process was faster
            link.symlink_to(sheet)
    return f"/{address.as_posix()}"
