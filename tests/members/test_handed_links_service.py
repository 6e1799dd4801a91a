"""Links that an admin hands over: to join, and to set a new password."""

import pytest
from sqlalchemy import select

from rxapp.access import queries
from rxapp.access.actor import Role
from rxapp.access.models import MailLink, User
from rxapp.audit.models import AuditEntry
from rxapp.core.errors import Conflict, Forbidden, NotFound
from rxapp.members import invitation_service
from rxapp.members import queries as member_queries
from rxapp.members import service as members
from rxapp.notifications.channels.email import MailServer as Server
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.sign_in import joining_service, link_service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SENDER = "ResolutionFlow <flow@example.com>"


def token_in(link: str) -> str:
    return link.partition("#")[2]


def make(story, by, person):
    return story.do(members.make_reset_link, by.actor, person.actor.user_id)


def works(story, link: str) -> bool:
    """Try the link; a valid one is used up."""
    try:
        story.do(link_service.reset_password, token_in(link), password_hash="new")
    except NotFound:
        return False
    return True


def newest_line(story) -> AuditEntry:
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
    return story.see(lambda db: db.execute(query).scalar_one())


def test_a_reset_link_works_once_and_is_in_the_audit_log(story, cast):
    made = make(story, cast.admin, cast.technician)
    assert (made.name, made.email) == ("Technician", cast.technician.email)
    line = newest_line(story)
    assert (line.action, line.actor_name, line.subject) == (
        "member.reset_link_made",
        "Admin",
        "Technician",
    )
    assert token_in(made.link) not in str(line)
    assert works(story, made.link)
    assert not works(story, made.link)
    assert story.see(queries.actor_by_cookie_hash, cast.technician.cookie_hash) is None
    assert newest_line(story).detail["by"] == "link of an admin"
    user = story.see(lambda db: db.get(User, cast.technician.actor.user_id))
    assert user.password_hash == "new"


def test_a_reset_link_ends_after_a_day_and_kills_those_before(story, cast, moving_clock):
    first, second = (make(story, cast.admin, cast.technician) for _ in range(2))
    assert not works(story, first.link)
    moving_clock.move_on(hours=24, seconds=1)
    assert not works(story, second.link)


@pytest.mark.parametrize(
    ("by", "whose", "refusal"),
    [
        ("senior", "technician", Forbidden),
        ("technician", "second_technician", Forbidden),
        ("admin", "owner", Forbidden),
        ("admin", "admin", Conflict),
        ("owner", "owner", Conflict),
        ("admin", "outsider", NotFound),
        ("outsider", "technician", Forbidden),
    ],
)
def test_a_reset_link_is_for_members_up_to_the_own_role(story, cast, by, whose, refusal):
    with pytest.raises(refusal):
        make(story, cast.person(by), cast.person(whose))
    assert story.see(lambda db: db.execute(select(MailLink)).first()) is None


def test_who_is_deactivated_gets_no_reset_link(story, cast):
    story.do(members.deactivate, cast.admin.actor, cast.technician.actor.user_id)
    with pytest.raises(Conflict, match="deactivated"):
        make(story, cast.admin, cast.technician)


def test_a_reset_link_dies_when_its_maker_or_its_user_changes(story, cast):
    owner, technician = cast.owner.actor, cast.technician.actor.user_id
    link = make(story, cast.admin, cast.technician).link
    story.do(members.change_role, owner, technician, role=Role.OWNER.value)
    assert not works(story, link), "or it would open an owner's sign-in to an admin"
    story.do(members.change_role, owner, technician, role=Role.VIEWER.value)

    link = make(story, cast.admin, cast.technician).link
    story.do(members.change_role, owner, cast.admin.actor.user_id, role=Role.ENGINEER.value)
    assert not works(story, link)
    story.do(members.change_role, owner, cast.admin.actor.user_id, role=Role.ADMIN.value)

    link = make(story, cast.admin, cast.technician).link
    story.do(members.deactivate, owner, cast.admin.actor.user_id)
    assert not works(story, link)


async def test_the_member_is_told_by_mail_who_made_the_link_and_not_the_link(
    story, cast, mail_server
):
    made = make(story, cast.admin, cast.technician)
    dispatcher = Dispatcher(Server.from_url(mail_server.url, SENDER))
    await dispatcher.work()
    await dispatcher.settle()
    [mail] = mail_server.to(cast.technician.email)
    assert mail["Subject"] == "A link to set a new password was made for you"
    text = mail.get_body(("plain",)).get_content()
    assert "Admin made a link that sets a new password" in text
    assert token_in(made.link) not in mail.as_string()


def invited(story, cast, **values):
    def work(db):
        made = invitation_service.invite(db, cast.admin.actor, **values)
        return invitation_service.with_link(db, cast.admin.actor, made)

    return story.do(work)


def test_the_inviter_gets_the_link_once_and_it_is_for_that_address(story, cast):
    made = invited(story, cast, email="new@example.com", role="viewer")
    assert story.see(joining_service.read, token_in(made.link)).email == "new@example.com"
    [listed] = story.see(member_queries.invitations, cast.admin.actor)
    assert listed.id == made.id
    assert not hasattr(listed, "link")

    def again(db):
        sent = invitation_service.send_again(db, cast.admin.actor, made.id)
        return invitation_service.with_link(db, cast.admin.actor, sent)

    second = story.do(again)
    assert second.link != made.link
    with pytest.raises(NotFound):
        story.see(joining_service.read, token_in(made.link))
    joined = story.do(joining_service.accept, token_in(second.link), name="New", password_hash="x")
    user = story.see(lambda db: db.get(User, joined.id))
    assert user.email == "new@example.com"
