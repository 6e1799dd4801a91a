"""Passwords: bcrypt over a SHA-256 pre-hash, off the event loop and only a few at once."""

import asyncio
import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor

import bcrypt

from rxapp.core.texts import prepared_password

ROUNDS = 12


CONCURRENT_HASHES = 2


NOBODY = "$2b$12$GSfg4AcBxeRoIrxniqU.P.XgAj.H7Lnj0v.vyKx7Y1hiTs8AiySW6"
"""A constant hash of nobody: computing one for the first unknown address would reveal that."""


_threads = ThreadPoolExecutor(CONCURRENT_HASHES, thread_name_prefix="bcrypt")


def _prehash(password: str) -> bytes:
    # bcrypt reads at most 72 bytes; the digest turns every password into 44.
    digest = hashlib.sha256(prepared_password(password).encode("utf-8", "replace")).digest()
    return base64.b64encode(digest)


def hash_password(password: str) -> str:
    """Return the bcrypt hash of ``password``. Takes about a quarter of a second."""
    return bcrypt.hashpw(_prehash(password), bcrypt.gensalt(ROUNDS)).decode()


def check_password(password: str, password_hash: str | None) -> bool:
    """Return whether ``password`` belongs to the hash.

    Without a hash (no such user) it takes as long as with one, and returns False.
    """
    matches = bcrypt.checkpw(_prehash(password), (password_hash or NOBODY).encode())
    return matches and password_hash is not None


async def hash_in_thread(password: str) -> str:
    """Like :func:`hash_password`, in its own thread pool."""
    return await asyncio.get_running_loop().run_in_executor(_threads, hash_password, password)


async def check_in_thread(password: str, password_hash: str | None) -> bool:
    """Like :func:`check_password`, in its own thread pool."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, check_password, password, password_hash)
