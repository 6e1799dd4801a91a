"""Every page fits a phone and a desktop, in light and dark, and every field has a name."""

import pytest
from playwright.sync_api import expect

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, textarea')].filter((e) =>
  e.offsetParent !== null && !(e.getAttribute('aria-label') || e.textContent.trim() || e.title ||
  (e.labels && e.labels.length))).map((e) => e.outerHTML)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_fit_and_name_their_controls(desk, live_server, start, width, scheme):
    options = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
    runner = start(**options)
    runner_path = runner.url
    senior = live_server.cast.senior
    for path, words in (
        ("/", "Library"),
        ("/sessions", "Sessions"),
        ("/inbox", "Inbox"),
        (runner_path, "Is the speaker plugged in?"),
    ):
        page = desk.page(senior, path, **options)
        expect(page.get_by_role("heading", name=words).first).to_be_visible()
        page.wait_for_timeout(300)
        assert page.evaluate(OVERFLOW) <= 0, f"{path} is wider than {width} px"
        assert page.evaluate(NAMELESS) == []
        page.close()
