"""What this project takes from Reflex's private side is still there, and still means the same."""

import inspect

import reflex as rx
from reflex.app import EventNamespace
from reflex.utils.token_manager import LocalTokenManager, SocketRecord
from reflex_base.environment import environment
from reflex_base.registry import RegistrationContext


async def test_a_connected_tab_is_found_by_its_token():
    manager = LocalTokenManager()
    assert await manager.link_token_to_sid("tab", "socket") is None
    assert isinstance(manager.token_to_socket["tab"], SocketRecord)
    await manager.disconnect_token("tab", "socket")
    assert "tab" not in manager.token_to_socket


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
