"""``make screenshots``: every screen of the running app, wide and narrow, light and dark."""

import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.core.db import Database
from rxapp.screens import SCREENS
from rxapp.sign_in import demo
from rxapp.trees.document import read_stored
from rxapp.trees.models import Tree, TreeVersion
from rxapp.trees.starters import digest_of
from tests.support import chromium
from tests.support.databases import migrate
from tests.support.editor_pictures import shoot_editor
from tests.support.letters import letter, link_in
from tests.support.mail import MailServer
from tests.support.server import ROOT, Server
from tests.support.written_tree import shoot_versions

FOLDER = ROOT / "docs" / "screenshots"
CODE_SHOWN = "The code that the app shows now"
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
TECHNICIAN, SENIOR = "technician@example.com", "senior@example.com"
ADMIN, OWNER = "admin@example.com", "owner@example.com"
NEWCOMER = "new.colleague@example.com"


def demo_database(folder: Path) -> str:
    url = migrate(f"sqlite:///{folder / 'screenshots.db'}")
    database = Database(url)
    with database.transaction() as db:
        demo.load(db)
        age_starter(db, "PC is slow")
    database.close()
    return url


def age_starter(db: DbSession, title: str) -> None:
    """Have every account's tree of that title be what an older release shipped."""
    for tree in db.execute(select(Tree).where(Tree.title == title)).scalars():
        version = db.get_one(TreeVersion, tree.version_id)
        first, *others = version.document["nodes"]
        first = {**first, "title": "What is slow?", "body": "Let the user show it."}
        version.document = {**version.document, "nodes": [first, *others[:-1]]}
        tree.starter_digest = digest_of(tree.description, read_stored(version.document))


class Camera:
    """Signs people in once and takes each screen in every size and scheme."""

    def __init__(self, browser: Browser, base: str) -> None:
        self._browser = browser
        self._base = base
        self._states: dict[str, dict] = {}
        self._taken: list[str] = []

    def context(self, email: str | None, **options) -> BrowserContext:
        if email and email not in self._states:
            self._states[email] = self._sign_in(email)
        state = self._states[email] if email else None
        return self._browser.new_context(base_url=self._base, storage_state=state, **options)

    def _sign_in(self, email: str) -> dict:
        context = self._browser.new_context(base_url=self._base)
        page = context.new_page()
        page.goto("/sign-in")
        page.locator(f"button[title='{email}']").click()
        page.get_by_role("heading", name="Library").wait_for()
        state = context.storage_state()
        context.close()
        return state

    def take(
        self, name: str, email: str | None, path: str, ready: str, act=None, sizes=tuple(SIZES)
    ) -> None:
        for size in sizes:
            for scheme in SCHEMES:
                context = self.context(email, viewport=SIZES[size], color_scheme=scheme)
                page = context.new_page()
                page.goto(path)
                page.get_by_text(ready).first.wait_for()
                if act:
                    act(page)
                page.wait_for_timeout(500)
                page.mouse.move(0, 0)
                page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png")
                if path.endswith("/edit"):
                    leave(page)
                context.close()
        self._taken.append(path)
        print(f"  {name}")

    def has_taken(self, route: str) -> bool:
        """Return whether a screenshot shows the page of that route."""
        pattern = re.compile(re.sub(r"\\\[\w+\\\]", "[^/]+", re.escape(route)))
        return any(pattern.fullmatch(urlsplit(path).path) for path in self._taken)


def leave(page: Page) -> None:
    """Let an author go, so that nobody seems to be there in the next picture."""
    page.goto("about:blank")
    page.wait_for_timeout(300)


def walk(page: Page) -> str:
    """Start a session of the Wi-Fi tree as the technician and answer two steps."""
    page.goto("/")
    page.get_by_role("button", name="No internet at one PC").click()
    page.get_by_label("Ticket number").fill("INC-20417")
    page.get_by_label("Client").fill("Harbour Dental")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/sessions/*")
    page.get_by_text("Step 1").wait_for()
    page.keyboard.press("1")
    page.get_by_text("Step 2").wait_for()
    page.get_by_label("Note for this step").fill("Reception PC. The one beside it works.")
    page.keyboard.press("Escape")
    page.wait_for_timeout(800)
    page.keyboard.press("1")
    page.get_by_text("Step 3").wait_for()
    page.get_by_label("Scratchpad").fill("Dock: grey, two cables\nWall socket 14B")
    page.wait_for_timeout(800)
    return page.url


def escalate(page: Page, wanted: str, *, urgent: bool) -> None:
    page.keyboard.press("Escape")
    page.locator("[data-hotkey='e']").click()
    page.get_by_label("What do you want from the senior?").fill(wanted)
    if urgent:
        page.get_by_role("radio", name="Urgent").check()
    page.get_by_role("dialog").get_by_role("button", name="Escalate", exact=True).click()
    page.get_by_text("Waiting for a senior").first.wait_for()


def open_form(page: Page) -> None:
    page.locator("[data-hotkey='e']").click()
    page.get_by_text("The package, as the seniors will see it").wait_for()


def shoot(browser: Browser, base: str, mail: MailServer) -> None:
    """Take every screen, in the order of a case and then of the account around it."""
    camera = Camera(browser, base)
    shoot_case(camera)
    shoot_versions(camera, base)
    shoot_library(camera)
    shoot_members(camera, mail)
    shoot_settings(camera)
    shoot_editor(camera, base)
    missing = [screen.route for screen in SCREENS if not camera.has_taken(screen.route)]
    assert not missing, f"no screenshot shows {missing}"


def shoot_case(camera: Camera) -> None:
    camera.take("sign-in", None, "/sign-in", "Demo: sign in as")
    camera.take("register", None, "/register", "You become its owner")
    technician = camera.context(TECHNICIAN).new_page()
    session = walk(technician)
    camera.take("runner", TECHNICIAN, session, "Step 3")
    camera.take("escalate", TECHNICIAN, session, "Step 3", open_form)
    watching = camera.context(SENIOR).new_page()
    watching.goto("/inbox")
    watching.get_by_text("Nobody is waiting").wait_for()
    escalate(technician, "The link light stays dark. May I have the port checked?", urgent=True)
    second = camera.context(TECHNICIAN).new_page()
    walk(second)
    escalate(second, "Is the dock firmware known to hang?", urgent=False)
    third = camera.context(TECHNICIAN).new_page()
    walk(third)
    camera.take("library", TECHNICIAN, "/", "Account is locked out")
    camera.take("search", TECHNICIAN, "/", "Account is locked out", search)
    camera.take("start", TECHNICIAN, "/", "Account is locked out", choose)
    camera.take("sessions", TECHNICIAN, "/sessions", "Harbour Dental")
    watching.get_by_text("May I have the port checked?").wait_for()
    camera.take("waiting", TECHNICIAN, session, "Who was told")
    camera.take("inbox", SENIOR, "/inbox", "May I have the port checked?", touch)
    watching.get_by_role("button", name="Claim").first.click()
    watching.wait_for_url("**/escalations/*")
    camera.take("escalation", SENIOR, watching.url, "What they need")
    camera.take("claimed", SENIOR, session, "You have claimed this.")
    camera.take("inbox-claimed", SENIOR, "/inbox", "Yours", touch)
    camera.take("followed", TECHNICIAN, session, "is working on this now")
    finish(watching)
    camera.take("completed", TECHNICIAN, session, "Completed: resolved")
    camera.take("note", TECHNICIAN, session, "Completed: resolved", open_note)


def shoot_library(camera: Camera) -> None:
    page = camera.context(ADMIN).new_page()
    page.goto("/")
    new_tree(page).get_by_label("Title").fill("Laptop fan is loud")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    page.wait_for_url("**/edit")
    camera.take("library-authors", ADMIN, "/", "Account is locked out", open_menu)
    camera.take("library-drafts", ADMIN, "/?show=drafts", "Laptop fan is loud")
    camera.take("new-tree", ADMIN, "/", "Account is locked out", new_tree)
    camera.take("owner", ADMIN, "/?show=drafts", "Laptop fan is loud", open_owner)
    camera.take("delete-tree", ADMIN, "/", "Account is locked out", open_delete)
    page.goto("/")
    open_menu(page, "PC is slow")
    page.get_by_role("menuitem", name="See the update").click()
    page.wait_for_url("**/starter")
    camera.take("starter-update", ADMIN, page.url, "Changed", rest)
    camera.take("categories", ADMIN, "/categories", "Network")
    camera.take("synonyms", ADMIN, "/synonyms", "printer")


def shoot_members(camera: Camera, mail: MailServer) -> None:
    admin = camera.context(ADMIN).new_page()
    admin.goto("/members")
    open_invite(admin)
    admin.get_by_role("dialog").get_by_role("button", name="Invite", exact=True).click()
    admin.get_by_text(f"Invited {NEWCOMER}.").wait_for()
    link = link_in(letter(mail, NEWCOMER, "invites you"))
    camera.take("join", None, link, "You will sign in as")
    camera.take("forgot", None, "/forgot", "We email you a link")
    camera.take("forgot-sent", None, "/forgot", "We email you a link", ask_link)
    camera.take("reset", None, "/reset#token", "You are signed out everywhere")
    camera.take("confirm-email", None, "/confirm-email", "Open this page with the link")
    camera.take("reset-dead", None, "/reset", "Open this page with the link")
    camera.take("members", ADMIN, "/members", NEWCOMER)
    camera.take("invite", ADMIN, "/members", NEWCOMER, open_invite)
    camera.take("deactivate", ADMIN, "/members", NEWCOMER, open_deactivate)
    camera.take("members-for-admins", TECHNICIAN, "/members", "Members are for admins", rest)
    camera.take("account", OWNER, "/account", "Delete the account")
    camera.take("audit", ADMIN, "/audit", "Invited")
    camera.take("emails", ADMIN, "/emails", "Email log")


def shoot_settings(camera: Camera) -> None:
    camera.take("settings", SENIOR, "/settings", "Second factor")
    camera.take("second-factor", SENIOR, "/settings", "Second factor", set_up)
    page = camera.context(SENIOR).new_page()
    page.goto("/settings")
    secret = set_up(page)
    page.get_by_label(CODE_SHOWN).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn on").click()
    page.get_by_text("Keep these recovery codes").wait_for()
    camera.take("recovery-codes", SENIOR, "/settings", "recovery codes are left", renew)
    camera.take("second-factor-on", SENIOR, "/settings", "recovery codes are left", show_factor)
    camera.take("sign-in-code", None, "/sign-in", "Forgot your password?", sign_in)


def new_tree(page: Page) -> Locator:
    page.get_by_role("button", name="New tree").click()
    return page.get_by_role("dialog", name="New tree")


def open_menu(page: Page, title: str = "Account is locked out") -> None:
    card = page.locator(f"[data-tree='{title}']")
    card.get_by_role("button", name="Actions").click()
    page.get_by_role("menu").wait_for()


def open_owner(page: Page) -> None:
    open_menu(page, "Laptop fan is loud")
    page.get_by_role("menuitem", name="Owner and review date").click()
    page.get_by_text("Who answers for this tree.").wait_for()


def open_delete(page: Page) -> None:
    open_menu(page, "No internet at one PC")
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_text("ran this tree").wait_for()


def open_invite(page: Page) -> None:
    page.get_by_role("button", name="Invite", exact=True).click()
    page.get_by_role("dialog", name="Invite somebody").get_by_label("Email").fill(NEWCOMER)


def open_deactivate(page: Page) -> None:
    row = page.locator(f"[data-member='{TECHNICIAN}']")
    row.get_by_role("button", name="Deactivate").click()
    page.get_by_text("Who takes over").wait_for()


def ask_link(page: Page) -> None:
    page.get_by_label("Email").fill("nobody@example.com")
    page.get_by_role("button", name="Send the link").click()
    page.get_by_text("an email is on its way").wait_for()


def rest(page: Page) -> None:
    """Wait until the notice has gone that came with the page."""
    page.wait_for_timeout(200)


def show_factor(page: Page) -> None:
    page.locator("#second-factor").evaluate("(part) => part.scrollIntoView()")


def set_up(page: Page) -> str:
    """Open the set-up of the second factor and return its key."""
    factor = page.locator("#second-factor")
    factor.get_by_label("Your password").fill(demo.PASSWORD)
    factor.get_by_role("button", name="Set it up").click()
    factor.get_by_role("img").wait_for()
    show_factor(page)
    return factor.locator("p.mono").inner_text().replace(" ", "")


def renew(page: Page) -> None:
    factor = page.locator("#second-factor")
    factor.get_by_label("Your password").first.fill(demo.PASSWORD)
    factor.get_by_role("button", name="New recovery codes").click()
    factor.get_by_text("Keep these recovery codes").wait_for()
    show_factor(page)


def sign_in(page: Page) -> None:
    page.get_by_label("Email").fill(SENIOR)
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").wait_for()


def touch(page: Page) -> None:
    """Click once, like anybody who gets to a page through the app."""
    page.get_by_role("heading", name="Inbox").click()


def search(page: Page) -> None:
    page.get_by_label("Search trees").fill("outlook pass")
    page.wait_for_timeout(600)


def choose(page: Page) -> None:
    page.get_by_role("button", name="Account is locked out").click()
    page.get_by_role("dialog", name="Start a session").wait_for()


def open_note(page: Page) -> None:
    page.get_by_role("button", name="Ticket note").click()
    page.get_by_role("dialog", name="Ticket note").get_by_text("Who did which part").wait_for()


def finish(page: Page) -> None:
    page.get_by_role("link", name="Continue").click()
    page.get_by_text("Step 3").wait_for()
    page.keyboard.press("1")
    page.get_by_text("Step 4").wait_for()
    page.get_by_role("button", name="Complete session").click()
    page.get_by_label("Outcome notes").fill("Port 14B was shut down after a loop. Enabled again.")
    page.get_by_role("dialog").get_by_role("button", name="Complete session").click()
    page.get_by_role("dialog", name="Ticket note").wait_for()


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="rf-screenshots-"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    mail = MailServer()
    mail.start()
    url = demo_database(folder)
    server = Server(database_url=url, data_dir=folder, RF_DEMO="1", SMTP_URL=mail.url).start()
    try:
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            shoot(browser, server.base, mail)
            browser.close()
    finally:
        server.stop()
        mail.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"Screenshots are in {FOLDER.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
