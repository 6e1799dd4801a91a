"""Writing in a real browser: when the page is usable, each edit painted, each frame of a drag."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin

from playwright.sync_api import Browser, Page

from tests.bench.stepping import PAUSE_MS, WATCH
from tests.support.server import Server

STEP = "step-{number}"
TITLE = ".inspector [data-title]"
ROW = '[role="treeitem"][aria-selected="true"] .outline-title'
CARD = '.canvas-card[data-chosen="true"]'
WORDS = f"{CARD} .canvas-words"

SAVES_EACH = 10
SAVE_PAUSE_MS = 600
"""Longer than the editor waits for more typing: the next key comes while it saves."""
REPORTED_SECONDS = 10

RADIUS = 250
MORE_THAN_NEAR = 40
"""More cards than are on screen while their titles can be read."""
TURNS = 2

_SHOWN = """
(selectors) => {
  const isThere = (selector) => document.querySelector(selector)?.checkVisibility();
  const channel = new MessageChannel();
  window.shown = new Promise((done) => {
    channel.port1.onmessage = () => done(performance.now());
    const look = () => {
      if (selectors.every(isThere)) channel.port2.postMessage(0);
      else requestAnimationFrame(look);
    };
    look();
  });
}
"""

_FRAMES = """
() => {
  const seen = { times: [], isMoved: false, wasMoved: false, last: 0, isOn: true };
  window.seen = seen;
  addEventListener("pointermove", () => (seen.isMoved = true), true);
  addEventListener("mousemove", () => (seen.isMoved = true), true);
  const frame = (now) => {
    // What a move costs falls into its own frame or into the next one.
    if (seen.last && (seen.isMoved || seen.wasMoved)) seen.times.push(now - seen.last);
    Object.assign(seen, { wasMoved: seen.isMoved, isMoved: false, last: now });
    if (seen.isOn) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
"""

_EMPTY = """
() => {
  const { left, top, width, height } = document.querySelector(".canvas").getBoundingClientRect();
  for (let n = 0; n < 400; n += 1) {
    const x = left + width * (0.35 + 0.3 * ((n % 20) / 20));
    const y = top + height * (0.35 + 0.3 * (Math.floor(n / 20) / 20));
    if (document.elementFromPoint(x, y)?.matches(".react-flow__pane")) return [x, y];
  }
  return null;
}
"""


@dataclass(frozen=True)
class Drawn:
    """Seconds that the frames took while the mouse dragged a card, and the canvas near and far."""

    dragged: list[float]
    panned: list[float]
    panned_far: list[float]


def prefers(view: str) -> str:
    """Return the script by which a browser remembers the view of the steps that its owner likes."""
    return f'localStorage.setItem("rf-editor-view", "{view}");'


class Writing:
    """An author's tab on one draft."""

    def __init__(
        self,
        browser: Browser,
        server: Server,
        cookie: str,
        tree: str,
        step: int,
        *,
        view: str = "outline",
    ) -> None:
        self.context = browser.new_context(viewport={"width": 1_440, "height": 900})
        self.context.add_cookies([{"name": "rf_login", "value": cookie, "url": server.base}])
        self.context.add_init_script(prefers(view))
        self.page: Page = self.context.new_page()
        self.address = f"{server.base}/trees/{tree}/edit?step={STEP.format(number=step)}"

    def open(self, *selectors: str) -> float:
        """Load the page; return the seconds from asking for it until all of them are painted."""
        self.page.goto("about:blank")
        began = time.perf_counter()
        self.page.goto(self.address, wait_until="commit")
        self.page.evaluate(_SHOWN, selectors)
        self.page.evaluate("window.shown")
        seconds = time.perf_counter() - began
        self.quiet()
        return seconds

    def close(self) -> None:
        """Close the tab."""
        self.context.close()

    def quiet(self) -> None:
        """Wait until the page asks for nothing more."""
        self.page.wait_for_load_state("networkidle")

    def is_saved(self) -> None:
        """Wait until the server has everything."""
        self.page.locator('.save-state[data-status="saved"]').wait_for()

    def typed(self, presses: int, where: str) -> list[float]:
        """Type into the title; return the seconds from each key until ``where`` shows it."""
        page = self.page
        page.locator(TITLE).click()
        page.keyboard.press("End")
        page.evaluate(WATCH, where)
        for count in range(1, presses + 1):
            page.keyboard.press("x" if count % 2 else "Backspace")
            page.evaluate("(count) => window.bench.next(count)", count)
            page.wait_for_timeout(PAUSE_MS if count % SAVES_EACH else SAVE_PAUSE_MS)
        times = page.evaluate("window.bench.times")
        return [each / 1000 for each in times]

    def unfold(self) -> float:
        """Show all steps on the canvas; return the seconds until they are painted."""
        page = self.page
        page.locator(".canvas").focus()
        before = page.locator(".canvas .react-flow__minimap-node").count()
        page.evaluate(_SHOWN, [f".canvas .react-flow__minimap-node:nth-of-type({before + 1})"])
        began = page.evaluate("performance.now()")
        page.keyboard.press("*")
        shown: float = page.evaluate("window.shown")
        page.keyboard.press("ArrowRight")
        page.locator(CARD).wait_for()
        return (shown - began) / 1000

    def drawn(self, moves: int) -> Drawn:
        """Drag the chosen card, then the canvas, then the canvas with as much on it as fits."""
        page = self.page
        box = page.locator(CARD).bounding_box()
        assert box, "the chosen step is not on the canvas"
        dragged = self._frames((box["x"] + box["width"] / 2, box["y"] + 20), moves)
        panned = self._frames(page.evaluate(_EMPTY), moves)
        page.get_by_role("button", name="Fit").click()
        page.locator(".canvas-card").nth(MORE_THAN_NEAR).wait_for()
        return Drawn(dragged, panned, self._frames(page.evaluate(_EMPTY), moves))

    def _frames(self, start: tuple[float, float], moves: int) -> list[float]:
        """Press at the place, move in circles, and return the seconds of each frame meanwhile."""
        page = self.page
        x, y = start
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 8, y)
        page.evaluate(_FRAMES)
        for move in range(moves):
            at = 2 * pi * TURNS * move / moves
            page.mouse.move(x + RADIUS * sin(at), y + RADIUS * (1 - cos(at)) / 2)
        times = page.evaluate("(window.seen.isOn = false) || window.seen.times")
        page.mouse.up()
        return [each / 1000 for each in times]

    def bytes_of_edit(self) -> int:
        """Change the title once; return the bytes that were sent for it."""
        with self.page.expect_request(lambda each: each.url.endswith("/operations")) as sent:
            self.page.locator(TITLE).click()
            self.page.keyboard.type("s")
        body = sent.value.post_data_buffer
        assert body, "nothing was sent"
        return len(body)

    def bytes_received(self, act: Callable[[], object]) -> int:
        """Let somebody change the draft; return the bytes that this tab gets for it.

        They are the nudge through the socket and the answers to what it asks then.
        """
        page, protocol = self.page, self.context.new_cdp_session(self.page)
        frames: list[str] = []
        protocol.on(
            "Network.webSocketFrameReceived",
            lambda event: frames.append(event["response"]["payloadData"]),
        )
        protocol.send("Network.enable")
        answers: list[bytes] = []
        with page.expect_response(lambda each: each.url.endswith("/findings")) as findings:
            with page.expect_response(lambda each: "/operations?after=" in each.url) as operations:
                act()
            answers.append(operations.value.body())
        answers.append(findings.value.body())
        nudges = self._nudges(frames)
        return sum(len(each.encode()) for each in nudges) + sum(map(len, answers))

    def _nudges(self, frames: list[str]) -> list[str]:
        """Return the frames that said there are changes; the protocol may report them late."""
        until = time.monotonic() + REPORTED_SECONDS
        while time.monotonic() < until:
            if nudges := [each for each in frames if '"revision' in each]:
                return nudges
            self.page.wait_for_timeout(50)
        raise AssertionError("no nudge was seen")
