"""Attacks on members, invitations, emailed links, tokens, limits and the audit log.

What the raw socket and the routes let in is tested elsewhere; here somebody has a right, had one,
or knows a secret, and wants more than that.
"""

import asyncio
import csv
import io
import json
from collections.abc import Iterator

import httpx
import pyotp
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select, text, update

from rxapp.access.actor import Role
from rxapp.access.models import MailLink, User
from rxapp.access.rules import LoginKind, MailLinkKind
from rxapp.account import belongings
from rxapp.account.archive import account_zip
from rxapp.account.belongings import EVERYTHING
from rxapp.api.auth import SAFE_METHODS, _caller
from rxapp.audit.models import AuditEntry
from rxapp.core import db as core_db
from rxapp.core.db import Database
from rxapp.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, TooMany
from rxapp.core.limits import Limit
from rxapp.members import invitation_service
from rxapp.members import service as member_service
from rxapp.own_settings import service as settings_service
from rxapp.sign_in import attempt as sign_in
from rxapp.sign_in import (
    joining_service,
    limits,
    link_service,
    login_service,
    second_factor_service,
)
from rxapp.sign_in.attempt import Attempt
from rxapp.sign_in.rules import network_of
from rxapp.sign_in.views import Place
from rxapp.trees.models import Tree, TreeVersion
from rxapp.wiring import connect_features, routers
from tests.security.tabs import open_tab, settled
from tests.support.cast import PASSWORD, PASSWORD_HASH, Cast, Person, make_cast
from tests.support.net import eventually
from tests.support.server import Server

NEW_PASSWORD = "another test password"
ELSEWHERE = Place("198.51.100.7", "a test")


@pytest.fixture(autouse=True, scope="module")
def _composed() -> None:
    connect_features()


def link_to(database, person: Person, kind: MailLinkKind) -> str:
    """Return the token of the person's newest emailed link of that kind."""
    with database.reading() as db:
        query = select(MailLink).where(
            MailLink.user_id == person.actor.user_id, MailLink.kind == kind.value
        )
        return link_service.token_of(db.execute(query.order_by(MailLink.id)).scalars().all()[-1])


async def new_owner(database, cast: Cast, person: Person) -> Person:
    """Make the person an owner, and return them as they are read at the next event."""
    await core_db.run(
        member_service.change_role, cast.owner.actor, person.actor.user_id, role="owner"
    )
    actor = type(person.actor)(
        person.actor.account_id,
        person.actor.user_id,
        Role.OWNER,
        person.actor.name,
        person.actor.login_id,
    )
    return Person(actor, person.email, person.cookie)


def role_of(database, person: Person) -> str:
    with database.reading() as db:
        return db.execute(select(User.role).where(User.id == person.actor.user_id)).scalar_one()


# Mailed links


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


# Members and invitations


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


async def test_nobody_reaches_into_another_account(database, cast):
    invited = await core_db.run(
        invitation_service.invite, cast.owner.actor, email="x@example.net", role="viewer"
    )
    token = await core_db.run(
        settings_service.make_api_token, cast.owner.actor, name="t", scope="write"
    )
    with database.transaction() as db:
        db.execute(update(User).where(User.id == cast.outsider.actor.user_id).values(role="owner"))
    stranger = type(cast.outsider.actor)(
        cast.outsider.actor.account_id,
        cast.outsider.actor.user_id,
        Role.OWNER,
        "Outsider",
        cast.outsider.actor.login_id,
    )
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


# Limits


@pytest.fixture
def few_failures(monkeypatch) -> None:
    by_account = Limit.of("failures by account and address", "10/15minutes")
    monkeypatch.setattr(limits, "failures_by_account", lambda: by_account)
    everywhere = Limit.of("failures by account", "100/15minutes")
    monkeypatch.setattr(limits, "failures_from_everywhere", lambda: everywhere)


async def guess(email: str, password: str, place: Place = ELSEWHERE, code: str = "") -> object:
    try:
        return await sign_in.sign_in(Attempt(email, password, code), LoginKind.API, place)
    except DomainError as error:
        return error


async def test_guesses_made_at_once_are_not_more_than_one_after_the_other(cast, few_failures):
    """All pass the first look at the count, before any of them has been counted."""
    wrong = [guess(cast.technician.email, f"wrong password {n}") for n in range(40)]
    *refused, right = await asyncio.gather(*wrong, guess(cast.technician.email, PASSWORD))
    assert isinstance(right, TooMany)
    assert all(isinstance(each, DomainError) for each in refused)


async def test_codes_guessed_at_once_are_not_more_either(database, cast, few_failures):
    actor = cast.technician.actor
    made = await core_db.run(second_factor_service.set_up, actor)
    codes = await core_db.run(
        second_factor_service.turn_on, actor, code=pyotp.TOTP(made.secret).now()
    )
    email = cast.technician.email
    wrong = [guess(email, PASSWORD, code=f"aaaa-aaaa-aaaa-aa{n:02}") for n in range(40)]
    *_, right = await asyncio.gather(*wrong, guess(email, PASSWORD, code=codes[0]))
    assert isinstance(right, TooMany)


async def test_all_addresses_of_one_ipv6_network_share_their_count(cast, few_failures):
    """Else whoever has one network guesses on, and locks others out of their own accounts."""
    for n in range(10):
        await guess(cast.technician.email, "wrong password", Place(f"2001:db8:1:2::{n:x}"))
    again = await guess(cast.technician.email, "wrong password", Place("2001:db8:1:2:ffff::1"))
    assert isinstance(again, TooMany)
    owner = await guess(cast.technician.email, PASSWORD, Place("2001:db8:1:3::1"))
    assert not isinstance(owner, DomainError)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:51234", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:51234", "203.0.113.9"),
        ("2001:db8:0:1::2", "2001:db8:0:1::/64"),
        ("2001:DB8:0:1:0:0:0:3", "2001:db8:0:1::/64"),
        ("[2001:db8:0:1::4]:443", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", ""),
        ("999.1.1.1:80", "999.1.1.1:80"),
    ],
)
def test_an_address_counts_the_same_in_whatever_form(address, network):
    assert network_of(address) == network


async def test_odd_spellings_of_an_address_share_their_count(cast, few_failures):
    spellings = ("{}", " {}", "{} ", "\t{}\u3000", "\u2003{}")
    for n in range(10):
        spelled = spellings[n % len(spellings)].format(cast.technician.email.upper())
        await guess(spelled, "wrong password")
    assert isinstance(await guess(cast.technician.email, "wrong password"), TooMany)


async def test_who_knows_no_password_guesses_it_in_the_settings_no_oftener(cast, few_failures):
    actor = cast.technician.actor

    async def check(password: str) -> object:
        try:
            return await sign_in.check_own_password(actor, password)
        except DomainError as error:
            return error

    wrong = [check(f"wrong password {n}") for n in range(40)]
    *refused, right = await asyncio.gather(*wrong, check(PASSWORD))
    assert isinstance(right, TooMany)
    assert all(isinstance(each, Invalid | TooMany) for each in refused)


# Tokens


async def test_a_refresh_token_is_exchanged_once_however_many_try_at_once(database, cast):
    grant = await core_db.run(
        login_service.start_login, cast.technician.actor.user_id, LoginKind.API
    )
    results = await asyncio.gather(
        *(core_db.run(login_service.refresh, grant.secret, ELSEWHERE) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(getattr(each, "secret", None) is not None for each in results) == 1
    # Somebody else had it too, so whatever came of it is dead.
    [fresh] = [each for each in results if getattr(each, "secret", None) is not None]
    with pytest.raises(DomainError):
        await core_db.run(login_service.refresh, fresh.secret, ELSEWHERE)


async def test_a_recovery_code_works_once_however_many_use_it_at_once(database, cast):
    actor = cast.technician.actor
    made = await core_db.run(second_factor_service.set_up, actor)
    codes = await core_db.run(
        second_factor_service.turn_on, actor, code=pyotp.TOTP(made.secret).now()
    )
    for code in (codes[0], pyotp.TOTP(made.secret).now()):
        results = await asyncio.gather(
            *(core_db.run(second_factor_service.passes, actor.user_id, code) for _ in range(5))
        )
        assert sum(results) == (1 if code == codes[0] else 0)
    with pytest.raises(Conflict):
        await core_db.run(second_factor_service.set_up, actor)


PERSONAL = (
    "PUT /me",
    "PUT /me/password",
    "POST /me/tokens",
    "DELETE /me/tokens/{id}",
    "DELETE /me/logins/{id}",
    "POST /auth/logout",
    "GET /members",
    "PUT /members/{id}/role",
    "DELETE /members/{id}",
    "POST /invitations",
    "PUT /account",
    "GET /account/export",
    "POST /account/deletion",
)
CHANGES = (
    "POST /trees",
    "PUT /trees/{id}",
    "DELETE /trees/{id}",
    "POST /trees/{id}/restore",
    "POST /sessions",
    "PUT /sessions/{id}",
    "POST /handoffs/{id}/claim",
)


async def test_an_api_token_is_no_person_and_a_reading_one_changes_nothing(api, cast):
    owner, integration = await api(cast.owner), await api()
    for scope in ("read", "write"):
        made = await owner.post("/me/tokens", json={"name": "n", "scope": scope})
        bearer = {"Authorization": f"Bearer {made.json()['token']}"}
        refused = PERSONAL + (CHANGES if scope == "read" else ())
        for route in refused:
            method, path = route.format(id=cast.technician.actor.user_id).split(" ")
            answer = await integration.request(method, path, json={}, headers=bearer)
            assert answer.status_code == 403, (scope, route, answer.text)
        for path in ("/me", "/trees", f"/trees/{cast.tree_id}", "/trees/search?q=sound"):
            assert (await integration.get(path, headers=bearer)).status_code == 200
        foreign = await integration.get(f"/trees/{cast.outside_tree_id}", headers=bearer)
        assert foreign.status_code == 404
        revoked = await owner.delete(f"/me/tokens/{made.json()['id']}")
        assert revoked.status_code == 204
        for path in ("/me", "/trees", f"/trees/{cast.tree_id}", "/trees/search?q=sound"):
            assert (await integration.get(path, headers=bearer)).status_code == 401


def test_routes_that_read_who_asks_with_what_they_ask_for_change_nothing():
    """These do not look at a token's scope, so none of them may be one that writes."""
    found = [
        route
        for router in routers()
        for route in router.routes
        if isinstance(route, APIRoute)
        and any(each.call is _caller for each in route.dependant.dependencies)
    ]
    assert found
    assert all(route.methods <= set(SAFE_METHODS) for route in found)


async def test_an_answer_is_repeated_to_nobody_else(api, cast):
    """The same key and the same request of another person, or of nobody, are another request."""
    first, second, nobody = await api(cast.senior), await api(cast.second_senior), await api()
    key = {"Idempotency-Key": "the same"}
    body = {"name": "sync", "scope": "read"}
    mine = (await first.post("/me/tokens", json=body, headers=key)).json()
    theirs = (await second.post("/me/tokens", json=body, headers=key)).json()
    assert mine["token"] != theirs["token"]
    assert (await nobody.post("/me/tokens", json=body, headers=key)).status_code == 401
    person = {"email": "fresh@example.net", "password": NEW_PASSWORD}
    made = await nobody.post("/auth/register", json=person, headers=key)
    assert made.status_code == 201
    for guessed in ("wrong password 12", PASSWORD):
        again = await nobody.post(
            "/auth/register", json={**person, "password": guessed}, headers=key
        )
        assert again.status_code == 409
    # Who signed out and asks again gets what has ended.
    access = {"Authorization": f"Bearer {made.json()['access_token']}"}
    assert (await nobody.post("/auth/logout", headers=access)).status_code == 204
    repeated = await nobody.post("/auth/register", json=person, headers=key)
    access = {"Authorization": f"Bearer {repeated.json()['access_token']}"}
    assert (await nobody.get("/auth/me", headers=access)).status_code == 401


async def test_a_kept_answer_can_be_read_by_nobody_who_reads_the_database(database, api, cast):
    senior = await api(cast.senior)
    made = await senior.post(
        "/me/tokens", json={"name": "n", "scope": "write"}, headers={"Idempotency-Key": "k"}
    )
    secret = made.json()["token"]
    with database.reading() as db:
        for table in ("kept_answer", "api_token", "audit_entry", "outbox_event", "delivery"):
            rows = db.execute(text(f"SELECT * FROM {table}")).all()
            assert secret not in repr(rows), table


# The audit log, and what is said in errors and logs


async def test_who_takes_the_name_of_another_is_told_apart_in_the_audit_log(api, database, cast):
    await core_db.run(settings_service.rename, cast.senior.actor, name=cast.owner.actor.name)
    fake, owner = await api(cast.senior), await api(cast.owner)
    await fake.post("/me/tokens", json={"name": "n", "scope": "write"})
    await owner.post("/me/tokens", json={"name": "n", "scope": "write"})
    asked = {"action": "user.api_token_made"}
    lines = (await owner.get("/audit", params=asked)).json()["items"]
    assert len({line["actor"] for line in lines}) == 1
    ids = {str(cast.owner.actor.user_id), str(cast.senior.actor.user_id)}
    assert {line["actor_id"] for line in lines} == ids
    answer = await owner.get("/audit/csv", params=asked)
    assert {row["actor_id"] for row in csv.DictReader(io.StringIO(answer.text))} == ids


async def test_no_line_of_the_audit_log_changes_or_goes(database, cast):
    await core_db.run(settings_service.rename, cast.senior.actor, name="Somebody Else")
    for statement in (
        "UPDATE audit_entry SET actor_name = 'x'",
        "DELETE FROM audit_entry",
    ):
        with (
            pytest.raises(Exception, match="audit lines never change"),
            database.transaction() as db,
        ):
            db.execute(text(statement))
    with database.reading() as db:
        assert db.execute(select(AuditEntry.actor_name)).scalars().first() != "x"


async def test_an_error_of_the_database_repeats_no_values(database, cast):
    """It is logged with its traceback; the values may be hashes, addresses and notes."""
    with pytest.raises(Exception, match=r"(?i)unique") as caught, database.transaction() as db:
        taken = update(User).where(User.id == cast.senior.actor.user_id)
        db.execute(taken.values(email=cast.owner.email, password_hash="a secret hash"))
    assert "a secret hash" not in str(caught.value)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_moments_at_the_ends_of_the_calendar_are_no_fault(api, cast, moment):
    owner = await api(cast.owner)
    for path, name in (
        ("/audit", "since"),
        ("/audit", "until"),
        ("/audit/csv", "since"),
        ("/trees", "updated_since"),
        ("/sessions", "updated_since"),
    ):
        answer = await owner.get(path, params={name: moment})
        # Where UTC has no such day it is refused, as any moment that cannot be stored.
        assert answer.status_code in (200, 422), (path, name, answer.text)


@pytest.fixture
def posting_server(new_database, mail_server) -> Iterator[Server]:
    """A server that sends mail, with the cast in its database."""
    url = new_database("sqlite")
    database = Database(url)
    cast = make_cast(database)
    database.close()
    server = Server(database_url=url, SMTP_URL=mail_server.url, LIMIT_RESET="3/hour")
    server.cast = cast  # type: ignore[attr-defined]
    server.start()
    yield server
    server.stop()


SETTINGS = "rxapp.own_settings.state.SettingsState"
SECOND_FACTOR = "rxapp.own_settings.state.SecondFactorState"


async def test_no_secret_is_in_the_log(posting_server, mail_server):
    """Whoever reads the log must not be able to sign in as anybody."""
    cast, origin = posting_server.cast, {"Origin": posting_server.base}
    secrets = {"password": PASSWORD, "new password": NEW_PASSWORD, "cookie": cast.owner.cookie}
    owner = cast.owner
    async with httpx.AsyncClient(base_url=f"{posting_server.base}/api/v1", timeout=30) as api:
        body = {"email": owner.email, "password": PASSWORD}
        signed_in = (await api.post("/auth/login/json", json=body)).json()
        secrets |= {name: signed_in[name] for name in ("access_token", "refresh_token")}
        bearer = {"Authorization": f"Bearer {signed_in['access_token']}"}
        made = await api.post("/me/tokens", json={"name": "n", "scope": "write"}, headers=bearer)
        secrets["api token"] = made.json()["token"]
        refreshed = {"refresh_token": signed_in["refresh_token"]}
        secrets["refreshed"] = (await api.post("/auth/refresh", json=refreshed)).json()[
            "refresh_token"
        ]
        await api.post("/auth/refresh", json=refreshed)  # used again: reported
        await api.post("/auth/login/json", json={**body, "password": f"{PASSWORD}, nearly"})
        await api.get(f"/trees/{secrets['api token']}", headers={"Authorization": "Bearer x.y.z"})
        await api.post("/auth/login/json", content=f'{{"password": "{PASSWORD}"'.encode())
        await api.post("/auth/forgot", json={"email": owner.email})
        async with open_tab(posting_server, owner.cookie, "/settings") as tab:
            await tab.send(f"{SECOND_FACTOR}.set_up", form={"password": PASSWORD})
            await settled(tab)
            secret = tab.vars("SecondFactorState")["secret"].replace(" ", "")
            secrets |= {"second factor": secret, "code": pyotp.TOTP(secret).now()}
            await tab.send(f"{SECOND_FACTOR}.turn_on", form={"code": secrets["code"]})
            await settled(tab)
            for code in tab.vars("SecondFactorState")["codes"]:
                secrets[f"recovery {code}"] = code
            await tab.send(f"{SECOND_FACTOR}.turn_off", password=PASSWORD, form=[PASSWORD])
            await settled(tab)
        await asyncio.to_thread(eventually, lambda: mail_server.taken, what="the mail")
        [letter] = [each for each in mail_server.taken if "password" in each["Subject"]]
        text_part = letter.get_body(("plain",)).get_content()
        secrets["link"] = text_part.partition("#")[2].split()[0]
        reset = {"token": secrets["link"], "password": NEW_PASSWORD}
        assert (
            await api.post("/auth/browser/reset", json=reset, headers=origin)
        ).status_code == 204
        await api.post("/auth/browser/reset", json=reset, headers=origin)
        recovery = next(name for name in secrets if name.startswith("recovery"))
        body = {"email": owner.email, "password": NEW_PASSWORD, "code": secrets[recovery]}
        assert (await api.post("/auth/browser/login", json=body, headers=origin)).status_code == 204
    log = posting_server.log.read_text()
    # Six digits may stand in a log for anything, such as microseconds.
    assert [name for name, value in secrets.items() if name != "code" and value in log] == []
    assert "Traceback" not in log


async def test_nobody_has_mails_sent_to_strangers_without_end(posting_server, mail_server):
    """Each asks to make another address their own; the mails go to whoever has it."""
    async with open_tab(posting_server, posting_server.cast.technician.cookie, "/settings") as tab:
        for n in range(6):
            form = {"email": f"stranger{n}@example.net", "password": PASSWORD}
            await tab.send(f"{SETTINGS}.ask_new_email", form=form)
        await settled(tab)
        assert "Too many attempts" in tab.vars("GuardState")["notice"]
    strangers = [each for each in mail_server.taken if "stranger" in each["X-Rcpt"]]
    assert len(strangers) <= 3


# Exhaustion


async def test_an_export_holds_few_documents_at_a_time(database, cast, monkeypatch):
    """Anybody may have an account, fill it with large trees, and have them exported at once."""
    account_id = cast.owner.actor.account_id
    with database.transaction() as db:
        for n in range(30):
            tree = Tree(account_id=account_id, title=f"Large {n}")
            db.add(tree)
            db.flush()
            large = {"x": "y" * 300_000}
            db.add(
                TreeVersion(
                    account_id=account_id,
                    tree_id=tree.id,
                    number=1,
                    title=tree.title,
                    document=large,
                )
            )
    largest = 0
    page = belongings.page

    def measured(*args, **kwargs):
        nonlocal largest
        rows, after = page(*args, **kwargs)
        largest = max(largest, len(json.dumps(rows)))
        return rows, after

    monkeypatch.setattr(belongings, "page", measured)
    sent = b"".join([part async for part in account_zip(account_id)])
    assert len(sent) > 10_000
    assert largest < 2_000_000


def test_whatever_may_hold_a_secret_is_left_out_of_the_export():
    shown = {
        f"{each.name}.{column.name}"
        for each in EVERYTHING
        if each.exported
        for column in each.table.__table__.c
        if column.name not in each.hidden
    }
    assert not [
        name for name in shown if any(w in name for w in ("hash", "secret", "token_", "totp_last"))
    ]
