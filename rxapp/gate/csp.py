"""The content security policy: what a page may load and run. Inline scripts are listed by hash."""

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from rxapp.reflex_seam.inline_styles import MADE_WHILE_RUNNING

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>(?P<text>.*?)</style>", re.DOTALL)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def inline_hashes(pages: Path) -> tuple[list[str], list[str]]:
    """Return the hashes of the inline scripts and of the inline styles of the built pages."""
    scripts: set[str] = set()
    styles = {_hash(text) for text in MADE_WHILE_RUNNING}
    for file in pages.rglob("*.html"):
        html = file.read_text(encoding="utf-8")
        found = _SCRIPT.finditer(html)
        scripts |= {_hash(each["text"]) for each in found if "src=" not in each["attributes"]}
        styles |= {_hash(each["text"]) for each in _STYLE.finditer(html)}
    return sorted(scripts), sorted(styles)


def page_policy(pages: Path, origins: Iterable[str]) -> str:
    """Return the policy for pages; SECURITY.md says what it leaves open and why."""
    scripts, styles = inline_hashes(pages)
    sockets = [origin.replace("http", "ws", 1) for origin in origins]
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *scripts]),
            " ".join(["style-src 'self'", *styles]),
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            " ".join(["connect-src 'self'", *sockets]),
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        ]
    )


API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy for the API, which never answers with a page."""
