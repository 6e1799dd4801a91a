"""The email log: admins see which emails were given up and why, and send them again."""

import pytest
from sqlalchemy import select

from rxapp.access.actor import Actor, Role
from rxapp.account import mail_queries, mail_service
from rxapp.audit.models import AuditEntry
from rxapp.core.errors import Conflict, Forbidden, Invalid, NotFound
from rxapp.live.queries import revision_of
from rxapp.notifications import queries as notices
from rxapp.notifications.channels.email import MailServer as Server
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.notifications.registry import label_of
from rxapp.sessions.topics import SESSION
from tests.support.databases import counted
from tests.support.story import every_page

SENDER = "ResolutionFlow <flow@example.com>"
NO_MAILBOX = "550 5.1.1 no such mailbox"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _sends_mail(sends_mail) -> None:
    """Every test here has a mail server."""


@pytest.fixture
def dispatcher(mail_server) -> Dispatcher:
    return Dispatcher(Server.from_url(mail_server.url, SENDER))


async def work(dispatcher: Dispatcher) -> None:
    await dispatcher.work()
    await dispatcher.settle()


def log(story, person, **wanted):
    return story.see(mail_queries.mails, person.actor, label_of=label_of, **wanted)


def admin_elsewhere(story, cast) -> Actor:
    """Return an admin of another account."""
    return story.hire(cast.outsider, Role.ADMIN).actor


@pytest.fixture
async def given_up(story, cast, dispatcher, mail_server):
    """An escalation whose emails to two seniors are dead."""
    mail_server.refuse = dict.fromkeys((cast.senior.email, cast.admin.email), NO_MAILBOX)
    handoff = story.escalate()
    await work(dispatcher)
    mail_server.refuse.clear()
    return handoff


async def test_the_log_says_to_whom_about_what_and_why(story, cast, given_up):
    page = log(story, cast.admin)
    assert page.next_cursor is None
    assert {(each.recipient, each.address) for each in page.items} == {
        ("Senior", cast.senior.email),
        ("Admin", cast.admin.email),
    }
    for each in page.items:
        assert (each.about, each.status, each.detail) == ("Escalation", "dead", NO_MAILBOX)
        assert (each.attempts, each.sent_at, each.next_attempt_at) == (1, None, None)
        assert each.created_at and each.tried_at
    assert len(log(story, cast.admin, show="all").items) == 4
    first = log(story, cast.admin, show="all", limit=3)
    rest = log(story, cast.admin, show="all", limit=3, cursor=first.next_cursor)
    assert len({each.id for each in (*first.items, *rest.items)}) == 4
    found = story.see(mail_queries.mail_server, cast.admin.actor)
    assert (found.is_set_up, found.trouble, found.waiting, found.dead) == (True, "", 0, 2)
    assert found.last_sent_at


@ON_SQLITE
async def test_the_log_is_for_admins_and_of_their_account(story, cast, given_up):
    dead = log(story, cast.admin).items[0].id
    outside = admin_elsewhere(story, cast)
    assert story.see(mail_queries.mails, outside, label_of=label_of, show="all").items == []
    assert story.see(mail_queries.mail_server, outside).dead == 0
    with pytest.raises(NotFound):
        story.do(mail_service.resend, outside, dead)
    assert story.do(mail_service.resend_all, outside) == 0
    for person in (cast.senior, cast.technician):
        for query in (mail_queries.mail_server, notices.alarm):
            with pytest.raises(Forbidden):
                story.see(query, person.actor)
        with pytest.raises(Forbidden):
            log(story, person)
        for verb in (
            mail_service.resend_all,
            lambda db, actor: mail_service.resend(db, actor, dead),
        ):
            with pytest.raises(Forbidden):
                story.do(verb, person.actor)
    with pytest.raises(Invalid):
        log(story, cast.admin, show="everything")
    assert len(log(story, cast.admin).items) == 2


@ON_SQLITE
async def test_no_other_account_reads_whom_the_mail_server_refused(
    story, cast, dispatcher, mail_server
):
    emails = [getattr(cast, name).email for name in ("senior", "second_senior", "admin", "owner")]
    mail_server.refuse = {email: f"554 5.7.1 <{email}>: Relay access denied" for email in emails}
    story.escalate()
    await work(dispatcher)
    for each in log(story, cast.admin).items:
        assert each.detail == f"554 5.7.1 <{each.address}>: Relay access denied"
    found = story.see(mail_queries.mail_server, admin_elsewhere(story, cast))
    assert found.detail == "554 5.7.1 <(address)>: Relay access denied"


async def test_one_mail_is_sent_again_and_the_ledger_tells_the_truth(
    story, cast, dispatcher, mail_server, given_up
):
    [dead] = [each for each in log(story, cast.admin).items if each.recipient == "Senior"]
    story.do(mail_service.resend, cast.admin.actor, dead.id)
    assert story.told(given_up)["Senior"] == ("email", "pending")
    line = story.see(
        lambda db: db.execute(
            select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
        ).scalar_one()
    )
    assert (line.action, line.subject) == ("account.email_sent_again", cast.senior.email)
    with pytest.raises(Conflict):
        story.do(mail_service.resend, cast.admin.actor, dead.id)
    await work(dispatcher)
    assert story.told(given_up)["Senior"] == ("email", "sent")
    assert story.told(given_up)["Admin"] == ("email", "dead")
    assert len(mail_server.to(cast.senior.email)) == 1
    assert [each.recipient for each in log(story, cast.admin).items] == ["Admin"]


async def test_all_dead_mails_are_sent_again_at_once(
    story, cast, dispatcher, mail_server, given_up
):
    assert story.do(mail_service.resend_all, cast.owner.actor) == 2
    assert story.do(mail_service.resend_all, cast.owner.actor) == 0
    await work(dispatcher)
    assert set(story.told(given_up).values()) == {("email", "sent")}
    assert log(story, cast.admin).items == []


async def test_sending_all_again_takes_as_many_statements_for_many_as_for_few(
    story, cast, dispatcher, mail_server, database
):
    seniors = (cast.senior, cast.second_senior, cast.admin, cast.owner)
    counts = {}
    for cases in (2, 8):
        mail_server.refuse = {each.email: NO_MAILBOX for each in seniors}
        handoffs = []
        for _ in range(cases):
            handoffs.append(story.escalate())
            await work(dispatcher)
        mail_server.refuse.clear()
        topics = [SESSION.of(each.session_id) for each in handoffs]
        before = [story.see(revision_of, each) for each in topics]
        with counted(database) as sent:
            assert story.do(mail_service.resend_all, cast.admin.actor) == len(seniors) * cases
        counts[cases] = len(sent)
        after = [story.see(revision_of, each) for each in topics]
        assert after == [revision + 1 for revision in before], "every page learns of it once"
        for _ in range(cases):
            await work(dispatcher)
        assert log(story, cast.admin).items == []
    assert counts[2] == counts[8] <= 12, counts


@ON_SQLITE
async def test_without_a_mail_server_nothing_is_sent_again(story, cast, given_up, sends_mail):
    sends_mail(False)
    dead = log(story, cast.admin).items[0]
    with pytest.raises(Conflict, match="No mail server is set up"):
        story.do(mail_service.resend, cast.admin.actor, dead.id)
    with pytest.raises(Conflict, match="No mail server is set up"):
        story.do(mail_service.resend_all, cast.admin.actor)
    assert story.see(mail_queries.mail_server, cast.admin.actor).is_set_up is False


@ON_SQLITE
async def test_admins_are_alarmed_while_a_wrong_setting_holds_mails_up(
    story, cast, dispatcher, mail_server, moving_clock
):
    assert story.see(notices.alarm, cast.admin.actor) == ""
    mail_server.says["MAIL"] = "530 5.7.0 Authentication required"
    story.escalate()
    await work(dispatcher)
    assert "SMTP_URL" in story.see(notices.alarm, cast.admin.actor)
    found = story.see(mail_queries.mail_server, cast.admin.actor)
    assert (found.is_alarming, found.waiting, found.dead) == (True, 4, 0)
    assert found.detail == "530 5.7.0 Authentication required"
    assert [each.status for each in log(story, cast.admin).items] == ["failed"] * 4
    mail_server.says.clear()
    moving_clock.move_on(minutes=1)
    await work(dispatcher)
    assert story.see(notices.alarm, cast.admin.actor) == ""


@ON_SQLITE
async def test_the_same_over_the_api(api, story, cast, dispatcher, mail_server, given_up):
    admin = await api(cast.admin)
    assert (await admin.get("/account/mail-server")).json()["dead"] == 2
    items = await every_page(admin, "/account/emails", limit=1)
    assert [each["detail"] for each in items] == [NO_MAILBOX] * 2
    answer = await admin.post(f"/account/emails/{items[0]['id']}/resend")
    assert answer.status_code == 204
    answer = await admin.post(f"/account/emails/{items[0]['id']}/resend")
    assert answer.status_code == 409
    answer = await admin.post("/account/emails/resend")
    assert (answer.status_code, answer.json()) == (200, {"emails": 1})
    await work(dispatcher)
    assert (await admin.get("/account/emails")).json()["items"] == []
    assert len(await every_page(admin, "/account/emails", show="all", limit=2)) == 4


@ON_SQLITE
async def test_links_over_the_api_are_shown_once(api, cast):
    admin = await api(cast.admin)
    body = {"email": "new@example.com", "role": "viewer"}
    made = (await admin.post("/invitations", json=body)).json()
    assert "/join#" in made["link"]
    again = (await admin.post(f"/invitations/{made['id']}/resend")).json()
    assert "/join#" in again["link"] != made["link"]
    [listed] = (await admin.get("/invitations")).json()["items"]
    assert "link" not in listed

    path = f"/members/{cast.technician.actor.user_id}/reset-link"
    answer = await admin.post(path)
    assert answer.status_code == 201
    assert "/reset#" in answer.json()["link"]
    assert answer.json()["expires_at"]
    assert (await (await api(cast.senior)).post(path)).status_code == 403
    assert (
        await admin.post(f"/members/{cast.outsider.actor.user_id}/reset-link")
    ).status_code == 404


@ON_SQLITE
async def test_a_forgotten_password_says_over_the_api_that_no_mail_is_sent(
    api, cast, sends_mail, monkeypatch
):
    monkeypatch.setattr("rxapp.sign_in.attempt.RESET_SECONDS", 0.01)
    client = await api()
    for email in (cast.senior.email, "nobody@example.com"):
        sends_mail(False)
        answer = await client.post("/auth/forgot", json={"email": email})
        assert answer.status_code == 409
        assert "No mail server is set up here" in answer.json()["detail"]
        sends_mail(True)
        answer = await client.post("/auth/forgot", json={"email": email})
        assert answer.status_code == 202
