"""Changing a person's own password."""

from rxapp.access.actor import Actor
from rxapp.core import db as database
from rxapp.own_settings import service
from rxapp.sign_in.attempt import check_own_password
from rxapp.sign_in.passwords import hash_in_thread
from rxapp.sign_in.rules import check_new_password


async def change_password(actor: Actor, old: str, new: str, *, keep_login: bool) -> None:
    """Change the actor's own password; every other sign-in ends, and this one too unless kept.

    Raises:
        Invalid: if the old one is wrong or the new one is not acceptable.
        TooMany: after too many attempts.
    """
    found = await check_own_password(actor, old)
    password_hash = await hash_in_thread(check_new_password(new, found.email))
    await database.run(
        service.set_password,
        actor,
        was=found.password_hash,
        password_hash=password_hash,
        keep=actor.login_id if keep_login else None,
    )
