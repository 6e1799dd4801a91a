import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from rxapp.access.actor import Role
from rxapp.access.models import Invitation, User
from rxapp.access.tokens import token_hash
from rxapp.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from rxapp.members import invitation_service as invitations
from rxapp.members import queries as member_queries
from rxapp.notifications.channels.email import MailServer as Server
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.sign_in import joining_service
from rxapp.sign_in.service import add_user

NEW = "new.colleague@example.com"
LINK = re.compile(r"\S+/join#(\S+)")


@pytest.fixture
def dispatcher(mail_server) -> Dispatcher:
    return Dispatcher(Server.from_url(mail_server.url, "ResolutionFlow <flow@example.com>"))


def invite(story, by, email: str = NEW, role: str = "viewer") -> Invitation:
    return story.do(invitations.invite, by.actor, email=email, role=role)


def token_of(story, row: Invitation) -> str:
    return story.see(lambda db: joining_service.token_of(db.get(Invitation, row.id)))


def accept(story, token: str):
    return story.do(joining_service.accept, token, name="New Colleague", password_hash="x")


def status_of(story, cast, row: Invitation) -> str:
    every = story.see(member_queries.invitations, cast.admin.actor, every=True)
    return {each.id: each.status for each in every}[row.id]


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


async def test_the_mailed_link_leads_into_the_account(story, cast, dispatcher, mail_server):
    row = invite(story, cast.admin, " New.Colleague@Example.com ", "engineer")
    await dispatcher.work()
    await dispatcher.settle()
    [mail] = mail_server.to(NEW)
    assert mail["Subject"] == "Admin invites you to Inside on ResolutionFlow"
    token = LINK.search(text_of(mail))[1]
    assert token in mail.get_body(("html",)).get_content()
    invited = story.see(joining_service.read, token)
    assert (invited.email, invited.account_name) == (NEW, "Inside")
    assert (invited.role_label, invited.invited_by) == ("Senior", "Admin")
    actor = accept(story, token)
    assert (actor.account_id, actor.role) == (cast.admin.actor.account_id, Role.ENGINEER)
    joined = story.see(lambda db: db.get(User, actor.id))
    assert (joined.email, joined.role, joined.name) == (NEW, "engineer", "New Colleague")
    assert status_of(story, cast, row) == "accepted"
    assert story.see(member_queries.invitations, cast.admin.actor) == []


async def test_how_the_mail_stands_is_seen_in_the_list(story, cast, dispatcher, mail_server):
    mail_server.refuse[NEW] = "550 5.1.1 no such mailbox"
    invite(story, cast.admin)
    await dispatcher.work()
    await dispatcher.settle()
    [row] = story.see(member_queries.invitations, cast.admin.actor)
    assert row.email_status.startswith("dead")
    assert (row.status, row.invited_by, row.role_label) == ("open", "Admin", "Technician")


async def test_the_database_keeps_no_token_in_clear(story, cast, dispatcher, database):
    row = invite(story, cast.admin)
    token = token_of(story, row)
    await dispatcher.work()
    await dispatcher.settle()
    with database.reading() as db:
        tables = ("invitation", "outbox_event", "delivery", "audit_entry")
        kept = [str(db.execute(text(f"SELECT * FROM {name}")).all()) for name in tables]
    assert token_hash(token) in kept[0]
    assert all(rows != "[]" for rows in kept)
    assert not [rows for rows in kept if token in rows]


def test_an_address_is_invited_once(story, cast):
    invite(story, cast.admin)
    with pytest.raises(Conflict, match="already invited") as refusal:
        invite(story, cast.owner, NEW.upper())
    assert refusal.value.extra["field"] == "email"
    for member in (cast.senior, cast.outsider):
        with pytest.raises(Conflict, match="already in use"):
            invite(story, cast.admin, member.email)


def test_two_invitations_of_one_address_at_once_are_one(story, cast):
    together = threading.Barrier(2)

    def press(by) -> str:
        together.wait()
        try:
            invite(story, by)
        except DomainError as refusal:
            return type(refusal).__name__
        return "invited"

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(press, (cast.admin, cast.owner)))
    assert results == ["Conflict", "invited"]
    assert len(story.see(member_queries.invitations, cast.admin.actor, every=True)) == 1


def test_two_accounts_may_invite_the_same_address_and_the_first_to_be_accepted_wins(story, cast):
    stranger = story.hire(cast.outsider, Role.OWNER).actor
    ours = token_of(story, invite(story, cast.admin))
    theirs_row = story.do(invitations.invite, stranger, email=NEW, role="viewer")
    theirs = token_of(story, theirs_row)
    assert accept(story, theirs).account_id == stranger.account_id
    with pytest.raises(Conflict, match="already in use"):
        accept(story, ours)


def test_nobody_invites_above_their_own_role(story, cast):
    for by in (cast.technician, cast.senior):
        with pytest.raises(Forbidden, match="manage members"):
            invite(story, by)
    with pytest.raises(Forbidden, match="make or change an owner"):
        invite(story, cast.admin, role="owner")
    invite(story, cast.owner, role="owner")


def test_an_admin_leaves_an_invited_owner_alone(story, cast):
    row = invite(story, cast.owner, role="owner")
    for verb in (invitations.send_again, invitations.withdraw):
        with pytest.raises(Forbidden):
            story.do(verb, cast.admin.actor, row.id)
    assert status_of(story, cast, row) == "open"


def test_what_is_not_acceptable_is_named(story, cast):
    for field, values in (
        ("email", {"email": "nobody"}),
        ("email", {"email": "a@example.com\r\nBcc: b@example.com"}),
        ("role", {"role": "root"}),
    ):
        with pytest.raises(Invalid) as refusal:
            invite(story, cast.admin, **values)
        assert refusal.value.extra["field"] == field


async def test_sending_again_kills_the_link_before(story, cast, dispatcher, mail_server):
    row = invite(story, cast.admin)
    await dispatcher.work()
    await dispatcher.settle()
    story.do(invitations.send_again, cast.owner.actor, row.id)
    await dispatcher.work()
    await dispatcher.settle()
    first, second = (LINK.search(text_of(mail))[1] for mail in mail_server.to(NEW))
    with pytest.raises(NotFound):
        story.see(joining_service.read, first)
    with pytest.raises(NotFound):
        accept(story, first)
    assert accept(story, second).role == Role.VIEWER


def test_a_withdrawn_link_is_dead_and_the_address_free(story, cast):
    row = invite(story, cast.admin)
    token = token_of(story, row)
    story.do(invitations.withdraw, cast.admin.actor, row.id)
    with pytest.raises(NotFound):
        story.see(joining_service.read, token)
    with pytest.raises(NotFound):
        accept(story, token)
    for verb in (invitations.withdraw, invitations.send_again):
        with pytest.raises(Conflict, match="was withdrawn"):
            story.do(verb, cast.admin.actor, row.id)
    assert status_of(story, cast, row) == "withdrawn"
    invite(story, cast.admin)


async def test_a_mail_that_waits_is_not_sent_for_a_withdrawn_invitation(
    story, cast, dispatcher, mail_server
):
    row = invite(story, cast.admin)
    story.do(invitations.withdraw, cast.admin.actor, row.id)
    await dispatcher.work()
    await dispatcher.settle()
    assert mail_server.to(NEW) == []


def test_a_link_ends_after_seven_days_and_can_be_sent_again(story, cast, moving_clock):
    row = invite(story, cast.admin)
    token = token_of(story, row)
    moving_clock.move_on(days=6, hours=23)
    assert story.see(joining_service.read, token).email == NEW
    moving_clock.move_on(hours=2)
    with pytest.raises(NotFound):
        accept(story, token)
    assert status_of(story, cast, row) == "expired"
    story.do(invitations.send_again, cast.admin.actor, row.id)
    assert status_of(story, cast, row) == "open"
    moving_clock.move_on(days=6)
    assert accept(story, token_of(story, row)).role == Role.VIEWER


def test_an_expired_invitation_does_not_come_back_beside_a_newer_one(story, cast, moving_clock):
    old = invite(story, cast.admin)
    moving_clock.move_on(days=8)
    invite(story, cast.admin)
    with pytest.raises(Conflict, match="already invited"):
        story.do(invitations.send_again, cast.admin.actor, old.id)
    assert status_of(story, cast, old) == "expired"


def test_an_invitation_is_accepted_once(story, cast):
    row = invite(story, cast.admin)
    token = token_of(story, row)
    accept(story, token)
    with pytest.raises(NotFound):
        accept(story, token)
    for verb in (invitations.withdraw, invitations.send_again):
        with pytest.raises(Conflict, match="already been accepted"):
            story.do(verb, cast.admin.actor, row.id)


def test_of_two_who_accept_at_once_one_joins(story, cast):
    token = token_of(story, invite(story, cast.admin))
    together = threading.Barrier(2)

    def press(_: int) -> str:
        together.wait()
        try:
            accept(story, token)
        except DomainError as refusal:
            return type(refusal).__name__
        return "joined"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == ["NotFound", "joined"]


def test_an_address_that_was_taken_meanwhile_is_refused_and_the_link_stays(story, cast):
    row = invite(story, cast.admin)
    token = token_of(story, row)
    story.do(
        add_user,
        cast.outsider.actor.account_id,
        email=NEW,
        name="Quick",
        password_hash="x",
        role=Role.VIEWER,
    )
    with pytest.raises(Conflict, match="already in use"):
        accept(story, token)
    assert status_of(story, cast, row) == "open"
    with pytest.raises(Conflict, match="already in use"):
        story.do(invitations.send_again, cast.admin.actor, row.id)


def test_no_other_token_opens_it(story, cast):
    row = invite(story, cast.admin)
    for token in ("", "x", str(row.id), row.token_hash, token_of(story, row)[:-1]):
        with pytest.raises(NotFound):
            story.see(joining_service.read, token)
        with pytest.raises(NotFound):
            accept(story, token)


def test_to_an_outsider_there_is_no_such_invitation(story, cast):
    stranger = story.hire(cast.outsider, Role.OWNER).actor
    row = invite(story, cast.admin)
    for verb in (invitations.send_again, invitations.withdraw):
        with pytest.raises(NotFound):
            story.do(verb, stranger, row.id)
    assert story.see(member_queries.invitations, stranger, every=True) == []
    with pytest.raises(Forbidden):
        story.see(member_queries.invitations, cast.senior.actor)
    assert status_of(story, cast, row) == "open"
