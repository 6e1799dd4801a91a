"""The editor in a browser, on a large tree in two shapes: one with three answers a step, and one
with 15 % of crossing answers more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from rxapp.core.db import Database
from tests.bench import data, servers
from tests.bench.download import downloaded
from tests.bench.editing import CARD, ROW, TITLE, WORDS, Drawn, Writing, prefers
from tests.bench.measure import median, percentile
from tests.bench.size import Size
from tests.bench.table import Row, kilobytes, limited, milliseconds
from tests.bench.written import CROSSING, begin_draft, wide
from tests.support import chromium
from tests.support.cast import Cast
from tests.support.server import Server

USABLE = "editor, {written:,} steps, plain and crossing: usable"
CANVAS = "editor, {written:,} steps: canvas shown"
UNFOLDED = "editor, {written:,} steps: all unfolded on the canvas"
TYPED = "editor: key press to outline painted, median"
TYPED_P95 = "editor: key press to outline painted, p95"
TYPED_CANVAS = "editor: key press to canvas painted, median"
TYPED_CANVAS_P95 = "editor: key press to canvas painted, p95"
DRAGGED = "editor: frame while a card is dragged, median"
DRAGGED_P95 = "editor: frame while a card is dragged, p95"
PANNED = "editor: frame while the canvas is moved, median"
PANNED_P95 = "editor: frame while the canvas is moved, p95"
PANNED_FAR = "editor: the same zoomed out, median"
PANNED_FAR_P95 = "editor: the same zoomed out, p95"
SENT = "editor: bytes that one edit sends"
RECEIVED = "editor: bytes that a colleague's tab gets for it"
FIRST_VIEW = "first view: JS and CSS, editor with canvas"
ROWS = (
    *(USABLE, CANVAS, UNFOLDED, TYPED, TYPED_P95, TYPED_CANVAS, TYPED_CANVAS_P95),
    *(DRAGGED, DRAGGED_P95, PANNED, PANNED_P95, PANNED_FAR, PANNED_FAR_P95),
    *(SENT, RECEIVED, FIRST_VIEW),
)

SHOWN_SECONDS, EDIT_SECONDS, FRAME_SECONDS = 2.0, 0.100, 1 / 30
SENT_BYTES, RECEIVED_BYTES, EDITOR_BYTES = 1_000, 2_000, 360_000


@dataclass(frozen=True)
class Seen:
    """Seconds of everything that was measured on one tree."""

    usable: list[float]
    canvas: list[float]
    unfolded: float
    typed: list[float]
    typed_on_canvas: list[float]
    drawn: Drawn


def measure(databases: data.Databases, folder: Path, size: Size) -> list[Row]:
    """Return the rows about the editor's page."""
    prepared = databases.new("editor")
    cast = prepared.cast
    database = Database(prepared.url)
    with database.transaction() as db:
        plain = begin_draft(db, cast.senior, "A wide tree", wide(size.written))
        document = wide(size.written, CROSSING)
        crossing = begin_draft(db, cast.senior, "A tree with crossing answers", document)
    database.close()
    trees = [str(plain), str(crossing)]
    server = servers.ours(prepared.url, folder / "ours")
    with servers.running(server), sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        try:
            first = downloaded(
                browser,
                server,
                cast.senior.cookie,
                f"/trees/{trees[0]}/edit",
                CARD,
                begin=prefers("canvas"),
            )
            seen = [_seen(browser, server, cast.senior.cookie, tree, size) for tree in trees]
            sent, received = _bytes(browser, server, cast, trees[1], size)
        finally:
            browser.close()
    return [
        *_seconds_rows(size, seen),
        limited(SENT, sent, SENT_BYTES, kilobytes),
        limited(RECEIVED, received, RECEIVED_BYTES, kilobytes),
        limited(FIRST_VIEW, first, EDITOR_BYTES, kilobytes),
    ]


def _seen(browser: Browser, server: Server, cookie: str, tree: str, size: Size) -> Seen:
    far = size.written // 2
    outline = Writing(browser, server, cookie, tree, far)
    outline.open(ROW, TITLE)
    usable = [outline.open(ROW, TITLE) for _ in range(size.rounds)]
    typed = outline.typed(size.presses, ROW)
    outline.close()
    canvas = Writing(browser, server, cookie, tree, 0, view="canvas")
    canvas.open(CARD, TITLE)
    shown = [canvas.open(CARD, TITLE) for _ in range(size.rounds)]
    unfolded = canvas.unfold()
    on_canvas = canvas.typed(size.presses, WORDS)
    drawn = canvas.drawn(size.presses)
    canvas.close()
    return Seen(usable, shown, unfolded, typed, on_canvas, drawn)


def _bytes(browser: Browser, server: Server, cast: Cast, tree: str, size: Size) -> tuple[int, int]:
    """Return the bytes that an edit sends, and that the tab of a colleague gets for it."""
    author = Writing(browser, server, cast.senior.cookie, tree, 1)
    colleague = Writing(browser, server, cast.second_senior.cookie, tree, 2)
    for tab in (author, colleague):
        tab.open(ROW, TITLE)
    sent, received = 0, 0

    def edit() -> None:
        nonlocal sent
        sent = author.bytes_of_edit()

    edit()
    author.is_saved()
    colleague.quiet()
    received = colleague.bytes_received(edit)
    for tab in (author, colleague):
        tab.close()
    return sent, received


def _seconds_rows(size: Size, seen: Sequence[Seen]) -> list[Row]:
    def row(name: str, value: Callable[[Seen], float], limit: float) -> Row:
        values = tuple(value(each) for each in seen)
        shown = " and ".join(map(milliseconds, values))
        target = f"<= {milliseconds(limit)}"
        return Row(size.name(name), shown, "-", None, target, max(values) <= limit, values)

    def rows(
        names: tuple[str, str], values: Callable[[Seen], list[float]], limit: float
    ) -> list[Row]:
        middle, late = names
        return [
            row(middle, lambda each: median(values(each)), limit),
            row(late, lambda each: percentile(values(each), 0.95), limit),
        ]

    return [
        row(USABLE, lambda each: median(each.usable), SHOWN_SECONDS),
        row(CANVAS, lambda each: median(each.canvas), SHOWN_SECONDS),
        row(UNFOLDED, lambda each: each.unfolded, SHOWN_SECONDS),
        *rows((TYPED, TYPED_P95), lambda each: each.typed, EDIT_SECONDS),
        *rows((TYPED_CANVAS, TYPED_CANVAS_P95), lambda each: each.typed_on_canvas, EDIT_SECONDS),
        *rows((DRAGGED, DRAGGED_P95), lambda each: each.drawn.dragged, FRAME_SECONDS),
        *rows((PANNED, PANNED_P95), lambda each: each.drawn.panned, FRAME_SECONDS),
        *rows((PANNED_FAR, PANNED_FAR_P95), lambda each: each.drawn.panned_far, FRAME_SECONDS),
    ]
