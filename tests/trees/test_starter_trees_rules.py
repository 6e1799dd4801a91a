"""What a technician can rely on in every starter tree, enforced by rules."""

import re
from collections.abc import Iterator

import pytest

from rxapp.trees.document import Command, Document, Node, NodeKind
from rxapp.trees.importer import ImportedTree
from rxapp.trees.service import starter_trees

TREES = starter_trees()
MOST_WORDS = 65
MOST_STEPS = 5

PLACEHOLDERS = {
    *("upn", "sam", "tenant", "pc", "server", "share", "printer", "gateway", "drive", "dc"),
    *("adapter", "address", "client", "dns", "domain", "end", "folder", "group", "id", "job"),
    *("mailbox", "mask", "network", "other", "path", "rule", "service", "session", "start"),
    *("target", "version", "vpn"),
}
"""One name for one thing, in all trees."""

CHANGES = re.compile(
    r"\b(Add|Clear|Disable|Enable|Invoke|New|Remove|Reset|Resize|Restart|Revoke|Set|Start|Stop"
    r"|Unlock|Update)-(?!Sleep)[A-Z]\w+"
    r"|^net use \S.*(/delete|/persistent)|^cmdkey /delete|^reg delete|^logoff|^klist purge"
    r"|^ipconfig /(release|renew|flushdns)|^netsh .*\b(set|reset|delete)\b|^shutdown /r"
    r"|^powercfg /(set|hibernate)|^wbadmin (start|stop)|^sfc |^Dism .*(RestoreHealth|StartComp)"
    r"|^pnputil|^gpupdate|^certutil .*-pulse|--vacuum|^sudo (apt-get|dnf)|^& \$od"
)
NEITHER = re.compile(r"^(Connect-|Start-Sleep|\$\w+ = )")
RIGHTS = re.compile(
    r"\bneeds?\b|\brights?\b|\badministrator\b|\badmin\b|\belevated\b|as the \**user\**", re.I
)
WORDS_OF_ANOTHER_HOUSE = re.compile(
    r"\b(centre|anew|over night|since long|the person|the brake|own password)\b", re.I
)


def steps() -> Iterator[tuple[ImportedTree, Node]]:
    return ((tree, node) for tree in TREES for node in tree.document.nodes)


def commands() -> Iterator[tuple[str, Node, Command]]:
    for tree, node in steps():
        for command in node.commands:
            yield f"{tree.title}, {node.key}", node, command


def kinds(text: str) -> set[str]:
    """Whether the lines of a command read, change something, or both."""
    found = set()
    for line in text.splitlines():
        if CHANGES.search(line) and "-WhatIf" not in line:
            found.add("changes")
        elif not NEITHER.match(line):
            found.add("reads")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Get-ADUser -Identity x\nUnlock-ADAccount -Identity x", {"reads", "changes"}),
        ("cmdkey /list\ncmdkey /delete:x", {"reads", "changes"}),
        ("net use\nnet use S: /delete", {"reads", "changes"}),
        ("Get-CimInstance Win32_Printer | Invoke-CimMethod -MethodName Resume", {"changes"}),
        ("$old = Get-ChildItem\n$old | Remove-Item -WhatIf", {"reads"}),
        ("Connect-MgGraph -Scopes x", set()),
        ("netsh wlan show profiles\nipconfig /all", {"reads"}),
    ],
)
def test_reading_and_changing_are_told_apart(text, expected):
    assert kinds(text) == expected


def test_what_is_copied_in_one_go_reads_or_changes_but_not_both():
    assert [place for place, _, command in commands() if len(kinds(command.text)) > 1] == []


def test_no_line_waits_to_be_uncommented():
    assert [
        place for place, _, command in commands() if re.search(r"(?m)^\s*#", command.text)
    ] == []


def test_a_step_that_changes_something_says_with_which_rights():
    unnamed = {
        place
        for place, node, command in commands()
        if "changes" in kinds(command.text) and not RIGHTS.search(f"{node.body} {command.label}")
    }
    assert unnamed == set()


def test_who_connects_to_a_cloud_names_the_tenant_and_knows_what_a_refusal_means():
    for place, node, command in commands():
        if "Connect-" not in command.text:
            continue
        named = {
            "Connect-MgGraph -TenantId '<tenant>' -Scopes ",
            "Connect-ExchangeOnline -DelegatedOrganization '<tenant>'",
        }
        assert any(command.text.startswith(start) for start in named), place
        assert "\n" not in command.text, place
        assert ("Connect-MgGraph" not in command.text) or "*Need admin approval*" in node.body, (
            place
        )


def test_a_step_in_a_cloud_connects_by_itself():
    """A window that is still connected may be connected to another client."""
    graph = re.compile(r"\b[A-Z]\w+-Mg(?!Graph)\w+")
    mail = re.compile(
        r"-(Mailbox|InboxRule|CASMailbox|MessageTraceV2|\w*Permission|BlockedSender)\b"
    )
    for tree, node in steps():
        text = "\n".join(command.text for command in node.commands)
        if graph.search(text):
            assert "Connect-MgGraph" in text, (tree.title, node.key)
        elif mail.search(text):
            assert "Connect-ExchangeOnline" in text, (tree.title, node.key)


def test_no_line_starts_a_program_with_a_word_that_only_one_shell_knows():
    assert [place for place, _, each in commands() if re.search(r"(?m)^start\s", each.text)] == []


def test_a_reset_asks_for_the_new_password():
    for place, _, command in commands():
        if "Set-ADAccountPassword" in command.text:
            assert "-Reset -NewPassword (Read-Host -AsSecureString" in command.text, place


def test_no_drive_but_the_system_drive_is_written_into_a_command():
    drive = re.compile(r"(-DriveLetter ['\"]?|\b)[ABD-Z](:|\b(?=['\"]?\s*(\||$|-Size)))")
    assert [place for place, _, each in commands() if drive.search(each.text)] == []


def test_there_is_one_set_of_placeholders():
    for place, _, command in commands():
        for name in re.findall(r"<([^<>\n]+)>", command.text):
            assert name in PLACEHOLDERS, (place, name)


def test_a_sign_in_is_never_judged_by_a_private_window_alone():
    for tree, node in steps():
        about_sign_in = tree.category in ("Accounts", "Email", "Security")
        if about_sign_in and re.search(r"private (browser )?window", node.body):
            assert "normal window" in node.body, (tree.title, node.key)


def test_nobody_is_told_to_pause_protection():
    guarded = re.compile(r"\bno\b|\bnot\b|\bnever\b|only a senior", re.I)
    for tree, node in steps():
        for sentence in re.split(r"(?<=[.:])\s", node.body):
            if re.search(r"\b(pause|switch(ed)? off|disable)s?\b", sentence, re.I) and re.search(
                r"protection|antivirus|filter|firewall|security software", sentence, re.I
            ):
                assert guarded.search(sentence), (tree.title, node.key, sentence)


def test_a_step_is_read_at_a_glance():
    for tree, node in steps():
        place = (tree.title, node.key)
        words = [word for word in node.body.split() if not re.fullmatch(r"-|\d\.", word)]
        assert len(words) <= MOST_WORDS, (place, len(words))
        assert len(re.findall(r"(?m)^\d+\. ", node.body)) <= MOST_STEPS, place
        assert not re.search(r"(?m)^[6-9]\. ", node.body), place


def test_all_trees_speak_one_language():
    for tree, node in steps():
        texts = [node.title, node.body, node.expected, *(each.label for each in node.options)]
        for text in texts:
            found = WORDS_OF_ANOTHER_HOUSE.search(text)
            assert found is None, (tree.title, node.key, found[0])


def test_a_tree_that_is_named_exists():
    titles = {tree.title for tree in TREES}
    for tree, node in steps():
        for named in re.findall(r"(?:[Tt]ree|Use) \*([A-Z][^*]+)\*", node.body):
            assert named in titles, (tree.title, node.key, named)


MAILBOX = next(tree.document for tree in TREES if tree.title == "Mailbox taken over")


def reached(document: Document, *, without: str = "") -> set[str]:
    """Every step that can be reached from the start, when one of them is not there."""
    seen, waiting = set(), [document.start]
    while waiting:
        key = waiting.pop()
        if key not in seen and key != without:
            seen.add(key)
            waiting += [option.to for option in document.node(key).options]
    return seen


LOOKED_AT = (
    "revoke-sessions",
    "save-evidence",
    "inbox-rules",
    "forwarding",
    "consented-apps",
    "mfa-methods",
    "devices",
    "old-access",
    "revoke-again",
    "data-reached",
)


@pytest.mark.parametrize("step", LOOKED_AT)
def test_a_mailbox_is_called_contained_only_after_everything_was_looked_at(step):
    """Rules, forwarding, apps and devices keep working while sign-in is blocked."""
    ends = {node.key for node in MAILBOX.nodes if node.ending == "solved"}
    untouched = {"solved-forged", "solved-own-sign-in"}
    early = reached(MAILBOX, without=step) & ({*ends, "escalate-data", "clean-pc"} - untouched)
    assert early == set()


def test_a_forged_sender_is_believed_only_after_the_sign_in_log():
    assert "solved-forged" not in reached(MAILBOX, without="forged-check")


def test_whoever_hands_a_mailbox_over_early_says_what_nobody_looked_at():
    for end in ("escalate-no-rights", "escalate-several", "escalate-comes-back"):
        assert "**not yet checked**" in MAILBOX.node(end).body


def test_the_lost_phone_can_sign_in_with_nothing_before_anything_else_is_done():
    tree = next(tree.document for tree in TREES if tree.title.startswith("Phone with"))
    for step in ("stolen-secure", "phone-methods", "phone-device"):
        assert "wipe-decision" not in reached(tree, without=step)
    first = tree.node("attack-brake").commands[1]
    assert "AccountEnabled:$false" in first.text


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree.title)
def test_every_label_of_several_commands_says_what_it_does(tree):
    for node in tree.document.nodes:
        if node.kind is NodeKind.ACTION and len(node.commands) > 1:
            assert all(len(command.label) >= 5 for command in node.commands), node.key
