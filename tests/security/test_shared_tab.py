"""A tab outlives a sign-in: what it showed, and its live updates, must end with the sign-in."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from rxapp.access.actor import Role
from rxapp.sign_in import login_service
from tests.security.scene import INSIDE, PARKED, Rows, Scene
from tests.security.tabs import STATE, handlers, open_tab, received, redirects, settled
from tests.support.caller import Caller, api_client
from tests.support.server import Server
from tests.support.socket_client import Tab

INBOX = "rxapp.handoffs.inbox_state.InboxState"


@contextlib.asynccontextmanager
async def taken_over(server: Server, token: str, cookie: str, path: str, **options):
    """Open a tab under the token of one that has just been closed."""
    for _ in range(50):
        async with open_tab(server, cookie, path, token=token, load=False) as tab:
            await tab.quiet(0.02)
            if "new_token" not in received(tab):
                yield tab
                return
    raise AssertionError("the server kept the token for the tab before")


def change_inbox(server: Server, scene: Scene) -> str:
    """Have something happen in the inside account's inbox; returns the words in it."""
    words = f"{INSIDE} {uuid4()}"
    Caller(server, server.cast.technician).escalate(scene.tree_id, words, ticket=words)
    return words


async def heard(tab: Tab, words: str, seconds: float = 5.0) -> None:
    await tab.until(lambda: words in received(tab), seconds)


@contextlib.asynccontextmanager
async def witness(server: Server, rows: Rows) -> AsyncIterator[Tab]:
    """Another senior with the inbox open: what they hear has been told to everybody."""
    cookie = rows.new_login(server.cast.second_senior)
    async with open_tab(server, cookie, "/inbox") as tab:
        yield tab


# Revoked


async def test_a_revoked_sign_in_stops_at_the_next_event(
    live_server: Server, rows: Rows, scene: Scene
):
    senior = live_server.cast.senior
    cookie = rows.new_login(senior)
    own = scene.own["senior"]
    arguments = {"session_id": own}
    async with open_tab(live_server, cookie, f"/sessions/{own}", arguments=arguments) as tab:
        end_login(rows, cookie)
        before = len(tab.updates)
        await tab.send(
            "rxapp.sessions.runner_state.RunnerState.choose", page=own, option_key="works", seq=2
        )
        await tab.send(f"{INBOX}.claim", page=own, handoff_id=scene.waiting)
        await settled(tab)
        assert redirects(tab, before) == [f"/sign-in?next=/sessions/{own}"] * 2
        assert {name for each in tab.updates[before:] for name in each.delta} == {STATE}


async def test_a_revoked_sign_in_hears_nothing_more(live_server: Server, rows: Rows, scene: Scene):
    cookie = rows.new_login(live_server.cast.senior)
    async with witness(live_server, rows) as other, open_tab(live_server, cookie, "/inbox") as tab:
        words = change_inbox(live_server, scene)
        await heard(tab, words)

        end_login(rows, cookie)
        words = change_inbox(live_server, scene)
        await heard(other, words)
        await tab.quiet(0.3)
        assert words not in received(tab)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.VIEWER.value}], ids=str)
async def test_who_may_no_longer_see_the_inbox_hears_nothing_more(
    live_server: Server, rows: Rows, scene: Scene, change: dict
):
    admin = live_server.cast.admin
    cookie = rows.new_login(admin)
    async with witness(live_server, rows) as other, open_tab(live_server, cookie, "/inbox") as tab:
        rows.change_user(admin, **change)
        try:
            words = change_inbox(live_server, scene)
            await heard(other, words)
            await tab.quiet(0.3)
            assert words not in received(tab)
        finally:
            rows.change_user(admin, is_active=True, role=Role.ADMIN.value)


def end_login(rows: Rows, cookie: str) -> None:
    from rxapp.access.tokens import token_hash

    with rows.transaction() as db:
        assert login_service.end_by_cookie(db, token_hash(cookie))


# The shared computer


@pytest.mark.parametrize(
    ("following", "pause"),
    [
        ("", 0.0),
        ("technician", 0.0),
        ("outsider", 0.0),
        ("outside_technician", 0.0),
        ("outside_technician", 1.5),
    ],
)
async def test_the_next_person_at_the_tab_sees_nothing_of_the_one_before(
    live_server: Server, rows: Rows, scene: Scene, following: str, pause: float
):
    cookie = live_server.cast.person(following).cookie if following else ""
    token = str(uuid4())
    arguments = {"handoff_id": scene.waiting, "session_id": scene.waiting_id}
    former = rows.new_login(live_server.cast.senior)
    for path in (f"/escalations/{scene.waiting}", f"/sessions/{scene.waiting_id}", "/inbox"):
        tab = await Tab.connect(live_server, former, path, arguments=arguments, token=token)
        assert INSIDE in received(tab)
        await tab.close()
        await asyncio.sleep(0.05)
    await asyncio.sleep(pause)

    async with taken_over(live_server, token, cookie, "/inbox") as tab:
        await tab.send(f"{STATE}.hydrate")
        await tab.send(f"{STATE}.hydrate_and_load")
        await settled(tab)
        for name in handlers():
            if name.endswith((".refresh", ".refresh_texts", ".read_again")):
                await tab.send(name)
        await settled(tab)
        assert_unseen(tab, INSIDE)
        # Their colleague's sign-in has not ended, so the inbox goes on changing for it.
        async with witness(live_server, rows) as other:
            words = change_inbox(live_server, scene)
            await heard(other, words)
            await tab.quiet(0.3)
        await tab.send(f"{INBOX}.refresh")
        await settled(tab)
        assert_unseen(tab, INSIDE)
        assert tab.vars("InboxState")["open_count"] == 0


async def test_a_tab_that_never_says_a_word_hears_nothing_of_the_one_before(
    live_server: Server, rows: Rows, scene: Scene
):
    token = str(uuid4())
    former = rows.new_login(live_server.cast.senior)
    await (await Tab.connect(live_server, former, "/inbox", token=token)).close()
    await asyncio.sleep(0.05)
    async with (
        witness(live_server, rows) as other,
        taken_over(live_server, token, "", "/inbox") as tab,
    ):
        words = change_inbox(live_server, scene)
        await heard(other, words)
        await tab.quiet(0.3)
        assert tab.updates == []


async def test_two_tabs_with_one_token_are_kept_apart(
    live_server: Server, rows: Rows, scene: Scene
):
    token = str(uuid4())
    former = rows.new_login(live_server.cast.senior)
    async with (
        open_tab(live_server, former, "/inbox", token=token) as first,
        open_tab(live_server, "", "/inbox", token=token) as second,
    ):
        words = change_inbox(live_server, scene)
        await heard(first, words)
        await second.quiet(0.3)
        await second.send(f"{INBOX}.refresh")
        await settled(second)
        assert_unseen(second, INSIDE)


def assert_unseen(tab: Tab, words: str) -> None:
    for update in tab.updates:
        place = update.text.find(words)
        assert place < 0, update.text[max(0, place - 400) : place + 100]


# Private


async def test_parking_a_case_shuts_out_the_senior_who_looks_at_it(
    live_server: Server, rows: Rows, scene: Scene
):
    technician = live_server.cast.technician
    with api_client(live_server, technician) as api:
        session_id = api.post("/sessions", json={"tree_id": scene.tree_id}).json()["id"]
        arguments = {"session_id": session_id}
        cookie = rows.new_login(live_server.cast.senior)
        path = f"/sessions/{session_id}"
        async with open_tab(live_server, cookie, path, arguments=arguments) as tab:
            body = {"intent": "park", "reason": f"Mine alone {PARKED}"}
            assert api.post(f"/sessions/{session_id}/handoff", json=body).status_code == 201
            await tab.until(lambda: tab.vars("RunnerState").get("missing"), 5)
            await tab.quiet(0.3)
            for name in handlers():
                if name.endswith((".refresh", ".read_again", ".load")):
                    await tab.send(name)
            reads = {"page": session_id, "opening": "x"}
            note = "rxapp.sessions.runner_state.RunnerState.read_note"
            await tab.send(note, **reads, format_name="json")
            await tab.send("rxapp.handoffs.state.HandoffState.read_package", **reads)
            await settled(tab)
            assert_unseen(tab, PARKED)


async def test_a_claim_by_somebody_else_is_seen_by_those_who_may(
    live_server: Server, rows: Rows, scene: Scene
):
    # The tests above would pass if nothing were ever told; this one would not.
    cookie = rows.new_login(live_server.cast.senior)
    async with open_tab(live_server, cookie, "/inbox") as tab:
        words = change_inbox(live_server, scene)
        await heard(tab, words)
        (row,) = tab.vars("InboxState")["change"]["rows"]
        assert words in row["reason"]
        with api_client(live_server, live_server.cast.owner) as api:
            assert api.post(f"/handoffs/{row['id']}/claim").status_code == 200

        def claimed_by() -> list[str]:
            return [each.get("claimed_by") for each in tab.vars("InboxState")["change"]["rows"]]

        await tab.until(lambda: claimed_by() == ["Owner"], 5)
