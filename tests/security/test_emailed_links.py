"""Attacks with links that came by email, or that somebody else has followed."""

import asyncio

import pytest
from sqlalchemy import select, update

from rxapp.access.models import MailLink, User
from rxapp.access.rules import MailLinkKind
from rxapp.core import db as core_db
from rxapp.core.errors import Conflict, NotFound
from rxapp.members import service as member_service
from rxapp.own_settings import service as settings_service
from rxapp.sign_in import link_service
from tests.support.cast import PASSWORD_HASH, Person


def link_to(database, person: Person, kind: MailLinkKind) -> str:
    """Return the token of the person's newest emailed link of that kind."""
    with database.reading() as db:
        query = select(MailLink).where(
            MailLink.user_id == person.actor.user_id, MailLink.kind == kind.value
        )
        return link_service.token_of(db.execute(query.order_by(MailLink.id)).scalars().all()[-1])


@pytest.mark.parametrize("how", ["mailed link", "own settings", "shut out and let in"])
async def test_a_thiefs_link_to_a_new_address_dies_with_the_password(database, cast, how):
    """Who had the password asked for an address of theirs; the change must shut them out."""
    victim = cast.technician
    await core_db.run(link_service.ask_new_email, victim.actor, email="thief@example.net")
    thiefs = link_to(database, victim, MailLinkKind.NEW_EMAIL)
    if how == "mailed link":
        await core_db.run(link_service.ask_reset, victim.email)
        token = link_to(database, victim, MailLinkKind.RESET)
        await core_db.run(link_service.reset_password, token, password_hash="x")
    elif how == "own settings":
        await core_db.run(
            settings_service.set_password,
            victim.actor,
            was=PASSWORD_HASH,
            password_hash="x",
            keep=None,
        )
    else:
        await core_db.run(member_service.deactivate, cast.owner.actor, victim.actor.user_id)
        await core_db.run(member_service.reactivate, cast.owner.actor, victim.actor.user_id)

    with pytest.raises(NotFound):
        await core_db.run(link_service.confirm_new_email, thiefs)
    with database.reading() as db:
        email = db.execute(select(User.email).where(User.id == victim.actor.user_id)).scalar_one()
    assert email == victim.email


async def test_a_reset_link_dies_when_the_password_is_changed_otherwise(database, cast):
    victim = cast.technician
    await core_db.run(link_service.ask_reset, victim.email)
    token = link_to(database, victim, MailLinkKind.RESET)
    await core_db.run(
        settings_service.set_password, victim.actor, was=PASSWORD_HASH, password_hash="x", keep=None
    )
    with pytest.raises(NotFound):
        await core_db.run(link_service.reset_password, token, password_hash="y")


async def test_one_link_sets_one_password_however_many_follow_it_at_once(database, cast):
    await core_db.run(link_service.ask_reset, cast.technician.email)
    token = link_to(database, cast.technician, MailLinkKind.RESET)
    results = await asyncio.gather(
        *(
            core_db.run(link_service.reset_password, token, password_hash=f"hash {n}")
            for n in range(6)
        ),
        return_exceptions=True,
    )
    assert sum(result is None for result in results) == 1
    assert all(result is None or isinstance(result, NotFound) for result in results)


async def test_an_address_that_is_taken_meanwhile_is_a_refusal_and_no_fault(
    database, cast, monkeypatch
):
    """Two people confirm at once: on PostgreSQL the second passes the look for it and fails."""
    actor = cast.technician.actor
    await core_db.run(link_service.ask_new_email, actor, email="wanted@example.net")
    token = link_to(database, cast.technician, MailLinkKind.NEW_EMAIL)
    with database.transaction() as db:
        taken = update(User).where(User.id == cast.senior.actor.user_id)
        db.execute(taken.values(email="wanted@example.net"))
    monkeypatch.setattr(link_service, "check_address_is_free", lambda *_: None)
    with pytest.raises(Conflict):
        await core_db.run(link_service.confirm_new_email, token)
