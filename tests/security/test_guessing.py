"""Guesses at passwords and codes: how many there are, from where, and at once."""

import asyncio

import pyotp
import pytest

from rxapp.access.rules import LoginKind
from rxapp.core import db as core_db
from rxapp.core.errors import DomainError, Invalid, TooMany
from rxapp.core.limits import Limit
from rxapp.sign_in import attempt as sign_in
from rxapp.sign_in import limits, second_factor_service
from rxapp.sign_in.attempt import Attempt
from rxapp.sign_in.rules import network_of
from rxapp.sign_in.views import Place
from tests.support.cast import PASSWORD

ELSEWHERE = Place("198.51.100.7", "a test")


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
