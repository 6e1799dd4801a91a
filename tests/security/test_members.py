"""Attacks by members and former members: what their rights, invitations and roles let them do."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from rxapp.access.actor import Role
from rxapp.access.models import User
from rxapp.core import db as core_db
from rxapp.core.errors import Forbidden, NotFound
from rxapp.members import invitation_service
from rxapp.members import service as member_service
from rxapp.own_settings import service as settings_service
from rxapp.sign_in import joining_service, login_service
from tests.support.cast import Cast, Person


async def new_owner(database, cast: Cast, person: Person) -> Person:
    """Make the person an owner, and return them as they are read at the next event."""
    await core_db.run(
        member_service.change_role, cast.owner.actor, person.actor.user_id, role="owner"
    )
    return replace(person, actor=replace(person.actor, role=Role.OWNER))


def role_of(database, person: Person) -> str:
    with database.reading() as db:
        return db.execute(select(User.role).where(User.id == person.actor.user_id)).scalar_one()


@pytest.mark.parametrize("how", ["demoted", "deactivated", "removed"])
async def test_no_invitation_outlives_the_right_to_give_it(database, cast, how):
    """An owner invites an address of their own; once they are out, it must not let them in."""
    leaver = await new_owner(database, cast, cast.second_senior)
    invited = await core_db.run(
        invitation_service.invite, leaver.actor, email="me.again@example.net", role="owner"
    )
    token = joining_service.token_of(invited)
    boss, leaver_id = cast.owner.actor, leaver.actor.user_id
    if how == "demoted":
        await core_db.run(member_service.change_role, boss, leaver_id, role="admin")
    elif how == "deactivated":
        await core_db.run(member_service.deactivate, boss, leaver_id)
    else:
        await core_db.run(member_service.remove, boss, leaver_id)

    with pytest.raises(NotFound):
        await core_db.run(joining_service.accept, token, name="Me", password_hash="x")


async def test_an_invitation_that_may_still_be_given_stays_open(database, cast):
    leaver = await new_owner(database, cast, cast.second_senior)
    invited = await core_db.run(
        invitation_service.invite, leaver.actor, email="colleague@example.net", role="viewer"
    )
    await core_db.run(
        member_service.change_role, cast.owner.actor, leaver.actor.user_id, role="admin"
    )
    token = joining_service.token_of(invited)
    joined = await core_db.run(joining_service.accept, token, name="Colleague", password_hash="x")
    assert joined.role == Role.VIEWER


async def test_who_sends_an_invitation_again_answers_for_it(database, cast):
    leaver = await new_owner(database, cast, cast.second_senior)
    made = await core_db.run(
        invitation_service.invite, leaver.actor, email="colleague@example.net", role="viewer"
    )
    sent = await core_db.run(invitation_service.send_again, cast.owner.actor, made.id)
    await core_db.run(member_service.remove, cast.owner.actor, leaver.actor.user_id)
    token = joining_service.token_of(sent)
    assert await core_db.run(joining_service.accept, token, name="C", password_hash="x")


async def test_a_change_that_waited_uses_no_right_that_was_lost_meanwhile(database, cast):
    """Read as an owner, demoted while the change waited: it must not make them one again."""
    stale = await new_owner(database, cast, cast.second_senior)
    await core_db.run(
        member_service.change_role, cast.owner.actor, stale.actor.user_id, role="viewer"
    )
    changes = (
        (member_service.change_role, stale.actor.user_id, {"role": "owner"}),
        (member_service.change_role, cast.technician.actor.user_id, {"role": "owner"}),
        (member_service.remove, cast.owner.actor.user_id, {}),
        (invitation_service.invite, None, {"email": "me@example.net", "role": "owner"}),
    )
    for verb, subject, values in changes:
        with pytest.raises(Forbidden):
            await core_db.run(verb, stale.actor, *([subject] if subject else []), **values)
    assert role_of(database, stale) == "viewer"
    assert role_of(database, cast.owner) == "owner"


async def test_two_owners_who_demote_each_other_at_once_leave_one(database, cast):
    other = await new_owner(database, cast, cast.second_senior)
    await asyncio.gather(
        core_db.run(
            member_service.change_role, cast.owner.actor, other.actor.user_id, role="viewer"
        ),
        core_db.run(
            member_service.change_role, other.actor, cast.owner.actor.user_id, role="viewer"
        ),
        return_exceptions=True,
    )
    assert sorted((role_of(database, other), role_of(database, cast.owner))) == ["owner", "viewer"]


async def test_an_admin_has_no_way_up(database, cast):
    admin, owner_id = cast.admin.actor, cast.owner.actor.user_id
    by_owner = await core_db.run(
        invitation_service.invite, cast.owner.actor, email="boss@example.net", role="owner"
    )
    attempts = (
        (member_service.change_role, (admin.user_id,), {"role": "owner"}),
        (member_service.change_role, (cast.senior.actor.user_id,), {"role": "owner"}),
        (member_service.change_role, (owner_id,), {"role": "viewer"}),
        (member_service.deactivate, (owner_id,), {}),
        (member_service.remove, (owner_id,), {"reassign_to": admin.user_id}),
        (member_service.reactivate, (owner_id,), {}),
        (invitation_service.invite, (), {"email": "x@example.net", "role": "owner"}),
        (invitation_service.send_again, (by_owner.id,), {}),
        (invitation_service.withdraw, (by_owner.id,), {}),
    )
    for verb, arguments, values in attempts:
        with pytest.raises(Forbidden):
            await core_db.run(verb, admin, *arguments, **values)
    assert role_of(database, cast.admin) == "admin"


async def test_nobody_reaches_into_another_account(cast, story):
    invited = await core_db.run(
        invitation_service.invite, cast.owner.actor, email="x@example.net", role="viewer"
    )
    token = await core_db.run(
        settings_service.make_api_token, cast.owner.actor, name="t", scope="write"
    )
    stranger = story.hire(cast.outsider, Role.OWNER).actor
    technician_id = cast.technician.actor.user_id
    for verb, arguments, values in (
        (member_service.held, (technician_id,), {}),
        (member_service.change_role, (technician_id,), {"role": "viewer"}),
        (member_service.deactivate, (technician_id,), {}),
        (member_service.remove, (technician_id,), {}),
        (member_service.reactivate, (technician_id,), {}),
        (
            member_service.remove,
            (cast.outside_technician.actor.user_id,),
            {"reassign_to": technician_id},
        ),
        (invitation_service.send_again, (invited.id,), {}),
        (invitation_service.withdraw, (invited.id,), {}),
        (settings_service.revoke_api_token, (token.id,), {}),
        (login_service.end_one, (cast.owner.actor.login_id,), {}),
    ):
        with pytest.raises(NotFound):
            await core_db.run(verb, stranger, *arguments, **values)
