"""What the composed app offers to the outside, reported by a separate process.

Importing the composition root hooks features together for good, and a planted handler stays
registered; neither may reach the other tests of this process.
"""

import inspect
import json
import re
import subprocess
import sys
from functools import lru_cache
from typing import Any

from tests.support.reflex import blank_state, called_from, pages, registered_handlers
from tests.support.server import ROOT

REFLEX_ROOT = "reflex.state.State"


@lru_cache
def composed(*, planted: bool = False) -> dict[str, Any]:
    """Return ``handlers``, ``routes`` and ``acts``; ``planted``: with a state without any guard.

    A handler's name maps to its declared ``access`` (None: none), its ``parameters`` with their
    types, whether the ``gate`` lets it run, its name on the ``wire`` and its ``states``. ``acts``
    are the handlers that a page with an id in its address can call, by route.
    """
    command = [sys.executable, "-m", "tests.security.composed", *(["planted"] if planted else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def _type_name(function, parameter: inspect.Parameter) -> str:
    from rxapp.gate.guard import PAYLOAD

    kind = getattr(function, PAYLOAD, {}).get(parameter.name, parameter.annotation)
    return getattr(kind, "__name__", str(kind))


def _fields(state: type, name: str) -> list[str]:
    """Return the fields that a handler reads out of the form it is sent."""
    if not state.__module__.startswith("rxapp.") or "planted" in state.__module__:
        return []
    source = inspect.getsource(state).partition(f"async def {name}(")[2]
    own = re.split(r"\n    (?:async def|def|@)", source)[0]
    return re.findall(r'form_(?:text|number)\(\s*form, "(\w+)"', own)


def _handlers(app: Any) -> dict[str, Any]:
    import asyncio

    from rxapp.gate.gate import declared_access, may_run

    found = {}
    for wire_name, registered in registered_handlers(app).items():
        states = [f"{each.__module__}.{each.__name__}" for each in registered.states]
        short = wire_name.rpartition(".")[2]
        parameters = list(inspect.signature(registered.handler.fn).parameters.values())[1:]
        found[f"{states[0]}.{short}"] = {
            "wire": wire_name,
            "states": states,
            "access": declared_access(registered.states[0], short, registered.handler.fn),
            "gate": asyncio.run(may_run(blank_state(), wire_name)),
            "fields": _fields(registered.states[0], short),
            "parameters": {
                each.name: _type_name(registered.handler.fn, each) for each in parameters
            },
        }
    return found


def _acts(app: Any) -> dict[str, list[str]]:
    """Return, for every page with an id in its address, the handlers that its parts can call."""
    made = {route: make() for route, make in pages(app).items() if "[" in route}
    return {route: sorted(called_from(page)) for route, page in made.items()}


def _routes(api: Any) -> list[str]:
    found: list[str] = []

    def walk(routes: Any, prefix: str) -> None:
        for route in routes:
            if (router := getattr(route, "original_router", None)) is not None:
                walk(router.routes, prefix + route.include_context.prefix)
            else:
                methods = sorted(route.methods - {"HEAD", "OPTIONS"})
                found.extend(f"{method} {prefix}{route.path}" for method in methods)

    walk(api.routes, "")
    return found


def _plant() -> None:
    import reflex as rx

    class PlantedState(rx.State):
        opened: bool = False

        @rx.event
        async def undeclared(self):
            self.opened = True

        def merely_public(self):
            self.opened = True

    PlantedState.__module__ = "rxapp.planted.state"


def main() -> None:
    if "planted" in sys.argv:
        _plant()
    from rxapp.rxapp import _with_gateway, app

    async def nothing(*_: Any) -> None:
        return None

    gateway: Any = _with_gateway(nothing)
    told = {
        "handlers": _handlers(app),
        "routes": _routes(gateway._api._app),
        "acts": _acts(app),
    }
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main()
