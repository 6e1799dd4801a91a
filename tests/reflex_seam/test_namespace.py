"""The websocket's handlers have the names that we wrap."""

import inspect
import subprocess
import sys
from types import SimpleNamespace

import pytest
from reflex.app import EventNamespace

from rxapp.reflex_seam import namespace
from rxapp.reflex_seam.handler_names import wire_name
from rxapp.reflex_seam.moved import ReflexMovedError
from tests.reflex_seam.probe import ADDRESS, ProbeState, Tab
from tests.support.server import ROOT

OTHERWISE_CALLED = """
from reflex.app import EventNamespace
EventNamespace.on_message = EventNamespace.on_event
del EventNamespace.on_event
import rxapp.rxapp
"""

BOOT = {"name": "", "payload": {}, "router_data": {"pathname": "/probe/[probe_id]"}}


@pytest.fixture
def met(app) -> list:
    """What went through a handler that was put around Reflex's."""
    went = []

    def around(take):
        async def on_event(sid, data=None):
            went.append(data["name"])
            await take(sid, data)

        return on_event

    namespace.meet(app, "on_event", around)
    return went


def test_the_handlers_are_those_that_are_known(app):
    namespace.check_doors(app)


def test_it_is_an_error_if_events_are_called_otherwise(app, monkeypatch):
    monkeypatch.setattr(namespace, "SocketEvent", SimpleNamespace(EVENT="message"))
    with pytest.raises(ReflexMovedError):
        namespace.check_doors(app)


def test_it_is_an_error_if_the_handler_is_called_otherwise(app, monkeypatch):
    monkeypatch.setattr(EventNamespace, "on_message", EventNamespace.on_event, raising=False)
    monkeypatch.delattr(EventNamespace, "on_event")
    with pytest.raises(ReflexMovedError):
        namespace.check_doors(app)
    with pytest.raises(ReflexMovedError):
        namespace.meet(app, "on_event", lambda take: take)


def test_the_server_does_not_start_then():
    command = [sys.executable, "-c", OTHERWISE_CALLED]
    started = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert started.returncode != 0
    assert ReflexMovedError.__name__ in started.stderr
    assert "docs/upgrading-reflex.md" in started.stderr


def test_it_is_an_error_if_there_is_one_more_way_in(app, monkeypatch):
    monkeypatch.setattr(EventNamespace, "on_upload", EventNamespace.on_event, raising=False)
    with pytest.raises(ReflexMovedError):
        namespace.check_doors(app)


def test_the_handlers_take_what_is_handed_on():
    takes = {
        name: [*inspect.signature(getattr(EventNamespace, name)).parameters][1:]
        for name in ("on_connect", "on_event", "on_disconnect")
    }
    assert takes == {
        "on_connect": ["sid", "environ", "auth"],
        "on_event": ["sid", "data"],
        "on_disconnect": ["sid"],
    }


async def test_a_message_goes_through_what_was_put_around(met, tab: Tab):
    await tab.send(wire_name(ProbeState.note))
    assert met == [wire_name(ProbeState.note)]


async def test_an_event_that_comes_with_the_connection_does_too(app, met, tab: Tab):
    other = Tab(app)
    await other.connect({"event": BOOT | {"name": wire_name(ProbeState.note)}})
    await other.settled()
    assert met == [wire_name(ProbeState.note)]


async def test_a_socket_s_tab_is_known_until_it_goes(app, tab: Tab):
    assert namespace.token_of(app, tab.sid) == tab.token
    await tab.disconnect()
    assert namespace.token_of(app, tab.sid) is None


async def test_a_socket_s_address_is_what_the_server_saw(app, monkeypatch):
    environ = {"asgi.scope": {"client": (ADDRESS, 1)}}
    monkeypatch.setattr(app.sio, "get_environ", lambda _sid, _namespace: environ)
    assert namespace.address_of(app, "socket") == ADDRESS
