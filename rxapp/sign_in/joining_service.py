"""What an invited person does: read the invitation, accept it."""

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from rxapp.access.models import Account, Invitation, User
from rxapp.access.tokens import mailed_token, token_hash
from rxapp.audit.rules import Action
from rxapp.core.clock import utc_now
from rxapp.core.errors import NotFound
from rxapp.settings import settings
from rxapp.sign_in.queries import invitation_status
from rxapp.sign_in.rules import InvitationStatus
from rxapp.sign_in.service import add_user, record_user
from rxapp.sign_in.views import Invited

INVITED = "account.invited"


_LOST = "invitation. If it was sent again, open the link in the newest email"


_CLOSED = {
    InvitationStatus.ACCEPTED: "invitation any more: it was used. Sign in with its address",
    InvitationStatus.WITHDRAWN: "invitation any more: it was withdrawn",
    InvitationStatus.EXPIRED: "invitation any more: it has expired. Ask for a new one",
}


def token_of(invitation: Invitation) -> str:
    """Return the token in the invitation's newest link."""
    key = settings().signing_key
    return mailed_token("invitation", invitation.id, invitation.generation, key)


def _by_token(db: DbSession, token: str) -> Invitation:
    """Return the invitation of a link; whoever has the link may know what happened to it."""
    query = select(Invitation).where(Invitation.token_hash == token_hash(token))
    invitation = db.execute(query.with_for_update()).scalar_one_or_none()
    if invitation is None:
        raise NotFound(_LOST)
    if closed := _CLOSED.get(invitation_status(invitation)):
        raise NotFound(closed)
    return invitation


def read(db: DbSession, token: str) -> Invited:
    """Return what the holder of the link is invited to.

    Raises:
        NotFound: if the link is not valid, or no longer.
    """
    invitation = _by_token(db, token)
    account = db.get(Account, invitation.account_id)
    inviter = db.get(User, invitation.invited_by)
    assert account is not None and inviter is not None
    return Invited(invitation.email, account.name, invitation.role.label, inviter.name)


def accept(db: DbSession, token: str, *, name: str, password_hash: str, address: str = "") -> User:
    """Join the account as the invited address and return the new user; the link is used up.

    Raises:
        NotFound: if the link is not valid, or no longer.
        Conflict: if a user has the address meanwhile.
        Invalid: if the name is not acceptable.
    """
    invitation = _by_token(db, token)
    role = invitation.role
    joined = add_user(
        db,
        invitation.account_id,
        email=invitation.email,
        name=name,
        password_hash=password_hash,
        role=role,
    )
    invitation.accepted_at = utc_now()
    db.flush()
    record_user(db, joined, Action.JOINED, address=address, subject_id=joined.id, role=role)
    return joined
