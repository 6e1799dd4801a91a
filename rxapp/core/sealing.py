"""Sealing: short texts that the database keeps but only the server's key can read."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from rxapp.core.errors import DomainError


class CannotUnseal(DomainError):
    """The text was sealed under another key, or changed since."""

    status = 409

    def __init__(self) -> None:
        super().__init__("This was kept under another secret key and cannot be read any more.")


def derive(key: str, purpose: str) -> bytes:
    """Return 32 bytes that belong to the key and the purpose alone."""
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).digest()


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive(key, "sealing")))


def seal(text: str, key: str) -> str:
    """Return the text encrypted and signed under ``key``."""
    return _fernet(key).encrypt(text.encode()).decode()


def unseal(sealed: str, key: str) -> str:
    """Return the text that :func:`seal` was given.

    Raises:
        CannotUnseal: if it was sealed under another key, or changed.
    """
    try:
        return _fernet(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotUnseal from None
