"""Only the seam names Reflex's internals."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cache

import pytest
import reflex as rx
from reflex.app import EventNamespace
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.redis import StateManagerRedis
from reflex.utils.token_manager import LocalTokenManager, RedisTokenManager
from reflex_base.event.context import EventContext
from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor
from reflex_base.registry import RegistrationContext

from tests.support.server import ROOT

INSIDE = (
    *(rx.App, rx.State, rx.Component, rx.Var, rx.Middleware, rx.BaseStateToken),
    *(rx.EventHandler, rx.event.EventSpec, rx.event.Event),
    *(EventNamespace, EventContext, BaseStateEventProcessor, RegistrationContext),
    *(LocalTokenManager, RedisTokenManager, StateManagerMemory, StateManagerRedis),
)
"""The classes whose private members are looked for."""

UNDERSTOOD = frozenset(
    {
        *("event_namespace", "event_processor", "state_manager", "sio", "app_wraps"),
        *("router_data", "event_handlers", "get_substates", "get_load_events", "get_full_name"),
        *("token_to_socket", "sid_to_token", "emit_update", "is_hydrated", "get_root_state"),
        *("rx_router_url", "rx_router_session", "rx_router_headers", "rx_router_page"),
    }
)
"""Internals without an underscore: Reflex's documentation does not promise them."""

MODULES = frozenset(
    {
        *("app", "state", "utils", "constants", "compiler", "vars", "istate", "config", "testing"),
        *("components", "base", "model", "admin", "style", "assets", "page", "route"),
    }
)
OURS = ("State", "App", "Component", "Middleware")
"""In a class of ours that is one of these, ``self`` is an object of Reflex."""

SEAM = ROOT / "rxapp" / "reflex_seam"
INSIDE_MODULE = re.compile(r"reflex(_base|_components_\w+)?\b")
SET_ON_SELF = re.compile(r"self\.(_\w+)")


@cache
def private_names() -> frozenset[str]:
    """Return the private members of the internals."""
    found = {name for each in INSIDE for name in dir(each)}
    for module in {each.__module__ for each in INSIDE}:
        found.update(SET_ON_SELF.findall(inspect.getsource(sys.modules[module])))
    return frozenset(name for name in found if re.match(r"_[a-z]", name))


def breaches(source: str) -> Iterator[str]:
    """Yield every internal name that a source uses, with its line."""
    tree = ast.parse(source)
    selves = {
        node
        for kind in ast.walk(tree)
        if isinstance(kind, ast.ClassDef) and not _is_of_reflex(kind)
        for node in ast.walk(kind)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and INSIDE_MODULE.match(node.module or ""):
            yield f"{node.lineno}: {node.module}"
        name = _name_in(node)
        if name is None:
            continue
        is_own = node in selves and isinstance(node, ast.Attribute) and _is_self(node.value)
        if (
            name in UNDERSTOOD
            or name.startswith("_reflex_")
            or (name in private_names() and not is_own)
        ):
            yield f"{getattr(node, 'lineno', 0)}: {name}"
        elif name in MODULES and isinstance(node, ast.Attribute) and _is_reflex(node.value):
            yield f"{node.lineno}: rx.{name}"


def _name_in(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.keyword) and node.arg and node.arg.startswith("_"):
        return node.arg
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _is_of_reflex(kind: ast.ClassDef) -> bool:
    names = [getattr(base, "attr", getattr(base, "id", "")) for base in kind.bases]
    return any(name.endswith(OURS) for name in names)


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _is_reflex(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("rx", "reflex")


def test_nothing_else_names_what_is_inside():
    files = [*ROOT.glob("rxapp/**/*.py"), *ROOT.glob("scripts/*.py"), ROOT / "rxconfig.py"]
    found = [
        f"{file.relative_to(ROOT)}:{each}"
        for file in sorted(files)
        if SEAM not in file.parents
        for each in breaches(file.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        "state._get_root_state()",
        "app.event_namespace",
        "app.event_namespace._token_manager",
        "getattr(app, '_event_processor')",
        "state.get_value('router_data')",
        "class MyState(rx.State):\n    def f(self):\n        self._clean()",
        "rx.State(_reflex_internal_init=True)",
        "rx.utils.format",
        "from reflex.state import BaseState",
        "from reflex_components_core.core import banner",
        "handler._type_hints",
    ],
)
def test_a_planted_name_is_found(planted):
    assert list(breaches(planted))


@pytest.mark.parametrize(
    "fine",
    [
        "class Hub:\n    def f(self):\n        self._state = self._app = self._token = 1",
        "class MyState(rx.State):\n    def f(self):\n        self._own = 1",
        "rx.plugins.SitemapPlugin",
        "rx.event.EventSpec",
    ],
)
def test_what_is_ours_or_promised_is_none(fine):
    assert list(breaches(fine)) == []
