"""Scripts in everything that people can type, checked on every page that shows it."""

from typing import Any
from urllib.parse import quote

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from rxapp.trees import service as trees
from rxapp.trees.importer import read_yaml
from tests.security.scene import Rows
from tests.support.cast import PASSWORD, Person
from tests.support.dialogs import close_dialog
from tests.support.server import Server

pytestmark = [
    pytest.mark.browser,
    # What a page does with a text does not depend on where the text was kept.
    pytest.mark.parametrize("live_server", ["sqlite"], indirect=True),
]


RUN = "window.__pwned=1"
HTML = f'<script>{RUN}</script><img src=x onerror="{RUN}"><svg onload="{RUN}"></svg>'
MARKDOWN = f"""\
{HTML}

[x](javascript:{RUN}) [y](JaVaScRiPt&#58;{RUN}) [z](data:text/html,<script>{RUN}</script>)
[v](vbscript:x) ![w](javascript:{RUN}) ![u](x "onerror={RUN}") <javascript:{RUN}>

[ref]: javascript:{RUN}

[r][ref] `{HTML}`

<a href="javascript:{RUN}">a</a> <iframe src="javascript:parent.{RUN}"></iframe>
<iframe srcdoc="<script>parent.{RUN}</script>"></iframe> <details open ontoggle="{RUN}">d</details>
<form action="javascript:{RUN}"><button>b</button></form> <style>@import 'x'</style>
<div style="background:url(javascript:{RUN})" onmouseover="{RUN}">e</div> <base href="//x.example">

|a|b|
|-|-|
|<img src=x onerror={RUN}>|[x](javascript:{RUN})|

```html
{HTML}
```
"""

TREE = {
    "title": f"Hostile {HTML}",
    "description": MARKDOWN,
    "category": HTML[:60],
    "tags": ["<script>window.__pwned=1</script>"],
    "start": "first",
    "nodes": [
        {
            "key": "first",
            "kind": "action",
            "title": f"First {HTML}",
            "body": MARKDOWN,
            "commands": [{"label": HTML[:120], "text": HTML}, {"label": "Two", "text": HTML}],
            "expected": HTML,
            "options": [{"key": "go", "label": f"Go {HTML}"[:120], "to": "second"}],
        },
        {
            "key": "second",
            "kind": "decision",
            "title": f"Second {HTML}",
            "body": MARKDOWN,
            "options": [{"key": "end", "label": f"End {HTML}"[:120], "to": "end"}],
        },
        {"key": "end", "kind": "solution", "title": f"Third {HTML}", "body": MARKDOWN},
    ],
}

FOUND = """() => {
  const bad = [];
  const scheme = /^[\\s\\u0000-\\u001f]*(javascript|vbscript|data):/i;
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      const runs = name.startsWith('on') || name === 'srcdoc';
      const leads = ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name);
      if (runs || (leads && scheme.test(value) && !value.startsWith('data:image/')))
        bad.push(`${element.tagName} ${name}=${value.slice(0, 80)}`);
    }
    if (['IFRAME', 'OBJECT', 'EMBED', 'BASE'].includes(element.tagName)) bad.push(element.tagName);
    if (element.tagName === 'SCRIPT' && element.textContent.includes('__pwned'))
      bad.push('SCRIPT');
  }
  return bad;
}"""


@pytest.fixture
def open_page(browser: Browser, live_server: Server):
    contexts = []

    def opened(person: Person | None, path: str = "/", **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.base, **options)
        contexts.append(context)
        if person is not None:
            cookie = {"name": "rf_login", "value": person.cookie, "url": live_server.base}
            context.add_cookies([cookie])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


def assert_nothing_ran(page: Page) -> None:
    page.wait_for_timeout(150)  # a broken picture's onerror comes late
    assert page.evaluate("window.__pwned") is None, page.url
    assert page.evaluate(FOUND) == [], page.url


def test_the_check_finds_what_it_looks_for(open_page):
    page = open_page(None, "/sign-in", bypass_csp=True)  # which would stop what is planted here
    assert_nothing_ran(page)
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<a href=\\'javascript:1\\'>x</a>')"
    )
    assert page.evaluate(FOUND) == ["A href=javascript:1"]
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=__pwned=1>')")
    page.wait_for_function("window.__pwned === 1")


def test_nothing_that_people_write_ever_runs(live_server: Server, rows: Rows, open_page):
    cast = live_server.cast
    with rows.transaction() as db:
        tree = read_yaml(yaml.safe_dump(TREE))
        trees.publish(db, cast.technician.actor.account_id, tree, published_by=None)

    page = open_page(cast.technician)
    page.get_by_role("button", name="Hostile").click()
    assert_nothing_ran(page)
    page.get_by_label("Ticket number").fill(HTML[:80])
    page.get_by_label("Client").fill(HTML[:120])
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("heading", name="First").wait_for()
    expect(page.locator(".prose")).to_contain_text(HTML[:40])
    assert_nothing_ran(page)

    page.get_by_label("Note for this step").fill(MARKDOWN)
    page.get_by_label("Scratchpad").fill(MARKDOWN)
    page.get_by_role("button", name="Go <script>").click()
    page.get_by_role("heading", name="Second").wait_for()
    assert_nothing_ran(page)
    for link in page.locator(".prose a").all():
        assert not (link.get_attribute("href") or "").lower().startswith(("java", "data", "vb"))

    page.get_by_label("Note for this step").fill(HTML)
    page.keyboard.press("Tab")
    page.wait_for_timeout(700)  # the pause after which a note is saved
    page.get_by_role("button", name="Ticket note").click()
    export = page.get_by_role("dialog", name="Ticket note")
    for name in ("Plain text", "HTML", "JSON", "Markdown"):
        export.get_by_role("button", name=name).click()
        expect(export.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
        assert_nothing_ran(page)
    close_dialog(page)

    page.get_by_role("button", name="Escalate").first.click()
    form = page.get_by_role("dialog", name="Escalate to the seniors")
    form.get_by_label("What do you want from the senior?").fill(MARKDOWN)
    assert_nothing_ran(page)
    form.get_by_role("button", name="Escalate", exact=True).click()
    page.get_by_text("Waiting for a senior").first.wait_for()
    assert_nothing_ran(page)

    senior = open_page(cast.senior, "/inbox")
    row = senior.get_by_role("listitem").filter(has_text="Hostile")
    expect(row).to_contain_text("javascript:")
    assert_nothing_ran(senior)
    row.get_by_role("link", name="Hostile").click()
    senior.get_by_role("heading", name="What they need").wait_for()
    expect(senior.get_by_text("<script>").first).to_be_visible()
    assert_nothing_ran(senior)
    senior.get_by_role("button", name="Claim").click()
    senior.get_by_role("link", name="Continue").click()
    senior.get_by_role("heading", name="Second").wait_for()
    assert_nothing_ran(senior)
    senior.goto("/sessions")
    senior.get_by_text("Hostile").first.wait_for()
    assert_nothing_ran(senior)
    senior.goto("/")
    senior.get_by_role("button", name="Hostile").wait_for()
    assert_nothing_ran(senior)


@pytest.mark.parametrize(
    "target",
    [
        "//elsewhere.example",
        "https://elsewhere.example/x",
        f"javascript:{RUN}",
        "/\\elsewhere",
        "http://[",
    ],
)
def test_signing_in_leads_to_this_server_alone(live_server: Server, open_page, target: str):
    page = open_page(None, f"/sign-in?next={quote(target, safe='')}")
    page.get_by_label("Email").fill(live_server.cast.technician.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url, timeout=5_000)
    assert page.url.startswith(f"{live_server.base}/")
    assert page.evaluate("window.__pwned") is None
