import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select, text
from sqlmodel import SQLModel

from rxapp.access.actor import Role
from rxapp.access.models import Account, Invitation, MailLink, User
from rxapp.access.queries import actor_by_cookie_hash
from rxapp.access.rules import LoginKind
from rxapp.account import belongings
from rxapp.account import queries as member_queries
from rxapp.account import retention_service as retention
from rxapp.account import service as accounts
from rxapp.account.archive import account_zip, export_name, start_export
from rxapp.audit.models import AuditEntry
from rxapp.audit.rules import Action
from rxapp.core import clock
from rxapp.core.errors import Conflict, Forbidden, Invalid
from rxapp.drafts.topics import DRAFT
from rxapp.editor import author_service
from rxapp.handoffs.models import Handoff, HandoffEvent
from rxapp.library import synonyms_service
from rxapp.live.models import LiveTopic
from rxapp.members import invitation_service
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.own_settings import service as settings_service
from rxapp.sessions import hold_service as holds
from rxapp.sessions.models import GuidedSession, SessionStep, SessionTurn, StepNote
from rxapp.sessions.text_service import save_text
from rxapp.sign_in import joining_service, link_service, login_service, second_factor_service
from tests.support.cast import PASSWORD
from tests.support.drafting import Author
from tests.support.story import YES, small_tree

SETTINGS = {"retention_days": None}


@pytest.fixture
def settled(story, cast):
    """Change the account's settings as its admin."""

    def change(by=cast.admin, **values) -> None:
        story.do(accounts.change_account, by.actor, **{**SETTINGS, **values})

    return change


@pytest.fixture
def stranger(story, cast):
    """The owner of the other account."""
    return story.hire(cast.outsider, Role.OWNER).actor


def count(story, table, *where) -> int:
    query = select(func.count()).select_from(table).where(*where)
    return story.see(lambda db: db.execute(query).scalar_one())


# --- settings


def test_settings_have_bounds(story, cast, settled):
    for good in (
        {"lease_minutes": 2},
        {"lease_minutes": 480},
        {"unseen_minutes": 1},
        {"unseen_minutes": 60},
        {"retention_days": 1},
        {"retention_days": 3650},
        {"escalation_priority": "urgent"},
        {"name": "  New   name "},
    ):
        settled(**good)
    for field, bad in (
        ("lease_minutes", (1, 481, -5, 0)),
        ("unseen_minutes", (0, 61)),
        ("retention_days", (0, 3651, -1)),
        ("escalation_priority", ("low", "")),
        ("name", ("", " ", "x" * 121)),
    ):
        for value in bad:
            with pytest.raises(Invalid) as refusal:
                settled(**{field: value})
            assert refusal.value.extra["field"] == field
    view = story.see(member_queries.account, cast.admin.actor)
    assert (view.name, view.lease_minutes, view.unseen_minutes) == ("New name", 480, 60)
    assert (view.escalation_priority, view.retention_days) == ("urgent", None)


def test_settings_are_for_admins_and_of_their_own_account(story, cast, settled, stranger):
    for by in (cast.technician, cast.senior):
        with pytest.raises(Forbidden):
            settled(by=by, name="Mine")
        with pytest.raises(Forbidden):
            story.see(member_queries.account, by.actor)
        with pytest.raises(Forbidden):
            story.do(start_export, by.actor)
    story.do(accounts.change_account, stranger, name="Theirs", **SETTINGS)
    assert story.see(member_queries.account, cast.admin.actor).name == "Inside"
    assert story.see(member_queries.account, stranger).name == "Theirs"


def test_a_claim_lasts_as_long_as_the_account_says(story, cast, settled, moving_clock):
    settled(lease_minutes=120)
    handoff = story.claimed()
    left = handoff.held_until - moving_clock.now()
    assert timedelta(minutes=119) < left <= timedelta(minutes=120)
    moving_clock.move_on(minutes=60)
    story.walk(handoff.session_id, YES, by=cast.senior)
    left = story.progress(handoff).handoff.held_until - moving_clock.now()
    assert timedelta(minutes=119) < left <= timedelta(minutes=120), "a step starts it anew"


async def test_an_email_follows_an_unopened_notice_when_the_account_says(
    story, cast, settled, moving_clock
):
    settled(unseen_minutes=10)
    story.comes_online(cast.senior)
    handoff = story.escalate()
    await Dispatcher(None).work()
    story.shows(handoff, cast.senior)
    assert story.told(handoff)["Senior"] == ("screen", "sent")

    def channels() -> set[str]:
        return {
            each.channel
            for each in story.deliveries(handoff)
            if each.recipient.id == cast.senior.actor.user_id
        }

    moving_clock.move_on(minutes=9)
    await Dispatcher(None).work()
    assert channels() == {"screen"}
    moving_clock.move_on(minutes=2)
    await Dispatcher(None).work()
    assert channels() == {"screen", "email"}


def test_an_escalation_has_the_accounts_priority_unless_it_says_its_own(story, settled):
    settled(escalation_priority="urgent")
    assert story.escalate(priority="").priority == "urgent"
    assert story.escalate(priority="normal").priority == "normal"


# --- retention


def completed(story, cast, *, escalated: bool = False):
    if escalated:
        handoff = story.claimed()
        senior = cast.senior.actor
        story.do(save_text, senior, handoff.session_id, name="note", text="Looked")
        story.walk(handoff.session_id, YES, by=cast.senior)
        story.do(holds.complete, cast.senior.actor, handoff.session_id, outcome="resolved")
        return handoff.session_id
    session_id = story.start()
    story.do(save_text, cast.technician.actor, session_id, name="note", text="Looked")
    story.walk(session_id, YES)
    story.do(holds.complete, cast.technician.actor, session_id, outcome="resolved")
    return session_id


HANG_ON = (
    SessionTurn,
    SessionStep,
    StepNote,
    Handoff,
    HandoffEvent,
    Delivery,
    OutboxEvent,
    LiveTopic,
)


async def test_retention_deletes_old_completed_sessions_with_all_that_hangs_on_them(
    story, cast, settled, moving_clock
):
    completed(story, cast)
    handoff = story.escalate()
    await Dispatcher(None).work()
    story.claim(handoff)
    story.do(holds.complete, cast.senior.actor, handoff.session_id, outcome="resolved")
    assert all(count(story, table) for table in HANG_ON)
    settled(retention_days=30)
    moving_clock.move_on(days=29)
    await retention.apply_retention()
    assert count(story, GuidedSession) == 2
    moving_clock.move_on(days=2)
    await retention.apply_retention()
    assert count(story, GuidedSession) == 0
    assert {table.__tablename__: count(story, table) for table in HANG_ON} == {
        table.__tablename__: 1 if table is LiveTopic else 0 for table in HANG_ON
    }, "of the live topics the inbox's stays"
    [line] = story.see(
        lambda db: list(
            db.execute(
                select(AuditEntry).where(AuditEntry.action == Action.RETENTION_APPLIED.value)
            ).scalars()
        )
    )
    assert (line.actor_name, line.actor_id, line.detail["sessions"]) == ("ResolutionFlow", None, 2)


async def test_retention_leaves_the_rest_alone(story, cast, settled, moving_clock, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    active, parked, open_one = story.start(), story.park(), story.escalate()
    claimed = story.claimed()
    for _ in range(5):
        completed(story, cast)
    moving_clock.move_on(days=10)
    young = completed(story, cast, escalated=True)
    settled(retention_days=5)
    await retention.apply_retention()
    left = story.see(lambda db: set(db.execute(select(GuidedSession.id)).scalars()))
    assert left == {active, parked.session_id, open_one.session_id, claimed.session_id, young}
    assert story.progress(claimed).handoff.status == "claimed"
    assert len(story.case(young).steps) == 1


async def test_without_retention_everything_is_kept_and_other_accounts_are_none_of_it(
    story, cast, moving_clock, stranger
):
    completed(story, cast)
    story.do(accounts.change_account, stranger, retention_days=1)
    moving_clock.move_on(days=4000)
    await retention.apply_retention()
    assert count(story, GuidedSession) == 1


# --- a full account


@pytest.fixture
async def full(story, cast, stranger):
    """Something from the inside account in every table, and a little from the other account."""
    admin, owner, technician = cast.admin.actor, cast.owner.actor, cast.technician.actor
    story.publish(small_tree("Cable", category="Network", tags=("cable",)))
    Author(story, cast.senior, cast.tree_id).sets(None, "title", "Still no sound")
    look = {"client": "a-tab-of-theirs", "step": "plugged"}
    story.do(author_service.look_at, cast.senior.actor, cast.tree_id, **look)
    Author(story, cast.outsider, cast.outside_tree_id).sets(None, "title", "Of the other")
    story.do(synonyms_service.add, cast.senior.actor, ["bridge", "foil"])
    story.comes_online(cast.senior)
    completed(story, cast, escalated=True)
    story.escalate()
    invited = story.do(invitation_service.invite, admin, email="new@example.com", role="viewer")
    story.do(link_service.ask_reset, cast.technician.email)
    token = story.do(settings_service.make_api_token, owner, name="Sync", scope="read")
    grant = story.do(login_service.start_login, technician.user_id, LoginKind.API)
    setup = story.do(second_factor_service.set_up, technician)
    story.change(cast.technician, totp_since=clock.utc_now())
    codes = story.do(second_factor_service.renew_codes, technician)
    await Dispatcher(None).work()
    link = story.see(lambda db: db.execute(select(MailLink)).scalar_one())
    story.do(invitation_service.invite, stranger, email="theirs@example.com", role="viewer")
    return {
        "secrets": [
            token.token,
            grant.secret,
            setup.secret,
            *codes,
            PASSWORD,
            cast.owner.cookie,
            link_service.token_of(link),
            story.see(lambda db: joining_service.token_of(db.get(Invitation, invited.id))),
        ],
    }


HASHES = ("password_hash", "totp_secret", "token_hash", "code_hash")


def hashes(story) -> set[str]:
    """Everything in the database that is derived from a secret."""
    found: set[str] = set()
    for table in SQLModel.metadata.tables.values():
        for name in HASHES:
            if name in table.c:
                query = select(table.c[name])
                found |= set(story.see(lambda db, query=query: db.execute(query).scalars().all()))
    return found - {""}


async def exported(account_id) -> tuple[dict[str, list], bytes]:
    content = b"".join([part async for part in account_zip(account_id)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    whole = b"\n".join(files.values())
    return {name.removesuffix(".json"): json.loads(data) for name, data in files.items()}, whole


async def test_the_export_has_everything_but_secrets_and_nothing_of_others(story, cast, full):
    account_id = cast.admin.actor.account_id
    tables, whole = await exported(account_id)
    wanted = {each.name for each in belongings.EVERYTHING if each.exported}
    assert tables.keys() == wanted | {"about"}
    assert [name for name in wanted if not tables[name]] == [], "every table has a row here"
    for each in belongings.EVERYTHING:
        if each.exported:
            mine = count(story, each.table, each.mine(account_id))
            assert len(tables[each.name]) == mine, each.name
    assert {row["email"] for row in tables["users"]} == {
        cast.person(name).email
        for name in ("technician", "second_technician", "senior", "second_senior", "admin", "owner")
    }
    kept = hashes(story)
    assert len(kept) > 10
    assert not [each for each in (*kept, *full["secrets"]) if each.encode() in whole]
    for theirs in (
        cast.outsider.actor.account_id,
        cast.outsider.actor.user_id,
        cast.outside_tree_id,
        "outsider@example.com",
        "theirs@example.com",
    ):
        assert str(theirs).encode() not in whole


async def test_the_export_reads_page_by_page_without_gaps(story, cast, full, monkeypatch):
    page = belongings.page
    account_id = cast.admin.actor.account_id
    whole, _ = await exported(account_id)
    monkeypatch.setattr(
        belongings,
        "page",
        lambda db, table, *args, **values: page(db, replace(table, at_once=2), *args, **values),
    )
    paged, _ = await exported(account_id)
    assert len(paged["users"]) == 6
    for name in whole.keys() - {"about"}:
        assert paged[name] == whole[name], name


async def test_an_empty_table_is_an_empty_list(story, cast):
    tables, _ = await exported(cast.outsider.actor.account_id)
    assert tables["handoffs"] == tables["sessions"] == []
    assert len(tables["account"]) == 1


def test_the_exports_name_is_safe_in_a_header():
    assert export_name('Müller & "Co"\r\nX: y/..').startswith("M-ller----Co---X--y-")
    assert export_name("///").startswith("account-")


# --- deletion


def test_deletion_is_asked_for_by_an_owner_who_types_the_name(story, cast):
    for by in (cast.technician, cast.senior, cast.admin):
        for verb, values in (
            (accounts.ask_deletion, {"name": "Inside"}),
            (accounts.cancel_deletion, {}),
        ):
            with pytest.raises(Forbidden):
                story.do(verb, by.actor, **values)
    for name in ("", "inside", "Inside.", "Outside"):
        with pytest.raises(Invalid) as refusal:
            story.do(accounts.ask_deletion, cast.owner.actor, name=name)
        assert refusal.value.extra["field"] == "name"
    assert story.see(member_queries.account, cast.owner.actor).delete_at is None
    story.do(accounts.ask_deletion, cast.owner.actor, name=" Inside ")
    with pytest.raises(Conflict, match="already"):
        story.do(accounts.ask_deletion, cast.owner.actor, name="Inside")


async def test_an_account_can_be_kept_for_fourteen_days(story, cast, moving_clock):
    owner = cast.owner.actor
    story.do(accounts.ask_deletion, owner, name="Inside")
    left = story.see(member_queries.account, owner).delete_at - moving_clock.now()
    assert timedelta(days=13, hours=23) < left <= timedelta(days=14)
    moving_clock.move_on(days=13, hours=23)
    await accounts.delete_due_accounts()
    assert count(story, Account) == 2
    story.do(accounts.cancel_deletion, owner)
    story.do(accounts.cancel_deletion, owner)  # twice is harmless
    moving_clock.move_on(days=30)
    await accounts.delete_due_accounts()
    assert count(story, Account) == 2
    assert story.do(accounts.purge, owner.account_id) is False


def rows(story) -> dict[str, set[str]]:
    """Every row of every table, as text."""

    def read(db) -> dict[str, set[str]]:
        return {
            name: {str(tuple(row)) for row in db.execute(select(*table.c))}
            for name, table in SQLModel.metadata.tables.items()
        }

    return story.see(read)


async def test_a_deleted_account_leaves_no_row_and_the_other_is_whole(
    story, cast, full, moving_clock, database
):
    account_id = cast.owner.actor.account_id

    def of_account(db) -> set[str]:
        return {
            str(tuple(row))
            for each in belongings.EVERYTHING
            for row in db.execute(select(*each.table.__table__.c).where(each.mine(account_id)))
        }

    mine = story.see(of_account)
    empty = [
        each.name
        for each in belongings.EVERYTHING
        if not count(story, each.table, each.mine(account_id))
    ]
    assert empty == [], "there is something to delete everywhere"
    before = rows(story)
    theirs = {str((str(DRAFT.of(cast.outside_tree_id)), 1))}
    story.do(accounts.ask_deletion, cast.owner.actor, name="Inside")
    moving_clock.move_on(days=15)
    await accounts.delete_due_accounts()
    after = rows(story)
    for name, kept in before.items():
        others = kept - mine if name != "live_topic" else theirs
        assert after[name] == others, name
    assert "Outside" in str(after["account"])
    assert story.see(actor_by_cookie_hash, cast.owner.cookie_hash) is None
    assert story.see(actor_by_cookie_hash, cast.outsider.cookie_hash) is not None
    with database.reading() as db:
        found = db.execute(text("SELECT count(*) FROM tree_search")).scalar_one()
    assert found == 1, "the other account's tree is found still"


def test_every_table_that_leads_to_an_account_is_said_to_belong_to_it():
    tables = SQLModel.metadata.tables
    leading, before = {"account"}, set()
    while leading != before:
        before = set(leading)
        for name, table in tables.items():
            if any(key.column.table.name in leading for key in table.foreign_keys):
                leading.add(name)
    said = [each.table.__tablename__ for each in belongings.EVERYTHING]
    assert sorted(said) == sorted(leading)
    assert tables.keys() - leading == {"kept_answer", "live_topic", "mail_status", "write_check"}
    order = {name: place for place, name in enumerate(said)}
    for name in said:
        for key in tables[name].foreign_keys:
            assert order[key.column.table.name] <= order[name], f"{name} is deleted too late"


def test_every_table_of_the_database_is_known(database):
    known = SQLModel.metadata.tables.keys() | {"alembic_version"}
    found = inspect(database.engine).get_table_names()
    assert {name for name in found if not name.startswith("tree_search")} == known


def test_hidden_columns_are_all_that_stand_for_secrets():
    for each in belongings.EVERYTHING:
        columns = each.table.__table__.c.keys()
        secret = {name for name in columns if name.endswith(("_hash", "_secret"))}
        if each.exported:
            assert secret <= each.hidden, each.name
    [users] = [each for each in belongings.EVERYTHING if each.table is User]
    assert {"password_hash", "totp_secret"} <= users.hidden
