"""A websocket in a real browser that is late, silent or cut off: Reflex's own, wrapped."""

from playwright.sync_api import BrowserContext, Page

_SCRIPT = """
(() => {
  const Real = window.WebSocket;
  const sockets = [];
  window.__net = { late: LATE, silent: false, cut: () => sockets.forEach((each) => each.close()) };
  const later = (act) => {
    if (window.__net.late) setTimeout(() => window.__net.silent || act(), window.__net.late);
    else if (!window.__net.silent) act();
  };
  window.WebSocket = class extends Real {
    constructor(...parts) {
      super(...parts);
      sockets.push(this);
    }
    send(data) {
      later(() => this.readyState === Real.OPEN && super.send(data));
    }
    set onmessage(take) {
      super.onmessage = (event) => later(() => take(event));
    }
    get onmessage() {
      return super.onmessage;
    }
  };
})();
"""


def make_late(context: BrowserContext, milliseconds: int = 0) -> None:
    """Delay every message on the pages' websockets, from the next load on."""
    context.add_init_script(_SCRIPT.replace("LATE", str(milliseconds // 2)))  # there, and back


def silence(page: Page, *, silent: bool = True) -> None:
    """Swallow every message on a late page's websockets; the socket stays open."""
    page.evaluate("(silent) => { window.__net.silent = silent }", silent)


def cut(page: Page) -> None:
    """Close a late page's websockets."""
    page.evaluate("window.__net.cut()")
