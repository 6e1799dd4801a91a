"""What this project takes from Reflex's private side is still there, and still means the same."""

import inspect
from pathlib import Path

import reflex as rx
import reflex_base
from reflex.app import EventNamespace
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.redis import StateManagerRedis
from reflex.istate.manager.token import BaseStateToken
from reflex.state import State
from reflex.utils.token_manager import LocalTokenManager, SocketRecord
from reflex_base.compiler import templates
from reflex_base.environment import environment
from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor
from reflex_base.registry import RegistrationContext


async def test_a_connected_tab_is_found_by_its_token():
    manager = LocalTokenManager()
    assert await manager.link_token_to_sid("tab", "socket") is None
    assert isinstance(manager.token_to_socket["tab"], SocketRecord)
    assert await manager.is_token_connected("tab")
    await manager.disconnect_token("tab", "socket")
    assert "tab" not in manager.token_to_socket
    assert not await manager.is_token_connected("tab")


def test_the_namespace_keeps_its_token_manager_where_it_was():
    assert "self._token_manager = TokenManager.create()" in inspect.getsource(EventNamespace)
    assert hasattr(rx.App, "event_namespace")
    assert hasattr(rx.App, "event_processor")


def test_a_registered_handler_names_its_states():
    fields = RegistrationContext.__dataclass_fields__
    assert "event_handlers" in fields


def test_serving_is_switched_where_it_was():
    for name in ("REFLEX_SKIP_COMPILE", "REFLEX_MOUNT_FRONTEND_COMPILED_APP"):
        assert getattr(environment, name).name == f"__{name}"


def test_states_keep_the_connection_in_router_data():
    assert "router_data" in rx.State.get_fields()
    assert hasattr(rx.State, "_get_root_state")


def test_an_event_that_meets_a_blank_state_rehydrates_it_before_its_handler():
    source = inspect.getsource(BaseStateEventProcessor._execute_event)
    blank, rehydrate, handler = (
        source.index(part)
        for part in (
            "not previous_router_data and event.name not in _hydrate_event_names()",
            "await self._rehydrate(root_state)",
            "await process_event(",
        )
    )
    assert blank < rehydrate < handler


async def test_a_state_in_memory_can_be_kept_and_dropped():
    manager = StateManagerMemory(token_expiration=60)
    token = BaseStateToken(ident="tab", cls=State)
    async with manager.modify_state(token):
        assert manager._states_locks[token.lock_key].locked()
    assert token.cache_key in manager.states
    until, _ = manager._token_expires_at[token.cache_key]
    manager._track_token(token)
    assert manager._token_expires_at[token.cache_key][0] >= until
    manager._purge_token(token)
    assert token.cache_key not in manager.states
    await manager.close()


def test_a_state_in_redis_has_a_key_for_each_class():
    source = inspect.getsource(StateManagerRedis._collect_state_writes)
    assert "token._state_key(type(state))" in source
    assert "ex=self.token_expiration" in inspect.getsource(StateManagerRedis.set_state)


def test_the_namespace_fills_in_where_a_tab_is_and_calls_what_it_is_given():
    for name in ("on_connect", "on_event", "on_disconnect", "emit_update", "sid_to_token"):
        assert hasattr(EventNamespace, name)
    source = inspect.getsource(EventNamespace.on_event)
    assert "router_data = event.router_data" in source
    assert "router_data.update(static_router_data)" in source
    assert "self.on_event(sid, boot_event)" in inspect.getsource(EventNamespace.on_connect)


def _template(name: str) -> str:
    return (Path(reflex_base.__file__).parent / ".templates" / "web" / "utils" / name).read_text()


def test_the_browser_meets_reflex_s_socket_and_every_event_where_it_did():
    state = _template("state.js")
    assert 'import io from "socket.io-client";' in state
    assert "socket.current.connect();" in state
    assert 'socket.emit("event", encodeFormDataArgs(routed_event));' in state
    assert "export const eventLoop = {" in _template("context-registry.js")
    generated = inspect.getsource(templates)
    assert "return eventLoop.addEvents(events, args, event_actions);" in generated
    assert "eventLoop.addEvents = addEventsLocal;" in generated
    assert hasattr(EventNamespace, "on_ping")


def test_reflex_s_words_about_the_connection_are_where_ours_take_their_place():
    assert (5, "Overlay") in rx.App().app_wraps
