"""Attacks with the websocket's protocol, without our pages."""

import json
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from rxapp.access.policy import Permission
from rxapp.gate.guard import PAGE
from tests.security.scene import COLLEAGUE, INSIDE, PARKED, Log, Rows, Scene
from tests.security.tabs import handlers, open_tab, received, redirects, settled
from tests.support.databases import BOTH
from tests.support.server import Server
from tests.support.socket_client import HYDRATE, NAMESPACE, STATE, Refused, Tab

pytestmark = BOTH

ME = "rxapp.sign_in.me_state.MeState.load"
INBOX = "rxapp.handoffs.inbox_state.InboxState"
LOGIN_HEADER = "x-rf-login-hash"


# Who gets in


@pytest.mark.parametrize(
    "origins",
    [
        [],
        [""],
        ["null"],
        ["http://elsewhere.example"],
        ["{base}.elsewhere.example"],
        ["{base}/"],
        ["http://127.0.0.1"],
        ["{base}", "http://elsewhere.example"],
        ["{base}, http://elsewhere.example"],
    ],
    ids=str,
)
async def test_a_socket_from_another_page_is_refused(live_server: Server, origins: list[str]):
    url = f"{live_server.base}{NAMESPACE}/?EIO=4&transport=websocket&token={uuid4()}"
    headers = [("Origin", each.format(base=live_server.base)) for each in origins]
    cookie = ("Cookie", f"rf_login={live_server.cast.senior.cookie}")
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url, headers=[*headers, cookie])
    assert refused.value.status == 403


async def test_a_socket_from_our_own_page_is_let_in(live_server: Server):
    async with open_tab(live_server, live_server.cast.senior.cookie) as tab:
        assert tab.vars("MeState")["name"] == "Senior"


async def test_there_is_no_way_around_the_websocket(live_server: Server):
    url = f"{live_server.base}{NAMESPACE}/?EIO=4&transport=polling&token={uuid4()}"
    async with aiohttp.ClientSession() as session:
        answer = await session.get(url, headers={"Origin": live_server.base})
        assert answer.status == 400


@pytest.mark.parametrize(
    "name", [LOGIN_HEADER, LOGIN_HEADER.upper(), LOGIN_HEADER.replace("-", "_")]
)
async def test_a_sign_in_cannot_be_claimed_in_a_header(live_server: Server, name: str):
    forged = {name: live_server.cast.senior.cookie_hash}
    async with open_tab(live_server, "", "/inbox", headers=forged) as tab:
        assert "/sign-in?next=/inbox" in redirects(tab)
        assert "Senior" not in received(tab)


async def test_a_sign_in_cannot_be_claimed_in_an_event(live_server: Server):
    claimed = {LOGIN_HEADER: live_server.cast.senior.cookie_hash}
    async with open_tab(live_server, load=False) as tab:
        event = tab.message(ME, {})
        event["router_data"] |= {"headers": claimed, **claimed, "token": "x", "sid": "x"}
        await tab.emit("event", event)
        await settled(tab)
        assert redirects(tab) == ["/sign-in?next=/"]
        assert "Senior" not in received(tab)


async def test_the_hash_of_a_sign_in_is_no_cookie(live_server: Server):
    async with open_tab(live_server, live_server.cast.senior.cookie_hash, "/inbox") as tab:
        assert "/sign-in?next=/inbox" in redirects(tab)


async def test_the_cookie_stays_with_the_browser(live_server: Server, scene: Scene, log: Log):
    cookie = live_server.cast.senior.cookie
    headers = {"Cookie": f"a=other-secret; rf_login={cookie}", "Authorization": "Bearer third"}
    path = f"/escalations/{scene.waiting}"
    arguments = {"handoff_id": scene.waiting}
    async with open_tab(live_server, "", path, arguments=arguments, headers=headers) as tab:
        assert tab.vars("EscalationState")["case"]["id"] == scene.waiting_id
        for name, each in handlers(of="").items():
            await tab.send(each["wire"] if name.startswith("reflex.") else name)
        await settled(tab)
        for secret in (cookie, "other-secret", "Bearer third"):
            assert secret not in received(tab)
            assert secret not in log.text


# Signed out


async def test_signed_out_every_handler_leads_to_the_sign_in_page(
    live_server: Server, scene: Scene, log: Log
):
    guarded = [
        name for name, each in handlers().items() if each["access"] not in ("anyone", "live")
    ]
    async with open_tab(live_server, load=False, path="/inbox") as tab:
        for name in guarded:
            await tab.send(name, **innocent(name))
        await settled(tab)
        assert redirects(tab) == ["/sign-in?next=/inbox"] * len(guarded)
        assert_nothing_seen(tab, "No sound", INSIDE)
    log.assert_no_traceback()


async def test_the_way_to_sign_in_leads_nowhere_else(live_server: Server):
    for path in ("//elsewhere.example", "https://elsewhere.example/x", "javascript:alert(1)", ""):
        async with open_tab(live_server, load=False, path=path) as tab:
            await tab.send(ME)
            await settled(tab)
            (target,) = redirects(tab)
            assert target.startswith("/sign-in?next=")


# Hostile payloads

HALF = "\ud83d"  # the first half of a surrogate pair
DEEP: Any = "bottom"
for _ in range(200):
    DEEP = {"in": [DEEP]}

HOSTILE: list[Any] = [
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**30,
    -(10**30),
    1.5,
    float("inf"),
    float("nan"),
    "",
    "\x00",
    "a\x00b",
    "\u202e\u2028",
    "5",
    "not-a-key",
    "x" * 160_000,  # six of them fit into a message
    "' OR 1=1; --",
    "../../etc/passwd",
    "00000000-0000-0000-0000-000000000000",
    [],
    ["a", None],
    {},
    {"a": 1},
    DEEP,
]
FILLED = {"reason": "Help", "priority": "normal", "outcome": "none such"}
INNOCENT = {
    "list": [],
    "str": "x",
    "UUID": "00000000-0000-0000-0000-000000000000",
    "int": 1,
    "bool": True,
    "dict": {},
    "InboxSection": "waiting",
    "SessionStatus": "active",
}


def innocent(name: str, page: str = "") -> dict[str, Any]:
    """Return a payload that a page with that id in its address would send."""
    parameters = handlers()[name]["parameters"]
    return {each: page if each == PAGE else INNOCENT[kind] for each, kind in parameters.items()}


LARGEST = 900_000
"""A larger message cuts the socket; a field alone is tried with the longest text all the same."""


def hostile_payloads(name: str, ids: list[str], page: str) -> list[dict[str, Any]]:
    """Every hostile value in every place of a handler's payload, and payloads of a wrong shape."""
    usual = innocent(name, page)
    payloads: list[dict[str, Any]] = [
        {},
        {**usual, "extra": 1},
        {**usual, "actor": {"role": "owner"}},
        {**usual, "state": {}, "values": {}},
        {"x": DEEP},
    ]
    for parameter in usual:
        payloads += [{**usual, parameter: value} for value in [*HOSTILE, *ids]]
    if "form" in usual:
        fields = handlers()[name]["fields"]
        forms = [dict.fromkeys(fields, value) for value in [*HOSTILE, *ids]]
        forms += [{**FILLED, each: value} for each in fields for value in HOSTILE]
        payloads += [{**usual, "form": form} for form in forms]
    return [each for each in payloads if len(str(each)) < LARGEST]


ATTACKERS = ("", "technician", "senior", "outsider")


@pytest.mark.parametrize("attacker", ATTACKERS, ids=lambda name: name or "signed out")
async def test_no_payload_of_any_handler_does_harm(
    live_server: Server, rows: Rows, scene: Scene, log: Log, attacker: str
):
    person = live_server.cast.person(attacker) if attacker else None
    own = scene.own.get(attacker, scene.walking_id)
    ids = [scene.walking_id, scene.parked_id, scene.waiting, scene.parked, scene.tree_id]
    before = rows.of(scene)
    cookie = person.cookie if person else ""
    arguments = {"session_id": own, "handoff_id": scene.waiting}
    # A case must still be walked on when its payloads are tried, so the walk comes first.
    names = sorted(handlers(), key=lambda name: ("RunnerState" not in name, name))

    async with open_tab(
        live_server, cookie, f"/sessions/{own}", arguments=arguments, load=False
    ) as tab:
        for load in ("sessions.runner_state.RunnerState.load", "handoffs.state.HandoffState.load"):
            await tab.send(f"rxapp.{load}")
        for name in names:
            for payload in hostile_payloads(name, ids if attacker != "senior" else ids[:2], own):
                await tab.send(name, **payload)
            # Behind thousands of messages, the answer to a ping would come so late that the
            # server cuts the socket. Some handlers check a password, which takes its time.
            await settled(tab, 60, quiet=0)
        # It all has been taken, and the server is well.
        assert not tab.closed.is_set()
        await tab.send(ME)
        await settled(tab)
        if person:
            # Own settings may be changed with any text, the name too: it is put back.
            rows.change_user(person, name=person.actor.name, is_active=True)
            await tab.send(ME)
            await settled(tab)
            assert tab.vars("MeState")["name"] == person.actor.name
        seen = {"technician": [COLLEAGUE], "senior": [PARKED]}
        assert_nothing_seen(tab, *seen.get(attacker, [INSIDE]))

    log.assert_no_traceback()
    assert rows.of(scene) == before


@pytest.mark.parametrize(
    ("handler", "payload"),
    [
        ("trees.state.LibraryState.search", {"text": HALF}),
        ("trees.state.LibraryState.pick", {"category": HALF}),
        ("sessions.runner_state.RunnerState.choose", {"option_key": HALF, "seq": 2}),
        ("handoffs.inbox_state.InboxState.claim", {"handoff_id": HALF}),
        ("handoffs.state.HandoffState.submit", {"form": {"reason": HALF, "priority": HALF}}),
        ("sessions.state.SessionsState.start", {"form": {"ticket_number": HALF}}),
    ],
    ids=lambda value: ascii(value),
)
async def test_half_a_character_does_not_cut_the_socket(
    live_server: Server, scene: Scene, log: Log, handler: str, payload: dict[str, Any]
):
    # A field's length limit cuts an emoji in two, so that every browser can send this.
    own = scene.own["senior"]
    if PAGE in handlers()[f"rxapp.{handler}"]["parameters"]:
        payload = {PAGE: own, **payload}
    path, arguments = f"/sessions/{own}", {"session_id": own}
    cookie = live_server.cast.senior.cookie
    async with open_tab(live_server, cookie, path, arguments=arguments, load=False) as tab:
        await tab.send("rxapp.sessions.runner_state.RunnerState.load")
        await tab.send(f"rxapp.{handler}", **payload)
        await settled(tab, 2)
    log.assert_no_traceback()


async def test_a_payload_cannot_take_the_place_of_the_state(live_server: Server, log: Log):
    cookie = live_server.cast.technician.cookie
    async with open_tab(live_server, cookie, load=False) as tab:
        for name in handlers():
            await tab.emit("event", tab.message(name, {**innocent(name), "self": {"a": 1}}))
        await settled(tab)
    log.assert_no_traceback()


def assert_nothing_seen(tab: Tab, *words: str) -> None:
    for word in words:
        for update in tab.updates:
            place = update.text.find(word)
            assert place < 0, update.text[max(0, place - 300) : place + 100]


# Hostile messages

ADDRESSES: list[dict[str, Any]] = [
    {"pathname": 5, "asPath": [], "query": {}},
    {"pathname": "/sessions/[session_id]", "asPath": "\x00", "query": {"session_id": "\x00"}},
    {"pathname": "/sessions/x", "asPath": "/sessions/x", "query": {"session_id": ["x"]}},
    {"pathname": "/sessions/x", "asPath": "/sessions/x", "query": {"session_id": {"a": 1}}},
    {"pathname": "/escalations/x", "asPath": "/escalations/x", "query": {"handoff_id": 10**30}},
    {"pathname": "/" + "x" * 200_000, "asPath": "/" + "x" * 200_000},
    {"pathname": "//[", "asPath": "http://[::1", "query": {"": None}},
]


@pytest.mark.parametrize("number", range(len(ADDRESSES)))
async def test_a_false_address_does_no_harm(live_server: Server, log: Log, number: int):
    async with open_tab(live_server, live_server.cast.technician.cookie, load=False) as tab:
        for name in handlers():
            event = tab.message(name, innocent(name))
            await tab.emit("event", event | {"router_data": ADDRESSES[number]})
        await settled(tab)
        assert not tab.closed.is_set()
    log.assert_no_traceback()


MALFORMED: dict[str, list[Any]] = {
    "nothing": [],
    "no dict": [5],
    "a list": [[1, 2]],
    "text": ["{"],
    "text of a list": ["[]"],
    "no name": [{"payload": {}}],
    "a name that is none": [{"name": 5, "payload": {}, "router_data": {}}],
    "a name that is a list": [{"name": [], "payload": {}, "router_data": {}}],
    "payload is no dict": [{"name": HYDRATE, "payload": [1], "router_data": {}}],
    "payload is text": [{"name": HYDRATE, "payload": "x", "router_data": {}}],
    "address is no dict": [{"name": HYDRATE, "payload": {}, "router_data": "x"}],
    "address is null": [{"name": HYDRATE, "payload": {}, "router_data": None}],
    "query is a list": [{"name": HYDRATE, "payload": {}, "router_data": {"query": [1]}}],
    "path is a number": [{"name": HYDRATE, "payload": {}, "router_data": {"pathname": 5}}],
    "path is a list": [{"name": HYDRATE, "payload": {}, "router_data": {"pathname": ["x"]}}],
    "storage of no state": [
        {
            "name": HYDRATE,
            "payload": {"vars": {"no.such_state.var": 1, "": 2}},
            "router_data": {"pathname": "/"},
        }
    ],
    "hashes of a wrong type": [
        {"name": HYDRATE, "payload": {"hashes": 5}, "router_data": {"pathname": "/"}}
    ],
}


async def test_malformed_messages_are_refused_quietly(live_server: Server):
    logged = []
    for kind, arguments in MALFORMED.items():
        log = Log(live_server.log)
        async with open_tab(live_server, load=False) as tab:
            await tab.emit("event", *arguments)
            await tab.quiet(0.1)
        await assert_serves(live_server)
        if "Traceback" in log.text:
            logged.append(kind)
    assert logged == []


async def test_an_unknown_event_is_dropped_and_its_headers_are_not_logged(
    live_server: Server, log: Log
):
    senior = live_server.cast.senior
    async with open_tab(live_server, senior.cookie, headers={"X-Secret": "of-the-proxy"}) as tab:
        before = len(tab.updates)
        for name in (
            "no.such.event",
            "rxapp.sessions.runner_state.RunnerState.delete_everything",
            "",
        ):
            await tab.send(name)
        await settled(tab)
        assert {name for update in tab.updates[before:] for name in update.delta} == {STATE}
    for secret in (senior.cookie, senior.cookie_hash, "of-the-proxy"):
        assert secret not in log.text


async def test_an_unknown_event_leaves_no_traceback(live_server: Server, log: Log):
    async with open_tab(live_server, load=False) as tab:
        await tab.send("no.such.event")
        await settled(tab)
    log.assert_no_traceback()


async def test_a_message_of_two_megabytes_is_refused(live_server: Server, log: Log):
    cookie = live_server.cast.technician.cookie
    tab = await Tab.connect(live_server, cookie, load=False)
    try:
        await tab.send("rxapp.trees.state.LibraryState.search", text="x" * 2_000_000)
        await tab.until(tab.closed.is_set)
    except Refused:
        pass
    finally:
        await tab.close()
    await assert_serves(live_server)
    log.assert_no_traceback()


async def test_a_flood_of_large_messages_does_not_fill_the_log(live_server: Server, log: Log):
    async with open_tab(live_server, load=False) as tab:
        for _ in range(5):
            await tab.send("rxapp.sessions.runner_state.RunnerState.back", seq="x" * 500_000)
            await tab.emit("event", "y" * 500_000)
            await tab.send("no.such.event", text="z" * 500_000)
        await tab.quiet(0.5)
    await assert_serves(live_server)
    assert len(log.text) < 100_000


async def assert_serves(server: Server) -> None:
    async with open_tab(server, server.cast.technician.cookie) as tab:
        assert tab.vars("MeState")["name"] == "Technician"


# What only the server may set


async def test_no_variable_can_be_set_from_outside(live_server: Server, scene: Scene, log: Log):
    outsider = live_server.cast.outsider
    async with open_tab(live_server, outsider.cookie) as tab:
        sent = len(tab.updates)
        stolen = {
            "rxapp.sessions.runner_state.RunnerState": {
                "session_id": scene.walking_id,
                "may_move": True,
            },
            "rxapp.handoffs.state.HandoffState": {"session_id": scene.walking_id, "i_hold": True},
            "rxapp.handoffs.inbox_state.InboxState": {"user_id": "x", "open_count": 7},
            "rxapp.sign_in.me_state.MeState": {"is_senior": True, "name": "Somebody"},
            "rxapp.gate.guard.GuardState": {
                "notice": "set from outside",
                "_login": live_server.cast.senior.cookie_hash,
            },
            "reflex.state.State": {"router": {}, "_reflex_internal_links": {"a": "b"}},
        }
        hydrate_vars: dict[str, Any] = {}
        for state, values in stolen.items():
            for name, value in values.items():
                wire = tab.message(f"{state}.setvar", {})["name"]
                prefix = wire.rpartition(".")[0]
                await tab.send(f"{state}.setvar", var_name=name, value=value)
                await tab.send(f"{state}.set_{name}", value=value)
                await tab.send(f"{state}.set_{name}", **{name: value})
                hydrate_vars |= {f"{prefix}.{name}": value, f"{prefix}.{name}_rx_state_": value}
        await settled(tab)
        assert {name for update in tab.updates[sent:] for name in update.delta} == {STATE}

        internal = "reflex___state____state.reflex___state____update_vars_internal_state"
        for name, value in hydrate_vars.items():
            await tab.send(f"{internal}.update_vars_internal", vars={name: value})
        await settled(tab)
        assert tab.vars("MeState")["name"] == "Outsider"
        assert tab.vars("RunnerState")["session_id"] == ""

        note = {"page": "", "opening": "x", "format_name": "json"}
        await tab.send("rxapp.sessions.runner_state.RunnerState.read_note", **note)
        await tab.send("rxapp.handoffs.state.EscalationState.read_again")
        await settled(tab)
        assert_nothing_seen(tab, INSIDE)
        assert tab.vars("GuardState")["notice"] == "There is no such session."


# What the role and the account allow


async def test_a_technician_can_neither_claim_nor_hand_back(
    live_server: Server, rows: Rows, scene: Scene
):
    before = rows.of(scene)
    arguments = {"handoff_id": scene.waiting, "session_id": scene.waiting_id}
    cookie = live_server.cast.technician.cookie
    path = f"/escalations/{scene.waiting}"
    async with open_tab(live_server, cookie, path, arguments=arguments, load=False) as tab:
        refused, told = 0, set()
        for name, each in handlers().items():
            if each["access"] == Permission.HANDLE_ESCALATIONS.value:
                payload = {
                    "page": scene.waiting,
                    "handoff_id": scene.waiting,
                    "form": {"reason": "Mine now"},
                    "section": "waiting",
                    "after": "",
                    "since": 0,
                }
                await tab.send(name, **{key: payload[key] for key in each["parameters"]})
                await settled(tab)
                notice = tab.vars("GuardState")["notice"]
                assert notice.startswith("As Technician you may not"), name
                told.add(tab.vars("GuardState")["notice_id"])
                refused += 1
        assert refused == len(told) == 5
        assert_nothing_seen(tab, COLLEAGUE)
    assert rows.of(scene) == before


@pytest.mark.parametrize("attacker", ["outsider", "outside_technician"])
async def test_another_account_cannot_reach_a_case(
    live_server: Server, rows: Rows, scene: Scene, attacker: str
):
    before = rows.of(scene)
    cookie = live_server.cast.person(attacker).cookie
    runner, panel = "rxapp.sessions.runner_state.RunnerState.", "rxapp.handoffs.state.HandoffState."
    for session_id, handoff_id in (
        (scene.walking_id, scene.waiting),
        (scene.held_id, scene.held),
        (scene.parked_id, scene.parked),
        (scene.completed_id, scene.waiting),
    ):
        arguments = {"session_id": session_id, "handoff_id": handoff_id}
        for path in (f"/sessions/{session_id}", f"/escalations/{handoff_id}"):
            async with open_tab(live_server, cookie, path, arguments=arguments) as tab:
                await tab.send(runner + "load")
                page = path.rpartition("/")[2]
                await tab.send(runner + "choose", page=page, option_key="works", seq=2)
                await tab.send(runner + "back", page=page, seq=2)
                note = {"opening": "x", "format_name": "json"}
                await tab.send(runner + "read_note", page=page, **note)
                await tab.send(runner + "download", page=page)
                await tab.send(runner + "complete", page=page, form={"outcome": "resolved"})
                await tab.send(panel + "load")
                await tab.send(panel + "read_package", page=page, opening="x")
                form = {"reason": "x", "priority": "normal"}
                await tab.send(panel + "submit", page=page, form=form)
                await tab.send(panel + "park", page=page)
                await tab.send(panel + "withdraw", page=page, handoff_id=handoff_id)
                await tab.send(panel + "hand_back", page=page, handoff_id=handoff_id, form=form)
                await tab.send(f"{INBOX}.claim", page=page, handoff_id=handoff_id)
                await tab.send("rxapp.handoffs.state.EscalationState.load")
                await tab.send("rxapp.handoffs.state.EscalationState.read_again")
                form = {"tree": scene.tree_id}
                await tab.send("rxapp.sessions.state.SessionsState.start", form=form)
                for each in handlers():
                    if each.endswith((".refresh", ".refresh_texts")):
                        await tab.send(each)
                await settled(tab)
                assert_nothing_seen(tab, INSIDE)
                assert not [path for path in redirects(tab) if path != "/inbox"]
    assert rows.of(scene) == before


async def test_the_live_handlers_show_nothing_to_a_tab_that_watches_nothing(live_server: Server):
    live = [name for name, each in handlers().items() if each["access"] == "live"]
    assert live
    for cookie in ("", live_server.cast.outsider.cookie, live_server.cast.senior.cookie):
        async with open_tab(live_server, cookie, "/inbox", load=False) as tab:
            await settled(tab)  # the first event of a tab is answered with all that it holds
            before = len(tab.updates)
            for name in live:
                await tab.send(name)
            await settled(tab)
            assert {name for update in tab.updates[before:] for name in update.delta} == {STATE}
            assert_nothing_seen(tab, INSIDE)


async def test_frontend_errors_are_taken_without_harm(live_server: Server, log: Log):
    wire = handlers(of="")["reflex.state.FrontendEventExceptionState.handle_frontend_exception"]
    async with open_tab(live_server, load=False) as tab:
        for value in ("TypeError", 5, None, ["x"], "x\nERROR forged line"):
            await tab.send(wire["wire"], info=value, component_stack=value)
            await tab.emit("client_error", {"error_type": value, "message": value})
            await tab.emit("client_error", value)
        await settled(tab)
        assert json.dumps(redirects(tab)) == "[]"
    log.assert_no_traceback()
