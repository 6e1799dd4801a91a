"""Sealing: encrypts short texts for the database, so that only the server's key can read them."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from rxapp.core.errors import DomainError


class CannotUnseal(DomainError):
    """The text was sealed under another key or has been changed since."""

    status = 409

    def __init__(self) -> None:
        super().__init__("This was encrypted with another secret key and can no longer be read.")


def derive(key: str, purpose: str) -> bytes:
    """Return 32 bytes derived from the key, different for each purpose."""
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).digest()


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derive(key, "sealing")))


def seal(text: str, key: str) -> str:
    """Return the text encrypted and signed under ``key``."""
    return _fernet(key).encrypt(text.encode()).decode()


def unseal(sealed: str, key: str) -> str:
    """Return the text that :func:`seal` was given.

    Raises:
        CannotUnseal: if it was sealed under another key or has been changed.
    """
    try:
        return _fernet(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise CannotUnseal from None
