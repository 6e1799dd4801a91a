"""Whether a page fits its window, and whether everything on it that can be used has a name."""

from playwright.sync_api import Page

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, textarea')].filter((e) =>
  e.offsetParent !== null && !(e.getAttribute('aria-label') || e.textContent.trim() || e.title ||
  (e.labels && e.labels.length))).map((e) => e.outerHTML)"""


def fits(page: Page, what: str) -> None:
    assert page.evaluate(OVERFLOW) <= 0, what
    assert sticks_out(page) == [], what
    assert page.evaluate(NAMELESS) == [], what


def sticks_out(page: Page) -> list[str]:
    """What lies right of the screen and cannot be scrolled to inside a box of its own."""
    return page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter((e) => {
          const box = e.getBoundingClientRect();
          if (!box.width || box.right <= window.innerWidth + 1) return false;
          for (let p = e.parentElement; p; p = p.parentElement)
            if (getComputedStyle(p).overflowX !== 'visible' && p.tagName !== 'HTML'
                && p.getBoundingClientRect().right <= window.innerWidth + 1) return false;
          return true;
        }).map((e) => e.className || e.tagName)"""
    )
