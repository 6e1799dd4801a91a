"""No event handler only sets fields, as to open a dialog: the browser does that by itself."""

import ast
from collections.abc import Iterator

import pytest

from tests.support.server import ROOT

Function = ast.AsyncFunctionDef | ast.FunctionDef


def _methods(state: ast.ClassDef) -> dict[str, Function]:
    return {each.name: each for each in state.body if isinstance(each, Function)}


def _is_handler(method: Function) -> bool:
    return any(ast.unparse(each).startswith("rx.event") for each in method.decorator_list)


def _called(method: Function) -> list[str]:
    """Return the names of what a method calls; its decorators are none of it."""
    found = (node for part in method.body for node in ast.walk(part))
    return [ast.unparse(node.func) for node in found if isinstance(node, ast.Call)]


def sets_fields_alone(method: Function, methods: dict[str, Function]) -> bool:
    """Return whether the method and its helpers in the state call nothing beside them."""
    for call in _called(method):
        helper = methods.get(call.removeprefix("self."))
        if call == "self.reset":
            continue
        if not call.startswith("self.") or helper is None:
            return False
        if not sets_fields_alone(helper, methods):
            return False
    return True


def forgets(method: Function) -> bool:
    """Return whether it clears a secret that was shown once, which the server must not keep."""
    return method.name.startswith("forget_")


def idle_handlers(source: str) -> Iterator[str]:
    """Name the handlers that have nothing to do on a server."""
    for state in ast.walk(ast.parse(source)):
        if isinstance(state, ast.ClassDef):
            methods = _methods(state)
            for method in filter(_is_handler, methods.values()):
                if sets_fields_alone(method, methods) and not forgets(method):
                    yield f"{state.name}.{method.name}"


def test_every_handler_has_something_to_do_on_the_server():
    files = sorted((ROOT / "rxapp").rglob("*.py"))
    assert [name for file in files for name in idle_handlers(file.read_text("utf-8"))] == []


def test_all_handlers_are_looked_at():
    sources = [file.read_text("utf-8") for file in (ROOT / "rxapp").rglob("*.py")]
    found = [
        method
        for source in sources
        for state in ast.walk(ast.parse(source))
        if isinstance(state, ast.ClassDef)
        for method in filter(_is_handler, _methods(state).values())
    ]
    assert len(found) > 60
    assert sum(map(forgets, found)) >= 4


def _planted(*body: str) -> str:
    lines = "\n".join(f"        {line}" for line in body)
    return f"""
class Planted(rx.State):
    @rx.event
    @guarded(Permission.RUN_SESSIONS)
    async def act(self, actor, name: str = ""):
{lines}

    def _close(self):
        self.is_open, self.chosen = False, ""

    async def _read(self, actor):
        self.rows = await database.read(queries.rows, actor)
"""


@pytest.mark.parametrize(
    "body",
    [
        ("self.is_open = True",),
        ('"""Open it."""', "self.is_open = not self.is_open"),
        ("self.chosen = name", "self._close()"),
        ("if self.is_open:", "    self._close()"),
        ("self.reset()",),
        ("pass",),
    ],
)
def test_a_handler_that_only_sets_fields_is_found(body):
    assert list(idle_handlers(_planted(*body))) == ["Planted.act"]


@pytest.mark.parametrize(
    "body",
    [
        ("self.is_open = True", "await self._read(actor)"),
        ("self.rows = await database.read(queries.rows, actor)",),
        ("self._close()", 'await tell(self, "Done.")'),
    ],
)
def test_a_handler_that_asks_somebody_is_not(body):
    assert list(idle_handlers(_planted(*body))) == []
