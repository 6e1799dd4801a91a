import csv
import io
import threading
from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from rxapp.access.actor import Role
from rxapp.access.models import Invitation, MailLink
from rxapp.access.rules import LoginKind
from rxapp.account import mail_service
from rxapp.account import retention_service as retention
from rxapp.account import service as accounts
from rxapp.account.archive import start_export
from rxapp.audit import queries
from rxapp.audit.models import AuditEntry
from rxapp.audit.rules import AREAS, Action, action_label, area_label
from rxapp.audit.service import record
from rxapp.core import clock
from rxapp.core.errors import Conflict, Forbidden, Invalid
from rxapp.core.ids import new_id
from rxapp.drafts.models import Draft
from rxapp.drafts.operations import Operation, SetField
from rxapp.drafts.service import operate
from rxapp.handoffs import service as handoffs
from rxapp.library import catalog_service as catalog
from rxapp.library import ownership_service as ownership
from rxapp.library import service as trees
from rxapp.library import shelf_service as shelf
from rxapp.library import starter_service as starters
from rxapp.library import synonyms_service
from rxapp.library.rules import Name
from rxapp.members import invitation_service as invitations
from rxapp.members import service as members
from rxapp.own_settings import service as own
from rxapp.sessions import hold_service as holds
from rxapp.sessions.export_service import export_note
from rxapp.sign_in import joining_service, link_service
from rxapp.sign_in import login_service as logins
from rxapp.sign_in import second_factor_service as factor
from rxapp.sign_in import service as registration
from rxapp.sign_in.queries import credentials
from rxapp.sign_in.views import Place
from rxapp.trees.models import Tree
from rxapp.trees.starters import shipped
from rxapp.versions import review_service as review
from rxapp.versions.going_back_service import discard, take
from tests.support.many_rows import dead_email
from tests.support.story import small_tree


def actions(story, *accounts_of) -> set[str]:
    query = select(AuditEntry.action)
    if accounts_of:
        query = query.where(AuditEntry.account_id.in_(accounts_of))
    return set(story.see(lambda db: list(db.execute(query).scalars())))


def newest(story) -> AuditEntry:
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
    return story.see(lambda db: db.execute(query).scalar_one())


def link_of(story, person) -> str:
    query = select(MailLink).where(MailLink.user_id == person.actor.user_id)
    rows = story.see(lambda db: list(db.execute(query.order_by(MailLink.id)).scalars()))
    return link_service.token_of(rows[-1])


def sign_ins(story, cast) -> None:
    who, place = story.see(credentials, cast.senior.email), Place("10.0.0.1")
    story.do(logins.record_failure, who, place, "password")
    grant = story.do(logins.sign_in, who, LoginKind.API, place)
    story.do(logins.refresh, grant.secret, place)
    story.do(logins.refresh, grant.secret, place)
    story.do(logins.end_by_cookie, cast.senior.cookie_hash, place)


def own_settings(story, cast) -> None:
    actor = cast.technician.actor
    story.do(own.rename, actor, name="Night shift")
    story.do(link_service.ask_reset, cast.technician.email)
    story.do(link_service.reset_password, link_of(story, cast.technician), password_hash="x")
    story.do(link_service.ask_new_email, actor, email="other@example.com")
    story.do(link_service.confirm_new_email, link_of(story, cast.technician))
    setup = story.do(factor.set_up, actor)
    code = pyotp.TOTP(setup.secret).at(clock.utc_now())
    codes = story.do(factor.turn_on, actor, code=code)
    story.do(factor.passes, actor.user_id, codes[0])
    story.do(factor.renew_codes, actor)
    story.do(factor.turn_off, actor)
    token = story.do(own.make_api_token, actor, name="Sync", scope="read")
    story.do(own.revoke_api_token, actor, token.id)


def member_changes(story, cast) -> None:
    admin, leaver = cast.admin.actor, cast.second_technician.actor.user_id
    rows = [
        story.do(invitations.invite, admin, email=f"new.{n}@example.com", role="viewer")
        for n in range(2)
    ]
    story.do(invitations.send_again, admin, rows[0].id)
    story.do(invitations.withdraw, admin, rows[1].id)
    token = story.see(lambda db: joining_service.token_of(db.get(Invitation, rows[0].id)))
    story.do(joining_service.accept, token, name="New", password_hash="x")
    story.do(members.change_role, admin, leaver, role="engineer")
    story.start(cast.second_technician)
    story.do(members.deactivate, admin, leaver)
    story.do(members.reactivate, admin, leaver)
    story.do(members.make_reset_link, admin, leaver)
    story.do(members.remove, admin, leaver)


def send_a_dead_mail_again(db, actor) -> None:
    mail_service.resend(db, actor, dead_email(db, actor))


def account_changes(story, cast) -> None:
    owner = cast.owner.actor
    story.do(
        registration.register,
        account_name="New",
        email="founder@example.com",
        name="Founder",
        password_hash="x",
    )
    story.do(send_a_dead_mail_again, owner)
    story.do(accounts.change_account, owner, retention_days=10, lease_minutes=20)
    story.do(start_export, owner)
    story.do(accounts.ask_deletion, owner, name="Inside")
    story.do(accounts.cancel_deletion, owner)


def tree_changes(story, cast) -> None:
    document = small_tree("New").document
    tree = story.do(trees.create, cast.senior.actor, title="New", document=document)
    story.do(trees.change, cast.senior.actor, tree.id, title="Newer")
    story.do(discard, cast.senior.actor, tree.id, client="audit-tab", operation_id=new_id())
    title = SetField(field="title", value="Newest")
    operation = Operation(id=new_id(), seen=0, change=title)
    story.do(operate, cast.senior.actor, tree.id, client="audit-tab", operations=[operation])
    senior = cast.senior.actor
    story.do(take, senior, tree.id, number=1, client="audit-tab", operation_id=new_id())
    story.do(ownership.assign, senior, tree.id, owner_id=cast.admin.actor.user_id, review_on=None)
    reviews(story, cast, tree.id)
    names(story, senior)
    synonyms(story, senior)
    starter_updates(story, senior, tree.id)
    story.do(shelf.archive, senior, tree.id)
    story.do(shelf.delete, cast.admin.actor, tree.id)
    story.do(shelf.restore, cast.admin.actor, tree.id)


def reviews(story, cast, tree_id) -> None:
    reviewed(story, cast, True)
    title = SetField(field="title", value="For review")
    seen = story.see(lambda db: db.get(Draft, tree_id).revision)
    operation = Operation(id=new_id(), seen=seen, change=title)
    story.do(operate, cast.senior.actor, tree_id, client="audit-tab", operations=[operation])
    story.do(review.ask_review, cast.senior.actor, tree_id)
    story.do(review.withdraw_review, cast.senior.actor, tree_id)
    reviewed(story, cast, False)


def reviewed(story, cast, is_reviewed: bool) -> None:
    values = {"retention_days": 10, "second_person_publishes": is_reviewed}
    story.do(accounts.change_account, cast.owner.actor, **values)


def synonyms(story, actor) -> None:
    group = story.do(synonyms_service.add, actor, ["till", "cash register"])
    story.do(synonyms_service.change, actor, group.id, ["till", "cash desk"])
    story.do(synonyms_service.remove, actor, group.id)


def starter_updates(story, actor, tree_id) -> None:
    key = next(iter(shipped()))
    values = {"starter": key, "starter_digest": "of an older release", "starter_taken": ""}
    operation = {"client": "audit-tab", "operation_id": new_id()}
    for act, options in ((starters.take, operation), (starters.skip, {})):
        story.do(lambda db: db.execute(update(Tree).where(Tree.id == tree_id).values(**values)))
        story.do(act, actor, tree_id, **options)


def names(story, actor) -> None:
    for title, word in (("First", "one"), ("Second", "two")):
        document = small_tree(title).document
        story.do(trees.create, actor, title=title, document=document, category=word, tags=[word])
    for kind in Name:
        story.do(catalog.rename, actor, kind, "one", to="three")
        story.do(catalog.merge, actor, kind, "three", into="two")


def cases(story, cast) -> None:
    handoff = story.claimed()
    story.do(export_note, cast.senior.actor, handoff.session_id, format_name="text")
    story.do(handoffs.hand_back, cast.senior.actor, handoff.id, reason="No time")
    done = story.start()
    story.do(holds.complete, cast.technician.actor, done, outcome="resolved")


def test_every_action_is_written_by_what_does_it(story, cast, moving_clock, sends_mail):
    for chapter in (own_settings, member_changes, account_changes, tree_changes, cases, sign_ins):
        chapter(story, cast)
    moving_clock.move_on(days=20)
    story.do(retention.delete_old_sessions, cast.owner.actor.account_id)
    assert actions(story) == {action.value for action in Action}


def test_a_line_says_who_did_what_to_what(story, cast):
    story.do(members.change_role, cast.admin.actor, cast.technician.actor.user_id, role="engineer")
    [line] = story.see(queries.lines, cast.admin.actor).items
    assert (line.actor, line.action, line.label) == ("Admin", "member.role_changed", "Role changed")
    assert (line.subject, line.subject_id) == (
        "Technician",
        str(cast.technician.actor.user_id),
    )
    assert line.detail == {"before": "viewer", "after": "engineer"}
    assert line.words == "viewer → engineer"
    assert line.at.utcoffset() == timedelta()


def test_every_action_has_words_and_an_area(story):
    labels = [action_label(action) for action in Action]
    assert len(set(labels)) == len(labels)
    assert all(label[:1].isupper() and "_" not in label for label in labels)
    assert {action.partition(".")[0] for action in Action} == set(AREAS)
    assert len({area_label(area) for area in AREAS}) == len(AREAS)
    assert max(len(action) for action in Action) <= 40


def test_what_is_rolled_back_leaves_no_line(story, cast):
    with pytest.raises(RuntimeError), story.database.transaction() as db:
        members.change_role(db, cast.admin.actor, cast.technician.actor.user_id, role="engineer")
        raise RuntimeError
    with pytest.raises(Conflict):
        story.do(members.change_role, cast.owner.actor, cast.owner.actor.user_id, role="admin")
    assert actions(story) == set()


def test_the_database_refuses_to_change_or_delete_a_line(story, cast, database):
    story.do(record, cast.admin.actor, Action.ACCOUNT_CHANGED, subject="x")
    for statement in (
        "UPDATE audit_entry SET subject = 'y'",
        "UPDATE audit_entry SET at = at",
        "DELETE FROM audit_entry",
    ):
        with pytest.raises(DBAPIError, match="audit lines never change"):
            story.do(lambda db, statement=statement: db.execute(text(statement)))
    assert newest(story).subject == "x"


def test_only_an_account_that_is_being_deleted_lets_go_of_its_lines(story, cast):
    for person in (cast.admin, cast.outsider):
        story.do(record, person.actor, Action.ACCOUNT_CHANGED, subject=person.actor.name)
    mine = {"mine": cast.admin.actor.account_id.hex}

    def delete_all(db) -> None:
        where = "id" if story.database.is_sqlite else "replace(id::text, '-', '')"
        db.execute(
            text(f"UPDATE account SET purged_at = '2026-01-01 00:00:00' WHERE {where} = :mine"),
            mine,
        )
        db.execute(text("DELETE FROM audit_entry"))

    with pytest.raises(DBAPIError, match="audit lines never change"):
        story.do(delete_all)
    assert len(actions(story)) == 1
    query = select(AuditEntry.subject)
    kept = set(story.see(lambda db: list(db.execute(query).scalars())))
    assert kept == {"Admin", "Outsider"}


@pytest.fixture
def log(story, cast, moving_clock):
    """Lines of two people, an hour apart."""
    for n in range(6):
        actor = (cast.admin if n % 2 else cast.owner).actor
        action = Action.TREE_MADE if n < 3 else Action.INVITED
        story.do(record, actor, action, subject=f"Line {n}")
        moving_clock.move_on(hours=1)


def subjects(story, cast, **filters) -> list[str]:
    page = story.see(queries.lines, cast.admin.actor, **filters)
    return [line.subject.removeprefix("Line ") for line in page.items]


def test_lines_are_filtered(story, cast, log, moving_clock):
    assert subjects(story, cast) == ["5", "4", "3", "2", "1", "0"]
    assert subjects(story, cast, area="tree") == ["2", "1", "0"]
    assert subjects(story, cast, area="member", actor_id=cast.owner.actor.user_id) == ["4"]
    assert subjects(story, cast, action="member.invited") == ["5", "4", "3"]
    assert subjects(story, cast, area="sign_in") == []
    half = moving_clock.now() - timedelta(hours=3, minutes=30)
    assert subjects(story, cast, since=half) == ["5", "4", "3"]
    assert subjects(story, cast, until=half) == ["2", "1", "0"]
    assert subjects(story, cast, since=half.replace(tzinfo=None)) == ["5", "4", "3"]
    assert subjects(story, cast, since=half, until=half) == []
    for filters in ({"area": "signXin"}, {"area": "%"}, {"action": "x"}, {"cursor": "x"}):
        with pytest.raises(Invalid):
            subjects(story, cast, **filters)
    assert subjects(story, cast, actor_id=uuid4()) == []


def test_pages_lead_through_everything_once(story, cast, log):
    for limit in (1, 2, 3, 4):
        seen, cursor = [], None
        for _ in range(10):
            page = story.see(
                queries.lines, cast.admin.actor, area="member", limit=limit, cursor=cursor
            )
            seen += [line.subject for line in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == ["Line 5", "Line 4", "Line 3"], limit


def test_the_log_is_for_admins_and_of_their_account_alone(story, cast, log):
    for by in (cast.technician, cast.senior):
        with pytest.raises(Forbidden):
            story.see(queries.lines, by.actor)
    stranger = story.hire(cast.outsider, Role.OWNER).actor
    assert story.see(queries.lines, stranger).items == []
    theirs = story.see(queries.lines, stranger, actor_id=cast.admin.actor.user_id)
    assert theirs.items == []


async def test_the_csv_has_every_line_and_no_formula(api, story, cast):
    evil = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", 'a "quote", and\nmore', "Plain")
    for subject in evil:
        story.do(record, cast.admin.actor, Action.TREE_MADE, subject=subject, before=subject)
    for n in range(200):
        story.do(record, cast.admin.actor, Action.INVITED, subject=f"Line {n}")
    client = await api(cast.admin)
    answer = await client.get("/audit/csv", params={"area": "tree"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert tuple(head) == queries.CSV_HEAD
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["subject"].replace("'", "") for row in cells] == list(reversed(evil))
    assert not [
        cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    ]
    assert cells[0]["subject"] == "Plain"
    assert {row["actor"] for row in cells} == {"Admin"}
    whole = (await client.get("/audit/csv", params={"area": "member"})).text
    subjects = [row[3] for row in csv.reader(io.StringIO(whole, newline=""))]
    assert subjects == ["subject", *(f"Line {n}" for n in reversed(range(200)))]
    everything = (await client.get("/audit/csv")).text
    assert everything.count("at,actor,action") == 1
    assert len(list(csv.reader(io.StringIO(everything, newline="")))) >= 209


async def test_over_rest_the_log_knows_the_address(api, cast):
    client = await api(cast.admin)
    page = (await client.get("/audit", params={"area": "sign_in"})).json()
    [line] = page["items"]
    assert (line["action"], line["address"]) == ("sign_in.succeeded", "127.0.0.1")
    assert line["detail"] == {"through": "api"}
    for by in (cast.technician, cast.senior):
        for path in ("/audit", "/audit/csv"):
            assert (await (await api(by)).get(path)).status_code == 403
    assert (await client.get("/audit", params={"since": "yesterday"})).status_code == 422
    far = await client.get("/audit", params={"since": "0001-01-01T00:00:00+23:00"})
    assert far.status_code == 422


def test_lines_written_at_once_are_all_there(story, cast):
    together = threading.Barrier(4)

    def write(n: int) -> None:
        together.wait()
        for m in range(5):
            story.do(record, cast.admin.actor, Action.TREE_MADE, subject=f"{n} {m}")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(story.see(queries.lines, cast.admin.actor, limit=100).items) == 20
