"""The guide for authors as a page of the app: docs/writing-a-tree.md with its pictures."""

import gzip
import re
import shutil
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "docs" / "writing-a-tree.md"
NAME = "guide"
"""The folder of the page, in ``assets`` and among the built pages."""

_PICTURE = re.compile(r"\]\((screenshots/[\w-]+\.png)\)")
_PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Writing a tree · ResolutionFlow</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/tokens.css">
    <link rel="stylesheet" href="/guide/page.css">
    <script src="/api-docs/theme.js"></script>
  </head>
  <body>
    <header><a href="/">ResolutionFlow</a></header>
    <main>
{body}
    </main>
  </body>
</html>
"""


def files() -> list[Path]:
    """Return the guide and its pictures, as far as they exist."""
    if not SOURCE.is_file():
        return []
    return [file for file in (SOURCE, *_pictures()) if file.is_file()]


def _pictures() -> list[Path]:
    return [SOURCE.parent / name for name in _PICTURE.findall(SOURCE.read_text())]


def render(text: str) -> str:
    """Return the guide as an HTML page; raw HTML in it is shown as text."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    return _PAGE.format(body=markdown.render(text))


def write(pages: Path) -> None:
    """Put the page and its pictures among the built pages.

    Raises:
        OSError: if the guide or one of its pictures is missing.
    """
    folder = pages / NAME
    page = render(SOURCE.read_text()).encode()
    (folder / "screenshots").mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_bytes(page)
    (folder / "index.html.gz").write_bytes(gzip.compress(page, mtime=0))
    for picture in _pictures():
        shutil.copyfile(picture, folder / "screenshots" / picture.name)
