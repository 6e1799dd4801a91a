"""What is acceptable as a name, an email address and a password."""

import re
from enum import StrEnum

from rxapp.core.errors import Invalid

EMAIL_LIMIT = 254
NAME_LIMIT = 120
PASSWORD_MIN = 12
PASSWORD_MAX = 256

_EMAIL = re.compile(
    r"[^@\s\x00-\x1f\x7f,;<>\"]+@[^@\s\x00-\x1f\x7f,;<>\"]+\.[^@\s.,;<>\"\x00-\x1f\x7f]+"
)


class LoginKind(StrEnum):
    """Through which door a sign-in came."""

    BROWSER = "browser"
    API = "api"


def clean_email(value: str) -> str:
    """Return the address, trimmed and in lower case.

    Raises:
        Invalid: if it does not look like one.
    """
    email = value.strip().lower()
    if len(email) > EMAIL_LIMIT or not _EMAIL.fullmatch(email):
        raise Invalid("Give an email address like name@example.com.", field="email")
    return email


def clean_name(value: str, *, field: str) -> str:
    """Return the name with single spaces.

    Raises:
        Invalid: if it is empty or too long.
    """
    name = " ".join(value.replace("\x00", "").split())
    if not name:
        raise Invalid("This may not be empty.", field=field)
    if len(name) > NAME_LIMIT:
        raise Invalid(f"Use at most {NAME_LIMIT} characters.", field=field)
    return name


def check_new_password(value: str, email: str) -> str:
    """Return the password unchanged.

    Raises:
        Invalid: if it is too short, too long, or the email address itself.
    """
    if len(value) < PASSWORD_MIN:
        raise Invalid(f"Use at least {PASSWORD_MIN} characters.", field="password")
    if len(value) > PASSWORD_MAX:
        raise Invalid(f"Use at most {PASSWORD_MAX} characters.", field="password")
    if value.strip().lower() == email:
        raise Invalid("Use something other than your email address.", field="password")
    return value
