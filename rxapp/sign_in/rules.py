"""What is accepted as a name, an address, a password or a setting. Pure."""

import re
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import TypeVar

from rxapp.access.rules import EMAIL_LIMIT, NAME_LIMIT
from rxapp.core.addresses import NoAddressError, address_parts
from rxapp.core.errors import Invalid
from rxapp.core.texts import check_length, prepared_password, visible
from rxapp.core.zones import zone_named

Choice = TypeVar("Choice", bound=StrEnum)

PASSWORD_MIN = 12


PASSWORD_MAX = 256
PASSWORD_READ = 1_000
NAME_READ = 200
CHOICE_READ = 16
CODE_READ = 40
TOKEN_READ = 200
"""How much of an input is read: enough for the rules to say what is wrong with it."""

PASSWORD_LENGTH = f"{PASSWORD_MIN} to {PASSWORD_MAX} characters"
"""The API's description of a new password."""


_EMAIL = re.compile(
    r"[^@\s\x00-\x1f\x7f,;<>\"]+@[^@\s\x00-\x1f\x7f,;<>\"]+\.[^@\s.,;<>\"\x00-\x1f\x7f]+"
)


_HOST = re.compile(r"\[(?P<v6>[^]%]+)(%[^]]*)?\](:\d+)?|(?P<v4>[\d.]+)(:\d+)?")


class InvitationStatus(StrEnum):
    """The status of an invitation."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


RESET_LIFETIME = timedelta(minutes=30)


HANDED_RESET_LIFETIME = timedelta(hours=24)
"""Of a link that an admin hands over, by chat or phone, perhaps at the end of a shift."""


NEW_EMAIL_LIFETIME = timedelta(hours=24)


RECOVERY_CODES = 10


TOTP_SECONDS = 30


def network_of(address: str) -> str:
    """Return the key by which limits count an address.

    For IPv6 it is the /64 network, since any provider's customer has 2**64 addresses. A port that
    a proxy adds is left out, since it differs for each connection.
    """
    host = _HOST.fullmatch(address.strip())
    try:
        found = ip_address((host["v6"] or host["v4"]) if host else address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, 64), strict=False))


def clean_email(value: str) -> str:
    """Return the address, trimmed and in lower case, without invisible characters.

    Raises:
        Invalid: if it does not look like one.
    """
    typed = value.strip().lower()
    email = visible(typed).strip()
    is_one = len(typed) <= EMAIL_LIMIT and all(map(_EMAIL.fullmatch, (typed, email)))
    if not (is_one and _takes_mail(email)):
        raise Invalid("Give an email address like name@example.com.", field="email")
    return email


def _takes_mail(address: str) -> bool:
    try:
        return bool(address_parts(address))
    except NoAddressError:
        return False


def clean_name(value: str, *, field: str) -> str:
    """Return the name with single spaces, without invisible characters.

    Raises:
        Invalid: if it is empty or too long.
    """
    name = " ".join(visible(value).split())
    if not name:
        raise Invalid("This may not be empty.", field=field)
    return check_length(name, limit=NAME_LIMIT, field=field)


def check_new_password(value: str, email: str) -> str:
    """Return the password in the form that is compared.

    Raises:
        Invalid: if it is too short, too long, or the email address itself.
    """
    value = prepared_password(value)
    if len(value) < PASSWORD_MIN:
        raise Invalid(f"Use at least {PASSWORD_MIN} characters.", field="password")
    check_length(value, limit=PASSWORD_MAX, field="password")
    if value.strip().lower() == email:
        raise Invalid("Use something other than your email address.", field="password")
    return value


def clean_choice(value: str, known: type[Choice], *, field: str) -> Choice:
    """Return the member that the value names.

    Raises:
        Invalid: if it is none of ``known``.
    """
    try:
        return known(value)
    except ValueError:
        raise Invalid(f"Choose one of: {', '.join(known)}.", field=field) from None


def clean_number(value: int, bounds: tuple[int, int], *, field: str) -> int:
    """Return the number.

    Raises:
        Invalid: if it is out of bounds.
    """
    low, high = bounds
    if not low <= value <= high:
        raise Invalid(f"Give a number from {low} to {high}.", field=field)
    return value


def clean_time_zone(value: str) -> str:
    """Return the correct name of a time zone, or an empty string for the browser's.

    Raises:
        Invalid: if there is no such zone.
    """
    if not value.strip():
        return ""
    return clean_account_zone(value)


def clean_account_zone(value: str) -> str:
    """Return the correct name of a time zone.

    Raises:
        Invalid: if there is no such zone.
    """
    zone = zone_named(value)
    if zone is None:
        raise Invalid("Choose a time zone by its name, such as Europe/Berlin.", field="time_zone")
    return zone
