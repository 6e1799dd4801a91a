"""The first tables: accounts, audit log, trees, sessions, handoffs, notices, presence."""

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    "account",
    "kept_answer",
    "live_topic",
    "mail_status",
    "write_check",
    "audit_entry",
    "outbox_event",
    "tree_category",
    "search_word",
    "search_synonyms",
    "user",
    "tree",
    "api_token",
    "delivery",
    "invitation",
    "login",
    "mail_link",
    "presence",
    "recovery_code",
    "tree_tag",
    "tree_version",
    "draft",
    "draft_node",
    "draft_operation",
    "draft_author",
    "guided_session",
    "refresh_token",
    "handoff",
    "session_turn",
    "session_step",
    "step_note",
    "handoff_event",
    "tree_search",
]


SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE tree_search USING fts5("
    "tree_id UNINDEXED, head, body, tokenize='ascii', prefix='2 3 4', detail=none)"
)
POSTGRESQL_SEARCH = (
    "CREATE TABLE tree_search ("
    "tree_id uuid PRIMARY KEY REFERENCES tree (id) ON DELETE CASCADE,"
    " account_id uuid NOT NULL, words tsvector NOT NULL)"
)
POSTGRESQL_SEARCH_INDEXES = (
    "CREATE INDEX ix_tree_search_words ON tree_search USING gin (words)",
    "CREATE INDEX ix_tree_search_account_id ON tree_search (account_id)",
)

UNCHANGING = {
    "sqlite": (
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN"
        " SELECT RAISE(ABORT, 'audit lines never change'); END",
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry"
        " WHEN (SELECT purged_at FROM account WHERE id = OLD.account_id) IS NULL BEGIN"
        " SELECT RAISE(ABORT, 'audit lines never change'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_entry_unchanging() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'DELETE' AND"
        " (SELECT purged_at FROM account WHERE id = OLD.account_id) IS NOT NULL"
        " THEN RETURN OLD; END IF;"
        " RAISE EXCEPTION 'audit lines never change'; END $$",
        "CREATE TRIGGER audit_entry_unchanging BEFORE UPDATE OR DELETE ON audit_entry"
        " FOR EACH ROW EXECUTE FUNCTION audit_entry_unchanging()",
    ),
}
"""Triggers that protect audit lines; only the deletion of an account removes them."""


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("escalation_priority", sa.String(length=16), nullable=False),
        sa.Column("lease_minutes", sa.Integer(), nullable=False),
        sa.Column("unseen_minutes", sa.Integer(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("second_person_publishes", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delete_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "kept_answer",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answer")),
    )
    op.create_index(op.f("ix_kept_answer_created_at"), "kept_answer", ["created_at"], unique=False)
    op.create_table(
        "live_topic",
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_live_topic")),
    )
    op.create_table(
        "mail_status",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(length=16), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_status")),
    )
    op.create_table(
        "write_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_check")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=254), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=254), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_audit_entry_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_account", "audit_entry", ["account_id", "id"], unique=False)
    op.create_index(
        "ix_audit_entry_actor", "audit_entry", ["account_id", "actor_id", "id"], unique=False
    )
    op.create_table(
        "outbox_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_outbox_event_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_event")),
    )
    op.create_index(
        "ix_outbox_event_due", "outbox_event", ["processed_at", "next_attempt_at"], unique=False
    )
    op.create_table(
        "tree_category",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("trees", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_tree_category_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_tree_category")),
    )
    op.create_table(
        "search_word",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "word",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("trees", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_search_word_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "word", name=op.f("pk_search_word")),
    )
    op.create_table(
        "search_synonyms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_search_synonyms_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_synonyms")),
    )
    op.create_index(
        op.f("ix_search_synonyms_account_id"), "search_synonyms", ["account_id"], unique=False
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=100), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(length=300), nullable=False),
        sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last", sa.Integer(), nullable=False),
        sa.Column("email_on_escalation", sa.Boolean(), nullable=False),
        sa.Column("email_on_return", sa.Boolean(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_user_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
    )
    op.create_index("ix_user_account_name", "user", ["account_id", "name", "id"], unique=False)
    op.create_index(
        "uq_user_email",
        "user",
        ["email"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "tree",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("node_count", sa.Integer(), nullable=False),
        sa.Column("has_changes", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("starter", sa.String(length=64), nullable=False),
        sa.Column("starter_digest", sa.String(length=32), nullable=False),
        sa.Column("starter_taken", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_tree_account_id_account")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_tree_owner_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tree")),
    )
    op.create_index(
        "ix_tree_changed",
        "tree",
        ["account_id", "title", "id"],
        unique=False,
        sqlite_where=sa.text("has_changes IS 1"),
        postgresql_where=sa.text("has_changes IS true"),
    )
    op.create_index(
        "ix_tree_library", "tree", ["account_id", "status", "title", "id"], unique=False
    )
    op.create_index(
        "ix_tree_owner", "tree", ["account_id", "owner_id", "title", "id"], unique=False
    )
    op.create_index(
        "ix_tree_review",
        "tree",
        ["account_id", "review_on"],
        unique=False,
        sqlite_where=sa.text("review_on IS NOT NULL"),
        postgresql_where=sa.text("review_on IS NOT NULL"),
    )
    op.create_index("ix_tree_updated", "tree", ["account_id", "updated_at"], unique=False)
    op.create_index(
        "uq_tree_account_title",
        "tree",
        ["account_id", "title"],
        unique=True,
        sqlite_where=sa.text("status != 'deleted'"),
        postgresql_where=sa.text("status != 'deleted'"),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_api_token_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=16), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_delivery_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["outbox_event.id"], name=op.f("fk_delivery_event_id_outbox_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "event_id",
            "recipient_id",
            "channel",
            name=op.f("uq_delivery_event_id_recipient_id_channel"),
        ),
    )
    op.create_index("ix_delivery_due", "delivery", ["next_attempt_at", "status"], unique=False)
    op.create_index(
        "ix_delivery_mail",
        "delivery",
        ["account_id", "id"],
        unique=False,
        sqlite_where=sa.text("channel = 'email'"),
        postgresql_where=sa.text("channel = 'email'"),
    )
    op.create_index("ix_delivery_subject_id", "delivery", ["subject_id"], unique=False)
    op.create_index(
        "ix_delivery_undelivered",
        "delivery",
        ["account_id", "id"],
        unique=False,
        sqlite_where=sa.text("channel = 'email' AND status IN ('dead', 'failed')"),
        postgresql_where=sa.text("channel = 'email' AND status IN ('dead', 'failed')"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_invitation_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["user.id"], name=op.f("fk_invitation_invited_by_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index("ix_invitation_account", "invitation", ["account_id", "id"], unique=False)
    op.create_table(
        "login",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_login_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_token_hash")),
    )
    op.create_index(op.f("ix_login_user_id"), "login", ["user_id"], unique=False)
    op.create_table(
        "mail_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_mail_link_made_by_user")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_mail_link_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mail_link_token_hash")),
    )
    op.create_index(op.f("ix_mail_link_user_id"), "mail_link", ["user_id"], unique=False)
    op.create_table(
        "presence",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_presence_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", "process_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "tree_tag",
        sa.Column("tree_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_tree_tag_account_id_account")
        ),
        sa.ForeignKeyConstraint(["tree_id"], ["tree.id"], name=op.f("fk_tree_tag_tree_id_tree")),
        sa.PrimaryKeyConstraint("tree_id", "tag", name=op.f("pk_tree_tag")),
    )
    op.create_index(
        "ix_tree_tag_account", "tree_tag", ["account_id", "tag", "tree_id"], unique=False
    )
    op.create_table(
        "tree_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("tree_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("node_count", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_tree_version_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user.id"], name=op.f("fk_tree_version_published_by_user")
        ),
        sa.ForeignKeyConstraint(
            ["tree_id"], ["tree.id"], name=op.f("fk_tree_version_tree_id_tree")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tree_version")),
        sa.UniqueConstraint("tree_id", "number", name=op.f("uq_tree_version_tree_id_number")),
    )
    op.create_index(
        op.f("ix_tree_version_account_id"), "tree_version", ["account_id"], unique=False
    )
    op.create_table(
        "draft",
        sa.Column("tree_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("is_changed", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("start", sa.String(length=64), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("visits", sa.JSON(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("review_by", sa.Uuid(), nullable=True),
        sa.Column("review_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.String(length=1000), nullable=False),
        sa.Column("node_count", sa.Integer(), nullable=False),
        sa.Column("next_place", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_account_id_account")
        ),
        sa.ForeignKeyConstraint(["tree_id"], ["tree.id"], name=op.f("fk_draft_tree_id_tree")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["tree_version.id"], name=op.f("fk_draft_version_id_tree_version")
        ),
        sa.ForeignKeyConstraint(["review_by"], ["user.id"], name=op.f("fk_draft_review_by_user")),
        sa.PrimaryKeyConstraint("tree_id", name=op.f("pk_draft")),
    )
    op.create_index(op.f("ix_draft_account_id"), "draft", ["account_id"], unique=False)
    op.create_table(
        "draft_node",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("tree_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=True),
        sa.Column("y", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_node_account_id_account")
        ),
        sa.ForeignKeyConstraint(["tree_id"], ["tree.id"], name=op.f("fk_draft_node_tree_id_tree")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_node")),
        sa.UniqueConstraint("tree_id", "key", name=op.f("uq_draft_node_tree_id_key")),
    )
    op.create_index(op.f("ix_draft_node_account_id"), "draft_node", ["account_id"], unique=False)
    op.create_index("ix_draft_node_revision", "draft_node", ["tree_id", "revision"], unique=False)
    op.create_table(
        "draft_author",
        sa.Column("tree_id", sa.Uuid(), nullable=False),
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_author_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["tree_id"], ["tree.id"], name=op.f("fk_draft_author_tree_id_tree")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_draft_author_user_id_user")
        ),
        sa.PrimaryKeyConstraint("tree_id", "client", name=op.f("pk_draft_author")),
    )
    op.create_index(
        op.f("ix_draft_author_account_id"), "draft_author", ["account_id"], unique=False
    )
    op.create_index(op.f("ix_draft_author_user_id"), "draft_author", ["user_id"], unique=False)
    op.create_table(
        "draft_operation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("tree_id", sa.Uuid(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("client", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("undo", sa.JSON(), nullable=False),
        sa.Column("was_merged", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_operation_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_draft_operation_author_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["tree_id"], ["tree.id"], name=op.f("fk_draft_operation_tree_id_tree")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_operation")),
        sa.UniqueConstraint(
            "tree_id", "operation_id", name=op.f("uq_draft_operation_tree_id_operation_id")
        ),
    )
    op.create_index(
        op.f("ix_draft_operation_account_id"), "draft_operation", ["account_id"], unique=False
    )
    op.create_index(
        "ix_draft_operation_revision", "draft_operation", ["tree_id", "revision"], unique=False
    )
    op.create_table(
        "guided_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("tree_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("belongs_to", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_seconds", sa.Integer(), nullable=True),
        sa.Column("node_key", sa.String(length=64), nullable=False),
        sa.Column("node_title", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scratchpad", sa.Text(), nullable=False),
        sa.Column("scratchpad_revision", sa.Integer(), nullable=False),
        sa.Column("scratchpad_by", sa.Uuid(), nullable=True),
        sa.Column("scratchpad_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket_number", sa.String(length=80), nullable=False),
        sa.Column("ticket_number_revision", sa.Integer(), nullable=False),
        sa.Column("client_name", sa.String(length=120), nullable=False),
        sa.Column("client_name_revision", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("outcome_notes", sa.Text(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_guided_session_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["belongs_to"], ["user.id"], name=op.f("fk_guided_session_belongs_to_user")
        ),
        sa.ForeignKeyConstraint(
            ["completed_by"], ["user.id"], name=op.f("fk_guided_session_completed_by_user")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["user.id"], name=op.f("fk_guided_session_holder_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["scratchpad_by"], ["user.id"], name=op.f("fk_guided_session_scratchpad_by_user")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["user.id"], name=op.f("fk_guided_session_started_by_user")
        ),
        sa.ForeignKeyConstraint(
            ["tree_id"], ["tree.id"], name=op.f("fk_guided_session_tree_id_tree")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["tree_version.id"],
            name=op.f("fk_guided_session_version_id_tree_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guided_session")),
    )
    op.create_index(
        "ix_guided_session_account_updated",
        "guided_session",
        ["account_id", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_guided_session_holder_updated",
        "guided_session",
        ["account_id", "holder_id", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_guided_session_own_updated",
        "guided_session",
        ["account_id", "belongs_to", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_guided_session_version_completed",
        "guided_session",
        ["version_id", "completed_at"],
        unique=False,
    )
    op.create_table(
        "refresh_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_refresh_token_login_id_login")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_token_token_hash")),
    )
    op.create_index(op.f("ix_refresh_token_login_id"), "refresh_token", ["login_id"], unique=False)
    op.create_table(
        "handoff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("intent", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tree_title", sa.String(length=200), nullable=False),
        sa.Column("node_title", sa.String(length=200), nullable=False),
        sa.Column("belongs_to", sa.Uuid(), nullable=False),
        sa.Column("escalated_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_handoff_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["belongs_to"], ["user.id"], name=op.f("fk_handoff_belongs_to_user")
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by"], ["user.id"], name=op.f("fk_handoff_claimed_by_user")
        ),
        sa.ForeignKeyConstraint(
            ["escalated_by"], ["user.id"], name=op.f("fk_handoff_escalated_by_user")
        ),
        sa.ForeignKeyConstraint(["queued_by"], ["user.id"], name=op.f("fk_handoff_queued_by_user")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["guided_session.id"], name=op.f("fk_handoff_session_id_guided_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff")),
    )
    op.create_index("ix_handoff_belongs_to", "handoff", ["belongs_to", "created_at"], unique=False)
    op.create_index(
        "ix_handoff_closed", "handoff", ["account_id", "intent", "closed_at"], unique=False
    )
    op.create_index(
        "ix_handoff_queue",
        "handoff",
        ["account_id", "intent", "status", "rank", "id"],
        unique=False,
    )
    op.create_index("ix_handoff_revision", "handoff", ["account_id", "revision"], unique=False)
    op.create_index("ix_handoff_session_id", "handoff", ["session_id"], unique=False)
    op.create_index(
        "uq_handoff_live_session",
        "handoff",
        ["session_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('open', 'claimed')"),
        postgresql_where=sa.text("status IN ('open', 'claimed')"),
    )
    op.create_table(
        "session_turn",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["user.id"], name=op.f("fk_session_turn_holder_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["guided_session.id"],
            name=op.f("fk_session_turn_session_id_guided_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_turn")),
    )
    op.create_index(
        "ix_session_turn_session_id", "session_turn", ["session_id", "at"], unique=False
    )
    op.create_table(
        "session_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("node_key", sa.String(length=64), nullable=False),
        sa.Column("node_title", sa.String(length=200), nullable=False),
        sa.Column("to_node", sa.String(length=64), nullable=False),
        sa.Column("option_key", sa.String(length=64), nullable=False),
        sa.Column("option_label", sa.String(length=120), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["guided_session.id"],
            name=op.f("fk_session_step_session_id_guided_session"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_session_step_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_step")),
        sa.UniqueConstraint("session_id", "seq", name=op.f("uq_session_step_session_id_seq")),
    )
    op.create_table(
        "step_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["guided_session.id"],
            name=op.f("fk_step_note_session_id_guided_session"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_step_note_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_note")),
        sa.UniqueConstraint(
            "session_id", "seq", "user_id", name=op.f("uq_step_note_session_id_seq_user_id")
        ),
    )
    op.create_table(
        "handoff_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["about_id"], ["user.id"], name=op.f("fk_handoff_event_about_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoff.id"], name=op.f("fk_handoff_event_handoff_id_handoff")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_handoff_event_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_event")),
    )
    op.create_index(
        "ix_handoff_event_handoff_id", "handoff_event", ["handoff_id", "at"], unique=False
    )

    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_SEARCH)
    else:
        op.execute(POSTGRESQL_SEARCH)
        for index in POSTGRESQL_SEARCH_INDEXES:
            op.execute(index)
    for statement in UNCHANGING[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_unchanging")
