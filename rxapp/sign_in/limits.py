"""How often one may sign in, register or request an email: per address and per account."""

from functools import cache

from rxapp.core.limits import Limit
from rxapp.settings import settings


@cache
def sign_in_by_address() -> Limit:
    """All attempts from one network address."""
    return Limit.of("sign-in by address", settings().limit_sign_in)


@cache
def failures_by_account() -> Limit:
    """Failed attempts as one user from one network address, so that nobody locks others out."""
    return Limit.of("failures by account and address", settings().limit_sign_in_failures)


@cache
def failures_from_everywhere() -> Limit:
    """Failed attempts as one user from anywhere: ten times as many."""
    rate = failures_by_account().rate
    return Limit("failures by account", type(rate)(rate.amount * 10, rate.multiples))


@cache
def register_by_address() -> Limit:
    """New accounts and accepted invitations from one network address."""
    return Limit.of("register by address", settings().limit_register)


@cache
def reset_by_account() -> Limit:
    """Emails with a link to one email address."""
    return Limit.of("reset by account", settings().limit_reset)


@cache
def reset_by_address() -> Limit:
    """Emails with a link requested from one network address: six times as many."""
    rate = reset_by_account().rate
    return Limit("reset by address", type(rate)(rate.amount * 6, rate.multiples))


@cache
def new_email_by_user() -> Limit:
    """Emails that one user has sent to a new address of theirs."""
    return Limit.of("new email by user", settings().limit_reset)


@cache
def invite_by_account() -> Limit:
    """Invitations of one account."""
    return Limit.of("invite by account", settings().limit_invite)
