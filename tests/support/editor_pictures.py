"""Trees in the editor, as its pictures show them: begun, small, large, and with a question."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.support.written_tree import Writer, node, set_field

AUTHOR, COLLEAGUE = "admin@example.com", "owner@example.com"
SOON_MS = 15_000
WIDE = ("wide",)
"""A phone has neither the canvas nor the list of keys."""

LARGE = 200
EACH = 3
"""How many answers lead on from a step of the large tree."""

LIGHTS = "Ask for the lights on the front. **Red** or dark means that it has no power or an error."

BEGUN = [node("first", "decision", "What does the client see?")]

PRINTER = [
    node(
        "lights",
        "decision",
        "Are the lights of the printer green?",
        ("Yes", "queue"),
        ("No", "power"),
        body=LIGHTS,
        expected="The caller names the colour of the power light.",
    ),
    node(
        "power",
        "action",
        "Switch it off and on",
        ("Green now", "lights"),
        ("Still dark", "cable"),
        body="Wait for ten seconds in between.",
    ),
    node(
        "cable",
        "action",
        "Try another socket",
        ("Green now", "lights"),
        ("Still dark", "vendor"),
        body="Not a power strip: a socket in the wall.",
    ),
    node("queue", "decision", "Is the job in the queue?", ("Yes", "restart"), ("No", "default")),
    node(
        "restart",
        "action",
        "Restart the print spooler",
        ("It prints", "spooler-hung"),
        ("Nothing comes out", "reach"),
        body="Jobs in the queue are printed afterwards.",
        commands=[{"text": "Restart-Service -Name Spooler"}],
        expected="The service is running, and the queue empties.",
    ),
    node(
        "default",
        "decision",
        "Is it the default printer?",
        ("Yes", "reach"),
        ("No", "set-default"),
    ),
    node(
        "set-default",
        "action",
        "Make it the default printer",
        ("It prints", "wrong-printer"),
        ("Nothing comes out", "reach"),
        body="Settings, Bluetooth & devices, Printers & scanners.",
    ),
    node(
        "reach",
        "action",
        "Ping the printer",
        ("It answers", "driver"),
        ("No answer", "network"),
        body="Its address is on the label beside the display.",
        commands=[{"text": "Test-Connection -Count 4 PRINTER"}],
    ),
    node(
        "spooler-hung", "solution", "The spooler hung", ending="solved", expected="A page prints."
    ),
    node("wrong-printer", "solution", "It went to another printer", ending="solved"),
    node(
        "driver",
        "solution",
        "Its driver needs attention",
        ending="escalate",
        body="Say which model it is and which driver is installed.",
    ),
    node(
        "network",
        "solution",
        "It is not on the network",
        ending="escalate",
        body="Say its address and which switch port it uses.",
    ),
    node(
        "vendor",
        "solution",
        "The printer needs repair",
        ending="escalate",
        body="Say its serial number and what was tried.",
    ),
]


def large() -> list[dict[str, Any]]:
    """Return the steps of a large tree; every seventh has an answer back to the start."""
    steps = []
    for n in range(LARGE):
        below = [each for each in range(EACH * n + 1, EACH * n + 1 + EACH) if each < LARGE]
        if not below:
            steps.append(node(f"n{n}", "solution", f"Site {n} is online again", ending="solved"))
            continue
        labels = ("Yes", "No, it still blinks", "Something else")
        options = [(label, f"n{each}") for label, each in zip(labels, below, strict=False)]
        if n % 7 == 3:
            options.append(("Try again", "n0"))
        kind = "decision" if n % 2 == 0 else "action"
        title = f"Is link {n} of the site up?" if n % 2 == 0 else f"Restart link {n} of the site"
        steps.append(node(f"n{n}", kind, title, *options, body="Look **behind** it."))
    return steps


def _tree(writer: Writer, title: str, nodes: list[dict[str, Any]]) -> str:
    """Begin a tree and return its id."""
    document = {"start": nodes[0]["key"], "nodes": nodes}
    body = {"title": title, "category": "Devices", "document": document, "publish": False}
    return str(writer.post("/trees", **body)["id"])


def show_canvas(page: Page) -> None:
    page.get_by_role("button", name="Canvas", exact=True).click()
    page.locator(".canvas-card").first.wait_for()


def open_step(page: Page) -> None:
    row = page.get_by_role("treeitem").filter(has_text="Restart the print spooler").first
    row.click()
    row.press("Enter")
    page.get_by_role("heading", name="Answers").wait_for()


def find_and_replace(page: Page) -> None:
    page.get_by_role("button", name="Replace", exact=True).click()
    dialog = page.get_by_role("dialog", name="Find and replace")
    dialog.get_by_label("Find", exact=True).fill("printer")
    dialog.get_by_label("Replace with").fill("label printer")
    dialog.get_by_text("places found").wait_for()


def open_keys(page: Page) -> None:
    tools = page.get_by_role("toolbar", name="Editor")
    tools.get_by_role("button", name="Editor keys", exact=True).click()
    page.get_by_role("dialog", name="Keys of the editor").wait_for()


def walk_trial(page: Page) -> None:
    """Answer two steps of the trial."""
    for key, title in (("2", "Switch it off and on"), ("2", "Try another socket")):
        page.locator(f"[data-hotkey='{key}']").click()
        page.get_by_role("heading", name=title, level=1).wait_for()


def show_seen(page: Page) -> None:
    """Walk the trial in this browser, and come back to the canvas."""
    editor = page.url
    page.goto(editor.partition("/edit")[0] + "/try")
    walk_trial(page)
    page.goto(editor)
    show_canvas(page)
    page.get_by_text("of 13 steps seen").wait_for()


class Disagreement:
    """Two authors who write the same text while one of them is offline."""

    def __init__(self, colleague: Writer, tree: str) -> None:
        self._colleague = colleague
        self._tree = tree

    def __call__(self, page: Page) -> None:
        body = page.locator(".inspector").get_by_label("Text", exact=True)
        self._writes(LIGHTS)
        expect(body).to_have_value(LIGHTS, timeout=SOON_MS)
        page.route("**/operations**", lambda route: route.abort())
        if not body.is_visible():
            page.get_by_role("treeitem").first.press("Enter")
        body.fill("Ask the caller to read out the lights, from left to right.")
        page.get_by_text("Offline: 1 change kept here").first.wait_for(timeout=SOON_MS)
        self._writes("Ask for the lights on the front. A light that blinks counts as green.")
        page.unroute("**/operations**")
        page.get_by_role("button", name="Needs you: 1 question").click(timeout=SOON_MS)
        page.get_by_role("dialog", name="Needs you").get_by_text("Use mine").wait_for()

    def _writes(self, text: str) -> None:
        self._colleague.changes(self._tree, set_field("lights", "body", text))


def shoot_editor(camera: Any, base: str) -> None:
    """The editor of a tree just begun, of a usual one with a colleague, and of a large one."""
    writer = Writer(base, AUTHOR)
    begun = _tree(writer, "Laptop does not wake up", BEGUN)
    tree = _tree(writer, "Printer prints nothing", PRINTER)
    many = _tree(writer, "A site is offline", large())
    page = f"/trees/{tree}/edit"
    camera.take("editor-empty", AUTHOR, f"/trees/{begun}/edit", "Saved")
    beside = camera.context(COLLEAGUE).new_page()
    beside.goto(f"{page}?step=reach")
    beside.locator(".inspector").wait_for()
    camera.take("editor", AUTHOR, page, "Saved")
    camera.take("editor-canvas", AUTHOR, page, "Saved", show_canvas, WIDE)
    camera.take("editor-step", AUTHOR, page, "Saved", open_step)
    beside.context.close()
    camera.take("editor-replace", AUTHOR, page, "Saved", find_and_replace)
    camera.take("editor-keys", AUTHOR, page, "Saved", open_keys, WIDE)
    camera.take("editor-large", AUTHOR, f"/trees/{many}/edit", "Saved", show_canvas, WIDE)
    camera.take("trial", AUTHOR, f"/trees/{tree}/try", "Nothing is recorded", walk_trial)
    camera.take("editor-seen", AUTHOR, page, "Saved", show_seen, WIDE)
    asks = Disagreement(Writer(base, COLLEAGUE), tree)
    camera.take("editor-question", AUTHOR, page, "Saved", asks)
