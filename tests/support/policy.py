"""Pages that are watched while they are used: what they say, and what their policy forbids."""

from playwright.sync_api import Page

from tests.support.desk import Desk

LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(
  `${event.violatedDirective}: ${event.blockedURI} ${event.sample} ${event.sourceFile}`));
"""


class Watched:
    """A page whose console and violations are kept."""

    def __init__(self, desk: Desk, person=None, **options) -> None:
        self.page: Page = desk.context(person, **options).new_page()
        self.page.set_default_timeout(10_000)
        self.page.add_init_script(LISTEN)
        self.said: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text}")

    def open(self, path: str, heading: str) -> Page:
        self.page.goto(path)
        self.page.get_by_role("heading", name=heading).first.wait_for()
        self.page.wait_for_timeout(300)
        return self.page

    def is_clean(self) -> None:
        assert self.page.evaluate("violations") == []
        assert self.said == []
