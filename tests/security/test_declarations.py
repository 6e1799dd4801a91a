"""Every event handler of the app, and who may call it: a new one needs a line here.

The websocket lets anyone name any handler, so what the pages do not show protects nothing.
"""

from rxapp.access.policy import Permission
from rxapp.gate.guard import ANYONE, LIVE, SIGNED_IN
from tests.security.composed import composed

READ = Permission.READ_TREES.value
WRITE = Permission.WRITE_TREES.value
DELETE_TREES = Permission.DELETE_TREES.value
RUN = Permission.RUN_SESSIONS.value
WRITE = Permission.WRITE_TREES.value
OWN = Permission.OWN_SETTINGS.value
MEMBERS = Permission.MANAGE_MEMBERS.value
ACCOUNT = Permission.MANAGE_ACCOUNT.value
DELETE = Permission.DELETE_ACCOUNT.value
AUDIT = Permission.READ_AUDIT.value
HANDLE = Permission.HANDLE_ESCALATIONS.value

ACCESS = {
    "reflex.state.State.hydrate": ANYONE,
    "reflex.state.State.hydrate_and_load": ANYONE,
    "reflex.state.State.set_is_hydrated": ANYONE,
    "reflex.state.OnLoadInternalState.on_load_internal": ANYONE,
    "reflex.state.OnLoadInternalState.set_is_hydrated": ANYONE,
    "reflex.state.UpdateVarsInternalState.update_vars_internal": ANYONE,
    "reflex.state.FrontendEventExceptionState.handle_frontend_exception": ANYONE,
    "rxapp.sign_in.state.SignInState.load": ANYONE,
    "rxapp.sign_in.me_state.MeState.load": SIGNED_IN,
    "rxapp.account.state.AccountState.load": ACCOUNT,
    "rxapp.account.state.AccountState.save": ACCOUNT,
    "rxapp.account.state.AccountState.ask_deletion": DELETE,
    "rxapp.account.state.AccountState.cancel_deletion": DELETE,
    "rxapp.account.mail_state.MailState.load": ACCOUNT,
    "rxapp.account.mail_state.MailState.pick": ACCOUNT,
    "rxapp.account.mail_state.MailState.more": ACCOUNT,
    "rxapp.account.mail_state.MailState.resend": ACCOUNT,
    "rxapp.account.mail_state.MailState.resend_all": ACCOUNT,
    "rxapp.members.state.MembersState.load": MEMBERS,
    "rxapp.members.state.MembersState.make_reset_link": MEMBERS,
    "rxapp.members.state.MembersState.forget_link": MEMBERS,
    "rxapp.members.state.MembersState.forget_reset_link": MEMBERS,
    "rxapp.members.state.MembersState.more": MEMBERS,
    "rxapp.members.state.MembersState.invite": MEMBERS,
    "rxapp.members.state.MembersState.send_again": MEMBERS,
    "rxapp.members.state.MembersState.withdraw": MEMBERS,
    "rxapp.members.state.MembersState.read_held": MEMBERS,
    "rxapp.members.state.MembersState.change_role": MEMBERS,
    "rxapp.members.state.MembersState.deactivate": MEMBERS,
    "rxapp.members.state.MembersState.remove": MEMBERS,
    "rxapp.members.state.MembersState.reactivate": MEMBERS,
    "rxapp.own_settings.state.SettingsState.load": OWN,
    "rxapp.own_settings.state.SettingsState.save_profile": OWN,
    "rxapp.own_settings.state.SettingsState.set_email_on_escalation": OWN,
    "rxapp.own_settings.state.SettingsState.set_email_on_return": OWN,
    "rxapp.own_settings.state.SettingsState.ask_new_email": OWN,
    "rxapp.own_settings.state.SettingsState.change_password": OWN,
    "rxapp.own_settings.state.SettingsState.end_login": OWN,
    "rxapp.own_settings.state.SettingsState.end_other_logins": OWN,
    "rxapp.own_settings.state.SettingsState.make_token": OWN,
    "rxapp.own_settings.state.SettingsState.forget_token": OWN,
    "rxapp.own_settings.state.SettingsState.revoke_token": OWN,
    "rxapp.own_settings.state.SecondFactorState.load": OWN,
    "rxapp.own_settings.state.SecondFactorState.set_up": OWN,
    "rxapp.own_settings.state.SecondFactorState.turn_on": OWN,
    "rxapp.own_settings.state.SecondFactorState.forget_secrets": OWN,
    "rxapp.own_settings.state.SecondFactorState.renew_codes": OWN,
    "rxapp.own_settings.state.SecondFactorState.turn_off": OWN,
    "rxapp.audit.state.AuditState.load": AUDIT,
    "rxapp.audit.state.AuditState.pick": AUDIT,
    "rxapp.audit.state.AuditState.filter_days": AUDIT,
    "rxapp.audit.state.AuditState.more": AUDIT,
    "rxapp.trees.state.LibraryState.load": READ,
    "rxapp.trees.state.LibraryState.search": READ,
    "rxapp.trees.state.LibraryState.pick": READ,
    "rxapp.trees.state.LibraryState.more": READ,
    "rxapp.library.state.NewTreeState.create": WRITE,
    "rxapp.library.state.NewTreeState.copy": WRITE,
    "rxapp.library.starter_state.StarterState.load": WRITE,
    "rxapp.library.starter_state.StarterState.take": WRITE,
    "rxapp.library.starter_state.StarterState.undo": WRITE,
    "rxapp.library.starter_state.StarterState.skip": WRITE,
    "rxapp.library.synonyms_state.SynonymsState.load": WRITE,
    "rxapp.library.synonyms_state.SynonymsState.add": WRITE,
    "rxapp.library.synonyms_state.SynonymsState.change": WRITE,
    "rxapp.library.synonyms_state.SynonymsState.remove": WRITE,
    "rxapp.library.catalog_state.CatalogState.load": WRITE,
    "rxapp.library.catalog_state.CatalogState.rename": WRITE,
    "rxapp.library.catalog_state.CatalogState.merge": WRITE,
    "rxapp.library.state.NewTreeState.read_starters": WRITE,
    "rxapp.library.state.NewTreeState.create_from_starter": WRITE,
    "rxapp.library.state.NewTreeState.read_titles": WRITE,
    "rxapp.library.state.NewTreeState.create_copy": WRITE,
    "rxapp.library.state.ShelfState.archive": WRITE,
    "rxapp.library.state.ShelfState.restore": WRITE,
    "rxapp.library.state.ShelfState.read_usage": DELETE_TREES,
    "rxapp.library.state.ShelfState.delete": DELETE_TREES,
    "rxapp.library.state.ShelfState.read_authors": WRITE,
    "rxapp.library.state.ShelfState.assign": WRITE,
    "rxapp.versions.publish_state.PublishState.load": WRITE,
    "rxapp.versions.publish_state.PublishState.refresh": LIVE,
    "rxapp.versions.publish_state.PublishState.read_again": WRITE,
    "rxapp.versions.publish_state.PublishState.publish": WRITE,
    "rxapp.versions.publish_state.PublishState.ask_review": WRITE,
    "rxapp.versions.publish_state.PublishState.withdraw_review": WRITE,
    "rxapp.versions.state.VersionsState.load": WRITE,
    "rxapp.versions.state.VersionsState.more": WRITE,
    "rxapp.versions.state.VersionsState.take": WRITE,
    "rxapp.versions.state.VersionsState.discard": WRITE,
    "rxapp.versions.state.VersionsState.undo": WRITE,
    "rxapp.sessions.state.SessionsState.load": RUN,
    "rxapp.sessions.state.SessionsState.load_open": RUN,
    "rxapp.sessions.state.SessionsState.pick": RUN,
    "rxapp.sessions.state.SessionsState.more": RUN,
    "rxapp.sessions.state.SessionsState.start": RUN,
    "rxapp.sessions.runner_state.RunnerState.load": RUN,
    "rxapp.sessions.runner_state.RunnerState.refresh": LIVE,
    "rxapp.sessions.runner_state.RunnerState.choose": RUN,
    "rxapp.sessions.runner_state.RunnerState.send_kept": RUN,
    "rxapp.sessions.runner_state.RunnerState.back": RUN,
    "rxapp.sessions.runner_state.RunnerState.refresh_texts": LIVE,
    "rxapp.sessions.runner_state.RunnerState.complete": RUN,
    "rxapp.sessions.runner_state.RunnerState.read_note": RUN,
    "rxapp.sessions.runner_state.RunnerState.download": RUN,
    "rxapp.editor.state.EditorState.load": WRITE,
    "rxapp.editor.state.EditorState.refresh": LIVE,
    "rxapp.editor.state.EditorState.look": WRITE,
    "rxapp.editor.trial_state.TrialState.load": WRITE,
    "rxapp.editor.trial_state.TrialState.refresh": LIVE,
    "rxapp.editor.trial_state.TrialState.read_again": WRITE,
    "rxapp.handoffs.state.HandoffState.load": RUN,
    "rxapp.handoffs.state.HandoffState.refresh": LIVE,
    "rxapp.handoffs.state.HandoffState.read_package": RUN,
    "rxapp.handoffs.state.HandoffState.submit": RUN,
    "rxapp.handoffs.state.HandoffState.park": RUN,
    "rxapp.handoffs.state.HandoffState.withdraw": RUN,
    "rxapp.handoffs.state.HandoffState.hand_back": HANDLE,
    "rxapp.handoffs.inbox_state.InboxState.load_count": SIGNED_IN,
    "rxapp.handoffs.inbox_state.InboxState.load": HANDLE,
    "rxapp.handoffs.inbox_state.InboxState.refresh": LIVE,
    "rxapp.handoffs.inbox_state.InboxState.more": HANDLE,
    "rxapp.handoffs.inbox_state.InboxState.catch_up": HANDLE,
    "rxapp.handoffs.inbox_state.InboxState.claim": HANDLE,
    "rxapp.gate.liveness.LivenessState.read_again": ANYONE,
    "rxapp.handoffs.shown_state.ShownState.acknowledge": LIVE,
    "rxapp.handoffs.state.EscalationState.load": RUN,
    "rxapp.handoffs.state.EscalationState.read_again": RUN,
}


NAMES_ITS_ROW = {
    "rxapp.handoffs.shown_state.ShownState.acknowledge",
    "rxapp.handoffs.inbox_state.InboxState.catch_up",
    "rxapp.sessions.runner_state.RunnerState.send_kept",
}
"""What is sent whatever page is open, and names its own rows: the bell of any page says which
escalations it has shown or missed, and an answer that waited for a connection goes to its session.
"""


def faults(handlers: dict[str, dict]) -> list[str]:
    """What is wrong with the app's handlers, a line each; ``setvar`` must not run on any state."""
    found = []
    for name, handler in handlers.items():
        expected = None if name.endswith(".setvar") else ACCESS.get(name, "no line in the table")
        if handler["access"] != expected:
            found.append(f"{name} declares {handler['access']!r}, expected {expected!r}")
        if handler["gate"] != (handler["access"] is not None):
            found.append(f"the gate lets {name} pass: {handler['gate']}")
        if len(handler["states"]) != 1:
            found.append(f"{name} runs on several states: {handler['states']}")
    return found + [f"{name} is gone" for name in ACCESS.keys() - handlers.keys()]


def test_every_handler_declares_its_access_and_nothing_else_runs():
    assert faults(composed()["handlers"]) == []


def test_every_act_on_a_page_with_an_id_carries_that_id():
    told = composed()
    acts = {
        f"{route}: {name}"
        for route, names in told["acts"].items()
        for name in names
        if "page" not in told["handlers"][name]["parameters"] and name not in NAMES_ITS_ROW
    }
    assert acts == set()
    assert len(told["acts"]) >= 2
    assert all(len(names) >= 1 for names in told["acts"].values())


def test_a_handler_without_a_declaration_fails_this_check_and_is_dropped_by_the_gate():
    handlers = composed(planted=True)["handlers"]
    planted = {name: handlers[name] for name in handlers if ".PlantedState." in name}

    assert {name.rpartition(".")[2] for name in planted} == {
        "undeclared",
        "merely_public",
        "setvar",
    }
    assert not any(handler["gate"] for handler in planted.values())
    assert sorted(faults(handlers)) == [
        f"rxapp.planted.state.PlantedState.{name} declares None, expected 'no line in the table'"
        for name in ("merely_public", "undeclared")
    ]
