"""What every event handler is sent so that it does its work."""

from collections.abc import Callable

from rxapp.access.actor import Role
from rxapp.core.db import DbSession
from rxapp.own_settings import service as settings_service
from tests.bench import author_acts
from tests.bench.maker import Act, Maker
from tests.support.cast import PASSWORD, Cast, hire_into
from tests.support.many_rows import dead_email, fill_sessions, fill_trees

NEW_PASSWORD = "another test password"
PAGES = {
    "CatalogState": "/categories",
    "SynonymsState": "/synonyms",
    "AccountState": "/account",
    "AuditState": "/audit",
    "InboxState": "/inbox",
    "MailState": "/emails",
    "MembersState": "/members",
    "SecondFactorState": "/settings",
    "SessionsState": "/sessions",
    "SettingsState": "/settings",
}
"""The page of each state that is not on the library."""


def fill_pages(db: DbSession, cast: Cast, rows: int) -> None:
    """Write enough of everything that every list has another page."""
    owner = cast.owner.actor
    fill_trees(db, owner.account_id, rows, findable=False)
    fill_sessions(db, cast, rows)
    for number in range(rows):
        dead_email(db, hire_into(db, owner.account_id, Role.VIEWER).actor)
        settings_service.rename(db, owner, name=f"Owner {number}")


_SHOWN: dict[str, Callable[[Maker], Act]] = {
    "RunnerState": Maker.session,
    "HandoffState": Maker.session,
    "EscalationState": Maker.escalation,
}
"""The pages of what asks for nothing but the id in the address."""

ACTS: dict[str, Callable[[Maker], Act]] = {
    "RunnerState.choose": lambda my: my.session(option_key="works", seq=2),
    "RunnerState.send_kept": Maker.kept_answer,
    "RunnerState.back": lambda my: my.session(seq=2),
    "RunnerState.complete": lambda my: my.session(form={"outcome": "resolved"}),
    "RunnerState.read_note": lambda my: my.session(opening="x", format_name="markdown"),
    "HandoffState.read_package": lambda my: my.session(opening="x"),
    "HandoffState.submit": lambda my: my.session(form={"reason": "Help", "priority": "urgent"}),
    "HandoffState.withdraw": Maker.withdrawal,
    "HandoffState.hand_back": Maker.return_of_claim,
    "InboxState.load_count": lambda _: Act(path="/"),
    "InboxState.more": Maker.next_of_inbox,
    "InboxState.catch_up": lambda my: my.send(since=1),
    "InboxState.claim": Maker.claim,
    "ShownState.acknowledge": lambda my: my.send(ids=my.claim().payload["handoff_id"].split()),
    "SessionsState.pick": lambda my: my.send(status="active"),
    "SessionsState.start": lambda my: my.form(tree=my.tree_id, ticket_number="T", client_name="C"),
    "LibraryState.search": lambda my: my.send(text="speaker"),
    "LibraryState.pick": lambda my: my.send(category="Devices"),
    "AuditState.pick": lambda my: my.send(area="user"),
    "AuditState.filter_days": lambda my: my.form(since="2026-01-01", until="2026-12-31"),
    "MailState.pick": lambda my: my.send(show="all"),
    "MailState.resend": Maker.dead_email,
    "AccountState.save": lambda my: my.form(name="Inside", lease_minutes=15),
    "AccountState.ask_deletion": lambda my: my.form(name="Inside"),
    "MembersState.invite": lambda my: my.form(email=f"asked.by.{my.me.email}", role="viewer"),
    "MembersState.send_again": Maker.invitation,
    "MembersState.withdraw": Maker.invitation,
    "MembersState.read_held": lambda my: my.send(opening="x", member_id=str(my.member())),
    "MembersState.change_role": lambda my: my.form(member=my.member(), role="engineer"),
    "MembersState.make_reset_link": lambda my: my.form(member=my.member(), opening="x"),
    "MembersState.deactivate": lambda my: my.form(member=my.member()),
    "MembersState.remove": lambda my: my.form(member=my.member()),
    "MembersState.reactivate": Maker.deactivated,
    "SettingsState.save_profile": lambda my: my.form(name="I", time_zone="UTC", theme="dark"),
    "SettingsState.set_email_on_escalation": lambda my: my.send(on=False),
    "SettingsState.set_email_on_return": lambda my: my.send(on=False),
    "SettingsState.ask_new_email": lambda my: my.form(
        email=f"new.{my.me.email}", password=PASSWORD
    ),
    "SettingsState.change_password": lambda my: my.form(
        old_password=PASSWORD, new_password=NEW_PASSWORD, again=NEW_PASSWORD
    ),
    "SettingsState.end_login": Maker.other_login,
    "SettingsState.make_token": lambda my: my.form(name="t", scope="read"),
    "SettingsState.revoke_token": Maker.token,
    "SecondFactorState.set_up": lambda my: my.form(password=PASSWORD),
    "SecondFactorState.turn_on": lambda my: my.form(code=my.code()),
    "SecondFactorState.renew_codes": Maker.with_second_factor,
    "SecondFactorState.turn_off": Maker.with_second_factor,
}
"""What each handler is sent that takes anything."""


def act(name: str, my: Maker) -> Act:
    """Return what a handler is sent, named as its state and its method."""
    make = (ACTS | author_acts.ACTS).get(name) or _SHOWN.get(name.split(".")[0])
    return make(my) if make else Act()
