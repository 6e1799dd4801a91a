"""What an account owns: one list of tables, for both its export and its deletion.

A table comes after those that it refers to; deletion goes through the list backwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session as DbSession
from sqlmodel import SQLModel

from rxapp.access.models import (
    Account,
    ApiToken,
    Invitation,
    Login,
    MailLink,
    RecoveryCode,
    RefreshToken,
    User,
)
from rxapp.audit.models import AuditEntry
from rxapp.core.statements import table_of
from rxapp.drafts.models import Draft, DraftNode, DraftOperation
from rxapp.editor.models import DraftAuthor
from rxapp.handoffs.models import Handoff, HandoffEvent
from rxapp.live.models import Presence
from rxapp.notifications.models import Delivery, OutboxEvent
from rxapp.sessions.models import GuidedSession, SessionStep, SessionTurn, StepNote
from rxapp.trees.models import SearchSynonyms, SearchWord, Tree, TreeCategory, TreeTag, TreeVersion

Mine = Callable[[UUID], Any]


@dataclass(frozen=True, slots=True)
class Owned:
    """One table. ``mine(account_id)`` selects the rows; ``hidden`` columns are never exported.

    Pages of the export are sorted by the column ``key``, which is unique in the account. A page has
    ``at_once`` rows, all in memory at once: few for tables whose rows may have a megabyte each.
    """

    name: str
    table: type[SQLModel]
    mine: Callable[[UUID], ColumnElement[bool]]
    hidden: frozenset[str] = frozenset()
    exported: bool = True
    key: str = "id"
    at_once: int = 500


DOCUMENTS_AT_ONCE = 5
"""How many documents an export reads at a time; in memory, each takes up to ten megabytes."""

STEPS_AT_ONCE = 20
"""How many draft steps an export reads at a time; each may have about 70,000 characters."""

_SECRET = frozenset({"password_hash", "totp_secret", "totp_last", "token_hash", "code_hash"})


def _by_account(table: Any) -> Mine:
    return lambda account_id: table.account_id == account_id


def _account(account_id: UUID) -> Any:
    return Account.id == account_id


def _by_user(table: Any) -> Mine:
    def mine(account_id: UUID) -> Any:
        return table.user_id.in_(select(User.id).where(User.account_id == account_id))

    return mine


def _refresh_tokens(account_id: UUID) -> Any:
    logins = select(Login.id).join(User, User.id == Login.user_id)
    return RefreshToken.login_id.in_(logins.where(User.account_id == account_id))


def _by_session(table: Any) -> Mine:
    def mine(account_id: UUID) -> Any:
        sessions = select(GuidedSession.id).where(GuidedSession.account_id == account_id)
        return table.session_id.in_(sessions)

    return mine


def _events(account_id: UUID) -> Any:
    handoffs = select(Handoff.id).where(Handoff.account_id == account_id)
    return HandoffEvent.handoff_id.in_(handoffs)


EVERYTHING = (
    Owned("account", Account, _account),
    Owned("users", User, _by_account(User), hidden=_SECRET),
    Owned("sign_ins", Login, _by_user(Login), hidden=_SECRET),
    Owned("refresh_tokens", RefreshToken, _refresh_tokens, exported=False),
    Owned("api_tokens", ApiToken, _by_user(ApiToken), hidden=_SECRET),
    Owned("invitations", Invitation, _by_account(Invitation), hidden=_SECRET),
    Owned("mail_links", MailLink, _by_user(MailLink), exported=False),
    Owned("recovery_codes", RecoveryCode, _by_user(RecoveryCode), exported=False),
    Owned("presence", Presence, _by_user(Presence), exported=False),
    Owned("audit_log", AuditEntry, _by_account(AuditEntry)),
    Owned("trees", Tree, _by_account(Tree), at_once=DOCUMENTS_AT_ONCE),
    Owned("tree_tags", TreeTag, _by_account(TreeTag), exported=False),
    Owned("search_words", SearchWord, _by_account(SearchWord), exported=False, key="word"),
    Owned("search_synonyms", SearchSynonyms, _by_account(SearchSynonyms)),
    Owned("tree_categories", TreeCategory, _by_account(TreeCategory), key="name"),
    Owned("tree_versions", TreeVersion, _by_account(TreeVersion), at_once=DOCUMENTS_AT_ONCE),
    Owned("drafts", Draft, _by_account(Draft), key="tree_id"),
    Owned("draft_nodes", DraftNode, _by_account(DraftNode), at_once=STEPS_AT_ONCE),
    Owned(
        "draft_operations", DraftOperation, _by_account(DraftOperation), at_once=DOCUMENTS_AT_ONCE
    ),
    Owned("draft_authors", DraftAuthor, _by_account(DraftAuthor), exported=False),
    Owned("sessions", GuidedSession, _by_account(GuidedSession)),
    Owned("session_turns", SessionTurn, _by_session(SessionTurn)),
    Owned("session_steps", SessionStep, _by_session(SessionStep)),
    Owned("step_notes", StepNote, _by_session(StepNote)),
    Owned("handoffs", Handoff, _by_account(Handoff)),
    Owned("handoff_events", HandoffEvent, _events),
    Owned("outbox_events", OutboxEvent, _by_account(OutboxEvent), exported=False),
    Owned("deliveries", Delivery, _by_account(Delivery)),
)


def page(
    db: DbSession, owned: Owned, account_id: UUID, *, after: Any = None
) -> tuple[list[dict[str, Any]], Any]:
    """Return the next rows of an export as JSON values, and the key to continue after."""
    columns = table_of(owned.table).c
    key = columns[owned.key]
    query = select(*columns).where(owned.mine(account_id))
    if after is not None:
        query = query.where(key > after)
    rows = db.execute(query.order_by(key).limit(owned.at_once)).mappings().all()
    shown = [
        {name: _plain(value) for name, value in row.items() if name not in owned.hidden}
        for row in rows
    ]
    return shown, rows[-1][owned.key] if len(rows) == owned.at_once else None


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def delete_all(db: DbSession, account_id: UUID) -> None:
    """Delete every row that the account owns."""
    for owned in reversed(EVERYTHING):
        db.execute(
            delete(owned.table)
            .where(owned.mine(account_id))
            .execution_options(synchronize_session=False)
        )
