"""The emails about sign-ins: invitations, links, and security notices."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session as DbSession

from rxapp.access.actor import Role
from rxapp.access.models import Account, Invitation, MailLink, User
from rxapp.core.clock import utc_now
from rxapp.notifications import registry
from rxapp.notifications.letters import Letter, paragraphs
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.notifications.views import Message, Recipient
from rxapp.sign_in import joining_service, link_service
from rxapp.sign_in.queries import invitation_status
from rxapp.sign_in.rules import InvitationStatus

_WARNINGS = {
    "password": ("Your password was changed", "The password of your sign-in was just changed."),
    "email": ("Your email address was changed", "Your sign-in now has another email address."),
    "api_token": (
        "API token made",
        "A long-lived token for another system was just made for your sign-in.",
    ),
    "reset_link": (
        "A link to set a new password was made for you",
        "{by} made a link that sets a new password for your sign-in, and hands it to you. It works"
        " once, for a day.",
    ),
    "second_factor_on": (
        "Second factor turned on",
        "Signing in now asks for a code from your authenticator app.",
    ),
    "second_factor_off": (
        "Second factor turned off",
        "Signing in no longer asks for a code from your authenticator app.",
    ),
}


_Recipient = Callable[[DbSession, OutboxEvent], Recipient | str]


_Write = Callable[[DbSession, OutboxEvent, str], Letter | str]


def register(*, base_url: str, mail_domain: str) -> None:
    """Register these emails; their links start with ``base_url``."""

    def notice(label: str, recipient: _Recipient, letter: _Write) -> registry.Notice:
        def recipients(db: DbSession, event: OutboxEvent) -> list[Recipient]:
            found = recipient(db, event)
            return [] if isinstance(found, str) else [found]

        def one(db: DbSession, event: OutboxEvent, _delivery: Delivery) -> Recipient | str:
            return recipient(db, event)

        def message(
            db: DbSession, event: OutboxEvent, delivery: Delivery, to: Recipient
        ) -> Message | str:
            written = letter(db, event, base_url)
            return written if isinstance(written, str) else written.to(to, delivery.id, mail_domain)

        return registry.Notice(
            recipients=recipients,
            recipient=one,
            message=message,
            changed=lambda _db, _account_id, _subject_ids: None,
            label=label,
            by_mail_only=True,
        )

    for kind, made in (
        (joining_service.INVITED, notice("Invitation", _invited, _invitation_letter)),
        (link_service.RESET, notice("Link to a new password", _of_link, _reset_letter)),
        (link_service.NEW_EMAIL, notice("Link to a new address", _of_link, _new_email_letter)),
        (link_service.WARNING, notice("Security notice", _warned, _warning_letter)),
    ):
        registry.register(kind, made)


def _invited(db: DbSession, event: OutboxEvent) -> Recipient | str:
    row = db.get(Invitation, event.subject_id)
    if row is None or invitation_status(row) is not InvitationStatus.OPEN:
        return "the invitation is no longer open"
    return Recipient(row.id, "", row.email)


def _invitation_letter(db: DbSession, event: OutboxEvent, base_url: str) -> Letter | str:
    row = db.get(Invitation, event.subject_id)
    assert row is not None
    account, inviter = db.get(Account, row.account_id), db.get(User, row.invited_by)
    assert account is not None and inviter is not None
    return Letter(
        f"{inviter.name} invites you to {account.name} on ResolutionFlow",
        paragraphs(
            f"{inviter.name} invites you to join {account.name} as {Role(row.role).label}.",
            "ResolutionFlow guides you through a fault and writes the ticket note as you go.",
        ),
        "Accept the invitation",
        f"{base_url}/join#{joining_service.token_of(row)}",
        "The link works once, for seven days. If you didn't expect this, ignore it.",
    )


def _of_link(db: DbSession, event: OutboxEvent) -> Recipient | str:
    row = db.get(MailLink, event.subject_id)
    if row is None or row.used_at is not None or row.expires_at <= utc_now():
        return "the link no longer works"
    user = db.get(User, row.user_id)
    if user is None or user.deleted_at is not None or not user.is_active:
        return "the recipient has left"
    return Recipient(user.id, user.name, row.email)


def _token(db: DbSession, subject_id: UUID) -> str:
    row = db.get(MailLink, subject_id)
    assert row is not None
    return link_service.token_of(row)


def _reset_letter(db: DbSession, event: OutboxEvent, base_url: str) -> Letter | str:
    return Letter(
        "Set a new password",
        paragraphs(
            "Somebody, probably you, asked to set a new password for your ResolutionFlow sign-in."
        ),
        "Set a new password",
        f"{base_url}/reset#{_token(db, event.subject_id)}",
        "The link works once, for 30 minutes. If it wasn't you, ignore this: nothing has changed.",
    )


def _new_email_letter(db: DbSession, event: OutboxEvent, base_url: str) -> Letter | str:
    return Letter(
        "Confirm your new email address",
        paragraphs("Confirm that this is the new address of your ResolutionFlow sign-in."),
        "Confirm this address",
        f"{base_url}/confirm-email#{_token(db, event.subject_id)}",
        "The link works once, for a day. If it wasn't you, ignore this: nothing changes.",
    )


def _warned(db: DbSession, event: OutboxEvent) -> Recipient | str:
    user = db.get(User, event.subject_id)
    if user is None:
        return "the recipient is gone"
    return Recipient(user.id, user.name, str(event.payload["email"]))


def _warning_letter(_db: DbSession, event: OutboxEvent, base_url: str) -> Letter | str:
    subject, line = _WARNINGS[event.payload["what"]]
    line = line.replace("{by}", event.payload.get("by") or "An admin of your account")
    advice = "If it wasn't you, set a new password now and tell an admin of your account."
    return Letter(subject, paragraphs(line, advice), "Set a new password", f"{base_url}/forgot")
