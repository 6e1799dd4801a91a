"""What a page downloads before it can be used, from an empty cache."""

from playwright.sync_api import Browser, CDPSession

from tests.support.server import Server


def downloaded(
    browser: Browser, server: Server, cookie: str, path: str, shows: str, *, begin: str = ""
) -> int:
    """Return the bytes that the page's scripts and styles took until ``shows`` was there.

    ``begin`` is a script that runs before those of the page.
    """
    context = browser.new_context(viewport={"width": 1_440, "height": 900})
    context.add_cookies([{"name": "rf_login", "value": cookie, "url": server.base}])
    if begin:
        context.add_init_script(begin)
    page = context.new_page()
    files = _watch(context.new_cdp_session(page))
    page.goto(f"{server.base}{path}")
    page.locator(shows).first.wait_for()
    page.wait_for_load_state("networkidle")
    context.close()
    assert files, "no script was seen"
    return sum(files.values())


def _watch(protocol: CDPSession) -> dict[str, int]:
    """Return a mapping that fills with the encoded bytes of each script and style sheet."""
    wanted: set[str] = set()
    sizes: dict[str, int] = {}

    def responded(event: dict) -> None:
        if event["response"]["url"].partition("?")[0].endswith((".js", ".css")):
            wanted.add(event["requestId"])

    def finished(event: dict) -> None:
        if event["requestId"] in wanted:
            sizes[event["requestId"]] = int(event["encodedDataLength"])

    protocol.on("Network.responseReceived", responded)
    protocol.on("Network.loadingFinished", finished)
    protocol.send("Network.enable")
    return sizes
