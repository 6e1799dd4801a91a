"""Pages of a real browser, opened as people."""

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.cast import Person
from tests.support.server import Server


class Desk:
    """Opens pages as people, and closes them all."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser = browser
        self._server = server
        self._contexts: list[BrowserContext] = []
        self.errors: list[str] = []

    def context(self, person: Person | None, **options) -> BrowserContext:
        context = self._browser.new_context(base_url=self._server.base, **options)
        if person is not None:
            cookie = {"name": "rf_login", "value": person.cookie, "url": self._server.base}
            context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])
        self._contexts.append(context)
        return context

    def page(self, person: Person | None, path: str = "/", *, script: str = "", **options) -> Page:
        """Open a page as the person; ``script`` runs in it before anything else."""
        page = self.context(person, **options).new_page()
        page.add_init_script(script)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(10_000)
        page.goto(path)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()
