"""Email addresses: the part before the ``@``, the domain, and whether an email can go there."""

import re

import idna

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")


class NoAddressError(ValueError):
    """No email can be sent there; the message says why."""


def address_parts(address: str) -> tuple[str, str]:
    """Return the part before the ``@``, and the domain in the ASCII form that every server accepts.

    Raises:
        NoAddressError: if no email can be sent to the address.
    """
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            raise NoAddressError("the part after the @ is not a valid domain") from None
    if not (_LOCAL_PART.fullmatch(local) and local.isprintable() and _DOMAIN.fullmatch(domain)):
        raise NoAddressError("no email can be sent to this address")
    return local, domain
