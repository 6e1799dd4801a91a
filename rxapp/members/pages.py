# mypy: ignore-errors
"""Members and invitations."""

from typing import Any

import reflex as rx

from rxapp.access.actor import Role
from rxapp.access.policy import Permission
from rxapp.access.rules import EMAIL_LIMIT
from rxapp.members.link_components import invitation_link, reset_dialog, whose
from rxapp.members.state import MembersState
from rxapp.members.views import InvitationView, Member
from rxapp.sign_in.me_state import MeState
from rxapp.web.dialogs import dialog_foot, dialog_form, opens
from rxapp.web.fields import select_field, text_field
from rxapp.web.parts import ago, badge, icon, loading, page_header
from rxapp.web.screens import Place, Screen
from rxapp.web.widgets import Answered, Modal, Ticker

_ROLE_WORDS = {
    Role.VIEWER: "runs and escalates sessions",
    Role.ENGINEER: "claims escalations, writes trees",
    Role.ADMIN: "manages members and the account",
    Role.OWNER: "everything, including owners",
}


def _roles() -> rx.Component:
    """Return the choices of roles; only owners can make owners."""
    *others, owner = [
        rx.el.option(f"{role.label}: {words}", value=role.value)
        for role, words in _ROLE_WORDS.items()
    ]
    return rx.fragment(*others, rx.cond(MembersState.may_owners, owner))


def members_page() -> rx.Component:
    """Return the page of the account's members."""
    invite = rx.el.button(
        icon("user-plus"),
        "Invite",
        type="button",
        custom_attrs=opens("invite"),
        class_name="btn btn-primary",
    )
    return rx.el.div(
        page_header("Members", invite, subtitle=MeState.account_name),
        invitation_link(),
        rx.cond(MembersState.loaded, rx.fragment(_content(), *_dialogs()), loading(5)),
    )


def _dialogs() -> tuple[rx.Component, ...]:
    return (
        _invite_dialog(),
        _role_dialog(),
        reset_dialog(),
        _leave_dialog(
            "deactivate",
            "Deactivate",
            "They are signed out at once and cannot sign in. You can reactivate them later.",
            MembersState.deactivate,
        ),
        _leave_dialog(
            "remove",
            "Remove",
            "They leave the account for good. Their history keeps their name.",
            MembersState.remove,
        ),
    )


def _content() -> rx.Component:
    more = rx.el.button(
        "Show more", type="button", on_click=MembersState.more, class_name="btn btn-wide"
    )
    return rx.el.div(
        rx.cond(
            MembersState.invitations.length() > 0,
            rx.el.section(
                rx.el.div(
                    rx.el.h2("Invited"),
                    rx.el.span(MembersState.invitations.length(), class_name="muted"),
                    class_name="section-head",
                ),
                rx.el.ul(rx.foreach(MembersState.invitations, _invitation), class_name="rows"),
            ),
        ),
        rx.el.section(
            rx.el.div(rx.el.h2("In the account"), class_name="section-head"),
            rx.el.ul(rx.foreach(MembersState.rows, _member), class_name="rows"),
        ),
        rx.cond(MembersState.next_cursor != "", more),
        class_name="stack",
    )


def _action(label: Any, kind: str = "", **props: Any) -> rx.Component:
    return rx.el.button(label, type="button", class_name=f"btn {kind}", **props)


def _member(member: rx.Var[Member]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.span(member.name, class_name="row-title wrap-any"),
                rx.cond(member.id == MembersState.user_id, badge("You", "accent")),
                rx.cond(~member.is_active, badge("Deactivated", "warn")),
                class_name="row",
            ),
            rx.el.div(member.email, class_name="muted small wrap-any"),
        ),
        rx.el.div(
            rx.el.div(member.role_label),
            rx.el.div(
                rx.cond(member.has_second_factor, "Second factor on", "No second factor"),
                class_name="muted small",
            ),
        ),
        rx.el.div(
            rx.cond(
                member.last_seen_at,
                rx.fragment("Seen ", ago(member.last_seen_at)),
                "Never signed in",
            ),
            class_name="muted small",
        ),
        rx.el.div(
            rx.cond((member.role != Role.OWNER.value) | MembersState.may_owners, _actions(member)),
            class_name="row row-actions",
        ),
        class_name="list-row member-row",
        custom_attrs={"data-member": member.email},
    )


def _actions(member: rx.Var[Member]) -> rx.Component:
    def act(dialog: str) -> dict[str, Any]:
        return opens(dialog, member=member.id, name=member.name, role=member.role)

    return rx.fragment(
        _action("Role", custom_attrs=act("role")),
        rx.cond(
            member.id != MembersState.user_id,
            rx.fragment(
                rx.cond(member.is_active, _action("Password", custom_attrs=act("reset"))),
                rx.cond(
                    member.is_active,
                    _action("Deactivate", custom_attrs=act("deactivate")),
                    _action("Reactivate", on_click=MembersState.reactivate(member.id)),
                ),
                _action("Remove", "btn-quiet", custom_attrs=act("remove")),
            ),
        ),
    )


def _invitation(invitation: rx.Var[InvitationView]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(invitation.email, class_name="row-title wrap-any"),
            rx.el.div("By ", invitation.invited_by, class_name="muted small"),
        ),
        rx.el.div(
            rx.el.div(invitation.role_label),
            rx.el.div(
                rx.cond(
                    ~MembersState.sends_mail,
                    "No email is sent: hand over the link",
                    rx.cond(
                        invitation.email_status != "",
                        f"Email: {invitation.email_status}",
                        "Email is on its way",
                    ),
                ),
                class_name="muted small wrap-any",
            ),
        ),
        rx.el.div(
            rx.cond(
                invitation.status == "expired",
                badge("Expired", "warn"),
                rx.fragment("Valid until ", Ticker.create(at=invitation.expires_at, mode="time")),
            ),
            class_name="muted small",
        ),
        rx.el.div(
            _action(
                rx.cond(MembersState.sends_mail, "Send again", "New link"),
                on_click=MembersState.send_again(invitation.id),
            ),
            _action("Withdraw", "btn-quiet", on_click=MembersState.withdraw(invitation.id)),
            class_name="row row-actions",
        ),
        class_name="list-row member-row",
        custom_attrs={"data-invitation": invitation.email},
    )


def _invite_dialog() -> rx.Component:
    return Modal.create(
        dialog_form(
            text_field(
                "Email",
                "email",
                type="email",
                required=True,
                limit=EMAIL_LIMIT,
                hint=rx.cond(
                    MembersState.sends_mail,
                    "We email them a link that works once, for seven days.",
                    "No mail server is set up here: you get a link to hand over. It works once,"
                    " for seven days.",
                ),
            ),
            select_field("Role", "role", _roles(), default_value=Role.VIEWER.value),
            dialog_foot("Invite"),
            on_submit=MembersState.invite,
            keep="invite",
        ),
        name="invite",
        title="Invite somebody",
    )


def _role_dialog() -> rx.Component:
    return Modal.create(
        dialog_form(
            whose(),
            select_field(
                "Role",
                "role",
                _roles(),
                hint="Claims that the new role may not hold go back to the queue, and trees"
                " that it may not own have no owner.",
            ),
            dialog_foot("Change role"),
            on_submit=MembersState.change_role,
            sends=("member",),
        ),
        name="role",
        title="Change the role",
    )


def _leave_dialog(name: str, label: str, words: str, on_submit: Any) -> rx.Component:
    heirs = rx.fragment(
        rx.el.option("Nobody: cases go back to the queue", value=""),
        rx.foreach(
            MembersState.colleagues, lambda each: rx.el.option(each.name, value=each.id.to(str))
        ),
    )
    held = rx.cond(
        MembersState.held_words != "",
        rx.el.div(
            rx.el.p("They hold: ", MembersState.held_words),
            select_field(
                "Who takes over",
                "reassign_to",
                heirs,
                hint="Only seniors can take over claims and trees.",
            ),
            class_name="stack-tight",
        ),
        rx.el.p("They hold no cases and own no trees.", class_name="muted"),
    )
    return Modal.create(
        dialog_form(
            whose(),
            rx.el.p(words),
            Answered.create(loading(1), held),
            Answered.create(
                dialog_foot(label, kind="btn-danger", disabled=True),
                dialog_foot(label, kind="btn-danger"),
            ),
            on_submit=on_submit,
            sends=("member",),
        ),
        name=name,
        title=f"{label} a member",
        answered=MembersState.held_opening,
        on_open=lambda opening, given: MembersState.read_held(opening, given["member"]),
    )


SCREENS = (
    Screen(
        "/members",
        "Members",
        members_page,
        on_load=(MembersState.load,),
        place=Place("Members", "users"),
        permission=Permission.MANAGE_MEMBERS,
        refusal=("Members are for admins", "Ask an admin of your account."),
    ),
)
