"""The actions in the audit log."""

from enum import StrEnum

ACTION_LIMIT = 40
SUBJECT_LIMIT = 254
"""How long the texts of a line may be: action, subject, actor. Anything longer is cut off."""


class Action(StrEnum):
    """What happened, in the past tense. The part before the dot is the area."""

    SIGNED_IN = "sign_in.succeeded"
    SIGN_IN_FAILED = "sign_in.failed"
    SIGNED_OUT = "sign_in.ended"
    TOKEN_REUSED = "sign_in.refresh_token_reused"  # noqa: S105 - a name
    PASSWORD_CHANGED = "user.password_changed"  # noqa: S105 - a name
    PASSWORD_RESET_ASKED = "user.password_reset_asked"  # noqa: S105 - a name
    EMAIL_CHANGE_ASKED = "user.email_change_asked"
    EMAIL_CHANGED = "user.email_changed"
    NAME_CHANGED = "user.name_changed"
    SECOND_FACTOR_ON = "user.second_factor_on"
    SECOND_FACTOR_OFF = "user.second_factor_off"
    RECOVERY_CODE_USED = "user.recovery_code_used"
    RECOVERY_CODES_RENEWED = "user.recovery_codes_renewed"
    API_TOKEN_MADE = "user.api_token_made"  # noqa: S105 - a name
    API_TOKEN_REVOKED = "user.api_token_revoked"  # noqa: S105 - a name
    INVITED = "member.invited"
    INVITATION_SENT_AGAIN = "member.invitation_sent_again"
    INVITATION_WITHDRAWN = "member.invitation_withdrawn"
    JOINED = "member.joined"
    ROLE_CHANGED = "member.role_changed"
    DEACTIVATED = "member.deactivated"
    REACTIVATED = "member.reactivated"
    REMOVED = "member.removed"
    RESET_LINK_MADE = "member.reset_link_made"
    ACCOUNT_MADE = "account.made"
    ACCOUNT_CHANGED = "account.changed"
    EMAIL_SENT_AGAIN = "account.email_sent_again"
    ACCOUNT_EXPORTED = "account.exported"
    DELETION_ASKED = "account.deletion_asked"
    DELETION_CANCELLED = "account.deletion_cancelled"
    RETENTION_APPLIED = "account.retention_applied"
    TREE_MADE = "tree.made"
    TREE_CHANGED = "tree.changed"
    TREE_DRAFT_EDITED = "tree.draft_edited"
    TREE_DRAFT_DISCARDED = "tree.draft_discarded"
    TREE_VERSION_TAKEN = "tree.version_taken"
    TREE_REVIEW_ASKED = "tree.review_asked"
    TREE_REVIEW_WITHDRAWN = "tree.review_withdrawn"
    TREE_PUBLISHED = "tree.published"
    TREE_ARCHIVED = "tree.archived"
    TREE_OWNER_CHANGED = "tree.owner_changed"
    CATEGORY_RENAMED = "tree.category_renamed"
    CATEGORY_MERGED = "tree.category_merged"
    TAG_RENAMED = "tree.tag_renamed"
    TAG_MERGED = "tree.tag_merged"
    SYNONYMS_ADDED = "tree.synonyms_added"
    SYNONYMS_CHANGED = "tree.synonyms_changed"
    SYNONYMS_REMOVED = "tree.synonyms_removed"
    STARTER_TAKEN = "tree.starter_update_taken"
    STARTER_SKIPPED = "tree.starter_update_skipped"
    TREE_DELETED = "tree.deleted"
    TREE_RESTORED = "tree.restored"
    ESCALATED = "escalation.made"
    CLAIMED = "escalation.claimed"
    HANDED_BACK = "escalation.handed_back"
    REASSIGNED = "escalation.reassigned"
    SESSION_EXPORTED = "session.exported"


AREAS = tuple(dict.fromkeys(action.partition(".")[0] for action in Action))
"""The areas, in the order of the actions."""

_WORDS = {
    "sign_in": "Sign-in",
    "user": "Own settings",
    "member": "Members",
    "account": "Account",
    "tree": "Trees",
    "escalation": "Escalations",
    "session": "Sessions",
}


def area_label(area: str) -> str:
    """Return the area's name on screen."""
    return _WORDS[area]


def action_label(action: str) -> str:
    """Return the action in words, such as ``Role changed``."""
    area, _, what = action.partition(".")
    words = what.replace("_", " ")
    if area == "sign_in":
        return f"Sign-in {words}" if action != Action.TOKEN_REUSED else "Refresh token reused"
    said = words if area in ("user", "member") else f"{area} {words}"
    return said.capitalize().replace("Api ", "API ")
