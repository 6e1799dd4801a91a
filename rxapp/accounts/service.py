"""Writes about accounts: register, sign in, sign out, add a user."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Actor, Role
from rxapp.accounts.models import Account, Login, User
from rxapp.accounts.rules import LoginKind, clean_email, clean_name
from rxapp.accounts.tokens import ACCESS_LIFETIME, BROWSER_LIFETIME, random_token, token_hash
from rxapp.accounts.views import Grant
from rxapp.core.clock import utc_now
from rxapp.core.errors import Conflict

NewAccountHook = Callable[[DbSession, UUID], object]
_on_new_account: list[NewAccountHook] = []


def on_new_account(hook: NewAccountHook) -> None:
    """Call ``hook(db, account_id)`` in the transaction that creates an account."""
    if hook not in _on_new_account:
        _on_new_account.append(hook)


def create_account(db: DbSession, *, name: str) -> UUID:
    """Create an account and return its id.

    Raises:
        Invalid: if the name is empty or too long.
    """
    account = Account(name=clean_name(name, field="account_name"))
    db.add(account)
    db.flush()
    for hook in _on_new_account:
        hook(db, account.id)
    return account.id


def add_user(
    db: DbSession, account_id: UUID, *, email: str, name: str, password_hash: str, role: Role
) -> UUID:
    """Add a user to an account and return the user's id.

    Raises:
        Invalid: if the address or the name is not acceptable.
        Conflict: if the address is taken.
    """
    email = clean_email(email)
    taken = Conflict("This email address is already in use. Sign in instead.", field="email")
    if db.execute(select(User.id).where(User.email == email)).first():
        raise taken
    user = User(
        account_id=account_id,
        email=email,
        name=clean_name(name, field="name"),
        role=role.value,
        password_hash=password_hash,
    )
    db.add(user)
    try:
        db.flush()
    except IntegrityError:
        raise taken from None
    return user.id


def register(
    db: DbSession, *, account_name: str, email: str, name: str, password_hash: str
) -> Actor:
    """Create an account with its owner and return the owner, not signed in yet.

    Raises:
        Invalid, Conflict: as :func:`create_account` and :func:`add_user`.
    """
    account_id = create_account(db, name=account_name)
    user_id = add_user(
        db, account_id, email=email, name=name, password_hash=password_hash, role=Role.OWNER
    )
    return Actor(account_id, user_id, Role.OWNER, name, login_id=UUID(int=0))


def start_login(db: DbSession, user_id: UUID, kind: LoginKind) -> Grant:
    """Record a sign-in and return what its holder keeps.

    For a browser the secret is the cookie's value; an API login is named by its id alone.
    """
    secret = random_token()
    lifetime = BROWSER_LIFETIME if kind is LoginKind.BROWSER else ACCESS_LIFETIME
    login = Login(
        user_id=user_id,
        kind=kind.value,
        token_hash=token_hash(secret),
        expires_at=utc_now() + lifetime,
    )
    db.add(login)
    db.flush()
    return Grant(login.id, secret, login.expires_at)


def end_login(db: DbSession, cookie_hash: str) -> UUID | None:
    """End the browser's sign-in; ending an ended one is harmless. Returns whose it was."""
    return db.execute(
        update(Login)
        .where(Login.token_hash == cookie_hash, Login.revoked_at.is_(None))
        .values(revoked_at=utc_now())
        .returning(Login.user_id)
    ).scalar_one_or_none()
