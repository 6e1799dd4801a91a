"""Members, the account and its audit log in real browsers, on both databases."""

import csv
import json
import re
import zipfile
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, expect

from rxapp.access.actor import Role
from tests.support.cast import PASSWORD, Person, hire

_numbers = count(1)


@pytest.fixture
def colleague(live_server):
    """Make fresh members of the account: a role changed or a sign-in ended is for good."""

    def make(role: Role) -> Person:
        return hire(live_server.database_url, live_server.cast.owner, role)

    return make


@pytest.fixture
def members(desk, live_server) -> Page:
    page = desk.page(live_server.cast.admin, "/members")
    page.get_by_role("heading", name="In the account").wait_for()
    return page


@pytest.fixture
def owner(desk, live_server) -> Page:
    """The library of a new account's owner, for tests that change the account itself."""
    page = desk.page(None, "/register")
    page.get_by_label("Company or team").fill("Fresh Company")
    page.get_by_label("Your name").fill("Fresh Owner")
    page.get_by_label("Email").fill(f"owner-{live_server.port}-{next(_numbers)}@fresh.example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("heading", name="Library").wait_for()
    return page


def row_of(members: Page, person: Person) -> Locator:
    return members.locator(f"[data-member='{person.email}']")


def give_role(members: Page, person: Person, role: Role) -> None:
    row_of(members, person).get_by_role("button", name="Role").click()
    dialog = members.get_by_role("dialog", name="Change the role")
    expect(dialog.get_by_label("Role")).to_have_value(person.actor.role.value)
    dialog.get_by_label("Role").select_option(role.value)
    dialog.get_by_role("button", name="Change role").click()
    expect(members.get_by_text(f"{person.actor.name} has another role.")).to_be_visible()
    expect(row_of(members, person)).to_contain_text(role.label)


def deactivate(members: Page, person: Person, holding: str, heir: str = "") -> None:
    row_of(members, person).get_by_role("button", name="Deactivate").click()
    dialog = members.get_by_role("dialog", name="Deactivate a member")
    expect(dialog).to_contain_text(person.actor.name)
    expect(dialog).to_contain_text(holding)
    if heir:
        dialog.get_by_label("Who takes over").select_option(label=heir)
    dialog.get_by_role("button", name="Deactivate").click()
    expect(row_of(members, person)).to_contain_text("Deactivated")


def test_a_promotion_opens_the_inbox_at_the_next_click(desk, live_server, members, colleague):
    person = colleague(Role.VIEWER)
    page = desk.page(person)
    page.get_by_role("heading", name="Library").wait_for()
    inbox = page.get_by_role("link", name="Inbox")
    expect(inbox).to_have_count(0)
    members.reload()
    give_role(members, person, Role.ENGINEER)
    page.get_by_role("link", name="Sessions").click()
    inbox.click()
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
    expect(page.locator(".me-role")).to_have_text("Senior · Inside")


def test_a_demotion_shuts_the_open_inbox(desk, live_server, members, colleague, escalate):
    person = colleague(Role.ENGINEER)
    page = desk.page(person, "/inbox")
    escalate("Before the demotion")
    row = page.get_by_role("listitem").filter(has_text="Before the demotion")
    expect(row).to_be_visible()
    members.reload()
    give_role(members, person, Role.VIEWER)
    row.get_by_role("button", name="Claim").click()
    expect(page.get_by_role("alert")).to_contain_text("As Technician you may not")
    escalate("After the demotion")
    witness = desk.page(live_server.cast.senior, "/inbox")
    expect(witness.get_by_text("After the demotion")).to_be_visible()
    expect(page.get_by_text("After the demotion")).to_have_count(0)
    page.get_by_role("link", name="Sessions").click()
    expect(page.get_by_role("link", name="Inbox")).to_have_count(0)


def test_a_claim_of_who_leaves_comes_back_to_the_inbox(
    desk, live_server, members, colleague, escalate
):
    leaver, wanted = colleague(Role.ENGINEER), "Held by one who leaves"
    technician = escalate(wanted)
    holding = desk.page(leaver, "/inbox")
    waiting = holding.get_by_role("listitem").filter(has_text=wanted)
    waiting.get_by_role("button", name="Claim").click()
    holding.wait_for_url("**/escalations/*")
    other = desk.page(live_server.cast.second_senior, "/inbox")
    back = (
        other.get_by_role("region", name="Waiting").get_by_role("listitem").filter(has_text=wanted)
    )
    expect(other.get_by_text(wanted)).to_be_visible()
    expect(back).to_have_count(0)

    members.reload()
    deactivate(members, leaver, "They hold: 1 claim")
    expect(members.get_by_text("Handed over: 1 claim.")).to_be_visible()
    expect(back).to_be_visible()
    expect(back.get_by_role("button", name="Claim")).to_be_enabled()
    panel = technician.get_by_role("region", name="Escalation")
    expect(panel).to_contain_text(f"{leaver.actor.name} can't continue it.")
    # The page that they left open closes by itself.
    expect(holding.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_session_of_who_leaves_goes_to_the_chosen_colleague(
    desk, live_server, members, colleague, start
):
    leaver, heir = colleague(Role.VIEWER), colleague(Role.VIEWER)
    left = start(leaver)
    left.get_by_role("button", name="Yes").click()
    left.get_by_role("heading", name="Turn the volume up").wait_for()
    members.reload()
    deactivate(members, leaver, "They hold: 1 session in progress", heir.actor.name)
    expect(members.get_by_text("Handed over: 1 session in progress.")).to_be_visible()

    page = desk.page(heir)
    page.get_by_role("link", name="No sound").first.click()
    expect(page.get_by_role("heading", name="Turn the volume up")).to_be_visible()
    page.get_by_role("button", name="Works now").click()
    expect(page.get_by_role("heading", name="It was muted")).to_be_visible()
    page.get_by_role("button", name="Complete session").click()
    page.get_by_role("dialog").get_by_role("button", name="Complete session").click()
    expect(page.get_by_role("dialog", name="Ticket note")).to_contain_text(heir.actor.name)
    expect(left.get_by_text("There is no such session")).to_be_visible()
    left.get_by_role("link", name="Sessions").click()
    expect(left.get_by_role("heading", name="Sign in")).to_be_visible()


def test_deactivated_and_let_in_again(desk, live_server, members, colleague):
    person = colleague(Role.VIEWER)
    members.reload()
    deactivate(members, person, "They hold no cases and own no trees.")
    page = desk.page(None, "/sign-in")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Email address or password is wrong.")).to_be_visible()
    row_of(members, person).get_by_role("button", name="Reactivate").click()
    expect(row_of(members, person)).not_to_contain_text("Deactivated")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()


def test_removed_they_leave_the_list_and_their_history_stays(
    desk, live_server, members, colleague, start
):
    person = colleague(Role.VIEWER)
    start(person)
    members.reload()
    row_of(members, person).get_by_role("button", name="Remove").click()
    dialog = members.get_by_role("dialog", name="Remove a member")
    dialog.get_by_role("button", name="Remove").click()
    expect(row_of(members, person)).to_have_count(0)
    inbox = desk.page(live_server.cast.senior, "/inbox")
    row = inbox.get_by_role("listitem").filter(has_text=person.actor.name)
    expect(row).to_contain_text("can't continue this session")


def test_an_admin_is_not_offered_what_owners_alone_may(desk, live_server, members):
    cast = live_server.cast
    me = row_of(members, cast.admin)
    expect(me).to_contain_text("You")
    expect(me.get_by_role("button", name=re.compile("Deactivate|Remove"))).to_have_count(0)
    expect(row_of(members, cast.owner)).to_contain_text("Owner")
    expect(row_of(members, cast.owner).get_by_role("button")).to_have_count(0)
    members.get_by_role("button", name="Invite", exact=True).click()
    roles = members.get_by_role("dialog", name="Invite somebody").locator("option")
    expect(roles).to_have_count(3)
    assert [each.partition(":")[0] for each in roles.all_inner_texts()] == [
        "Technician",
        "Senior",
        "Admin",
    ]
    theirs = desk.page(cast.owner, "/members")
    expect(row_of(theirs, cast.owner).get_by_role("button", name="Role")).to_be_visible()
    row_of(theirs, cast.admin).get_by_role("button", name="Role").click()
    chosen = theirs.get_by_role("dialog", name="Change the role").get_by_label("Role")
    expect(chosen).to_have_value("admin")
    expect(chosen.locator("option")).to_have_count(4)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/members", "Members are for admins"),
        ("/account", "The account is for admins"),
        ("/audit", "The audit log is for admins"),
    ],
)
def test_a_technician_gets_nothing_of_what_admins_see(desk, live_server, members, path, words):
    # So that there is an audit line, an account setting and a member to be seen.
    row_of(members, live_server.cast.second_technician).get_by_role("button", name="Role").click()
    members.get_by_role("dialog", name="Change the role").get_by_role(
        "button", name="Change role"
    ).click()
    page = desk.context(live_server.cast.technician).new_page()
    came: list[str] = []
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: came.append(frame))
    )
    page.goto(path)
    expect(page.get_by_text(words)).to_be_visible()
    for name in ("Members", "Account", "Audit log"):
        expect(page.get_by_role("link", name=name)).to_have_count(0)
    page.wait_for_timeout(500)
    text = "\n".join(str(frame) for frame in came)
    assert live_server.cast.technician.actor.name in text
    assert set(re.findall(r"[\w.]+@example\.com", text)) <= {live_server.cast.technician.email}
    for state in ("members_state", "account_state", "audit_state"):
        for shown in re.findall(rf'{state}":(\{{.*?\}})[,}}]', text):
            assert '"loaded_rx_state_":true' not in shown, state
    for words in ("Second Technician", "Role changed", '"lease_minutes_rx_state_":15'):
        assert words not in text


def test_the_account_keeps_its_settings(owner):
    owner.get_by_role("link", name="Account").click()
    owner.get_by_label("Name", exact=True).first.fill("Renamed Company")
    owner.get_by_label("A claim lasts, in minutes").fill("20")
    owner.get_by_label("Email after, in minutes").fill("7")
    owner.get_by_label("Keep completed sessions, in days").fill("365")
    owner.get_by_label("Default priority of escalations").select_option("urgent")
    owner.get_by_label("Time zone").select_option("Europe/Berlin")
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_text("Saved.")).to_be_visible()
    expect(owner.locator(".me-role")).to_have_text("Owner · Renamed Company")
    owner.reload()
    expect(owner.get_by_label("A claim lasts, in minutes")).to_have_value("20")
    expect(owner.get_by_label("Email after, in minutes")).to_have_value("7")
    expect(owner.get_by_label("Keep completed sessions, in days")).to_have_value("365")
    expect(owner.get_by_label("Default priority of escalations")).to_have_value("urgent")
    expect(owner.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    owner.get_by_label("Keep completed sessions, in days").fill("")
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_text("Saved.")).to_be_visible()
    owner.reload()
    expect(owner.get_by_label("A claim lasts, in minutes")).to_have_value("20")
    expect(owner.get_by_label("Keep completed sessions, in days")).to_have_value("")


EVERYWHERE = ("/", "/sessions", "/inbox", "/members", "/account", "/audit", "/settings")


def test_a_deletion_is_announced_on_every_page_until_it_is_cancelled(owner):
    banner = owner.get_by_text("This account will be deleted on")
    owner.goto("/account")
    name = owner.get_by_label("Type the account's name")
    name.fill("Fresh Compan")
    owner.get_by_role("button", name="Delete the account").click()
    expect(owner.get_by_role("alert")).to_contain_text("Type the account's name exactly")
    expect(name).to_have_value("Fresh Compan")
    expect(banner).to_have_count(0)
    name.fill("Fresh Company")
    owner.get_by_role("button", name="Delete the account").click()
    for path in EVERYWHERE:
        owner.goto(path)
        expect(banner).to_be_visible()
    owner.goto("/account")
    owner.get_by_role("button", name="Keep the account").click()
    expect(owner.get_by_text("The account will not be deleted.")).to_be_visible()
    for path in EVERYWHERE:
        owner.goto(path)
        owner.locator(".me-name").get_by_text("Fresh Owner").wait_for(state="attached")
        expect(banner).to_have_count(0)


def test_admins_are_not_offered_the_end_of_the_account(desk, live_server):
    page = desk.page(live_server.cast.admin, "/account")
    expect(page.get_by_role("heading", name="Export")).to_be_visible()
    expect(page.get_by_role("button", name="Delete the account")).to_have_count(0)


def test_the_export_holds_the_account_and_no_secret(owner):
    owner.get_by_role("link", name="Account").click()
    with owner.expect_download() as download:
        owner.get_by_role("link", name="Download the export").click()
    assert re.fullmatch(r"Fresh-Company-\d{4}-\d\d-\d\d\.zip", download.value.suggested_filename)
    with zipfile.ZipFile(download.value.path()) as archive:
        held = {name: archive.read(name).decode() for name in archive.namelist()}
    assert [user["name"] for user in json.loads(held["users.json"])] == ["Fresh Owner"]
    assert len(json.loads(held["trees.json"])) == 12
    assert "password_hash" not in held["users.json"]


def test_the_audit_log_is_filtered_and_taken_along(owner):
    owner.get_by_role("link", name="Account").click()
    owner.get_by_label("A claim lasts, in minutes").fill("25")
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_text("Saved.")).to_be_visible()
    owner.get_by_role("link", name="Audit log").click()
    lines = owner.locator(".audit-row")
    expect(lines.filter(has_text="Account changed")).to_contain_text("25")
    expect(lines.filter(has_text="Account changed")).to_contain_text("127.0.0.1")
    every = lines.count()
    owner.get_by_role("button", name="Account", exact=True).click()
    expect(owner.get_by_role("button", name="Account", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    owner.get_by_role("button", name="Sign-in", exact=True).click()
    expect(lines.filter(has_text="Account")).to_have_count(0)
    owner.get_by_role("button", name="Trees", exact=True).click()
    owner.get_by_role("button", name="Account", exact=True).click()
    expect(lines.filter(has_text="Account changed")).to_have_count(1)

    with owner.expect_download() as download:
        owner.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "audit-log.csv"
    with download.value.path().open(newline="") as file:
        taken = list(csv.DictReader(file))
    assert {row["action"].partition(".")[0] for row in taken} == {"account"}
    assert len(taken) == lines.count()

    owner.get_by_label("From").fill("2099-01-01")
    owner.get_by_role("button", name="Show", exact=True).click()
    expect(owner.get_by_text("No line matches these filters.")).to_be_visible()
    owner.get_by_label("From").fill("")
    owner.get_by_role("button", name="Show", exact=True).click()
    owner.get_by_role("button", name="Account", exact=True).click()
    expect(lines).to_have_count(every)
