"""Stepping with the keyboard in a real browser: time until a step is painted, and layout shift."""

from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.support.server import Server

PAUSE_MS = 60
"""The pause between a step and the next key, in which the last step is finished."""

TITLE = "main h1"

WATCH = """
(selector) => {
  const title = () => document.querySelector(selector)?.textContent;
  const seen = { times: [], shift: 0, pressed: 0, shown: title(), waiting: [] };
  window.bench = seen;
  addEventListener("keydown", (event) => (seen.pressed = event.timeStamp), true);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += entry.value;
  }).observe({ type: "layout-shift" });
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    seen.times.push(performance.now() - seen.pressed);
    seen.waiting.splice(0).forEach((tell) => tell());
  };
  new MutationObserver(() => {
    if (!title() || title() === seen.shown) return;
    seen.shown = title();
    // The message comes after the frame that this animation callback precedes.
    requestAnimationFrame(() => channel.port2.postMessage(0));
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
  seen.next = (count) =>
    new Promise((done) => (seen.times.length >= count ? done() : seen.waiting.push(done)));
}
"""


@dataclass(frozen=True)
class Walk:
    """The results: seconds from each key press to the painted step, and the layout shift."""

    seconds: list[float]
    shift: float


def open_session(browser: Browser, server: Server, cookie: str, session_id: str, wide: int) -> Page:
    """Return the runner's page, ``wide`` pixels wide, loaded and at rest."""
    context = browser.new_context(viewport={"width": wide, "height": 900})
    context.add_cookies([{"name": "rf_login", "value": cookie, "url": server.base}])
    page = context.new_page()
    page.goto(f"{server.base}/sessions/{session_id}")
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_load_state("networkidle")
    return page


def walked(page: Page, presses: int, *, first: str = "1") -> Walk:
    """Press the key of the first answer so many times, each once the last step is painted."""
    page.evaluate(WATCH, TITLE)
    for count in range(1, presses + 1):
        page.keyboard.press(first)
        page.evaluate("(count) => window.bench.next(count)", count)
        page.wait_for_timeout(PAUSE_MS)
    times, shift = page.evaluate("[window.bench.times, window.bench.shift]")
    return Walk([each / 1000 for each in times], shift)
