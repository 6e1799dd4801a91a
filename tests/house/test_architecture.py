"""What each kind of file may import; a violation names its file and line.

Which package may import which is a contract in pyproject.toml.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "rxapp"

DOORS = {"web", "gate", "api"}
"""What only screens and routes may import."""

SEAM = "reflex_seam"
GROUND = {"core", "access", SEAM}
FEATURES = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - DOORS - GROUND

LAYERS = (
    {"models", "rules", "views", "topics", "document", "faults", "lint", "importer", "export"}
    | {"starters", "cleaning", "words", "synonyms", "asked", "marks"}
    | {"passwords", "tokens", "spent"}
    | {"operations", "draft", "changing", "merging", "replacing", "batch", "diff"}
    | {"reading", "text_diff", "mending", "drawing"},
    {"queries", "search"},
    {"service", "demo", "lease", "notices", "presence", "signals", "archive", "limits"}
    | {"registry", "outbox", "planner", "dispatcher", "shown", "channels", "letters"}
    | {"belongings", "attempt", "password"},
    {"state", "api", "cookies", "hub", "sockets", "tab_states", "outages", "listener"},
    {"browser"},
    {"components", "pages"},
)
"""The files of a feature, lowest layer first; a file imports its own layer and those below."""

LAYER = {name: height for height, names in enumerate(LAYERS) for name in names}

KINDS = {"rules", "lint", "views", "queries", "service", "state", "components", "pages", "api"}
ON_SCREEN = {"state", "pages", "components", "api"}
REFLEX = ("reflex", "reflex_base", "reflex_components_")
TABLES = ("sqlalchemy", "sqlmodel")
HTTP = ("fastapi", "starlette")


def kind_of(name: str) -> str:
    """Return the kind of a file by the last word of its name."""
    last = name.rpartition("_")[2]
    return last if name not in LAYER and last in KINDS else name


@dataclass(frozen=True)
class Import:
    """One import of one file; ``target`` is the whole dotted name of a module."""

    file: str
    line: int
    target: str

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.file).with_suffix("").parts[1:]

    @property
    def folder(self) -> str:
        """The folder below rxapp, or the file itself if it is in none."""
        return self.parts[0]

    @property
    def room(self) -> str:
        """The file in its folder, or the folder in that, as ``service`` or ``channels``.

        A second file of one kind has what it is about before it: ``lease_service``.
        """
        return kind_of(self.parts[1]) if len(self.parts) > 1 else ""

    @property
    def of_ours(self) -> bool:
        return self.target.split(".")[0] == "rxapp"

    @property
    def to_folder(self) -> str:
        return [*self.target.split("."), ""][1]

    @property
    def to_room(self) -> str:
        return kind_of([*self.target.split("."), "", ""][2])

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.target}"


def imports_of(file: str, source: str) -> Iterator[Import]:
    """Every import in the source, including those in functions and for type checkers."""
    package = ".".join(Path(file).parent.parts)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            for alias in node.names:
                yield Import(file, node.lineno, _module(f"{base}.{alias.name}", base))
        elif isinstance(node, ast.Call) and _name(node.func) in ("import_module", "__import__"):
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant):
                    yield Import(file, node.lineno, str(argument.value))


def _module(whole: str, base: str) -> str:
    """Tell ``from package import module`` from ``from module import name``."""
    path = ROOT.joinpath(*whole.split("."))
    return whole if path.with_suffix(".py").is_file() or path.is_dir() else base


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


@cache
def everything() -> list[Import]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        file = str(path.relative_to(ROOT))
        found += imports_of(file, path.read_text(encoding="utf-8"))
    return found


def is_of(target: str, libraries: tuple[str, ...]) -> bool:
    top = target.split(".")[0]
    return any(top.startswith(name) if name.endswith("_") else top == name for name in libraries)


def screens_and_routes_alone_use_the_doors(each: Import) -> bool:
    if not each.of_ours or each.folder not in FEATURES or each.to_folder not in DOORS:
        return False
    screens = ("state", "pages", "components")
    doors = {"web": screens, "gate": screens, "api": ("api", "cookies")}
    return each.room not in doors[each.to_folder]


def inside_a_feature_files_look_down(each: Import) -> bool:
    if not each.of_ours or each.to_room not in LAYER or each.room not in LAYER:
        return False
    if each.folder not in FEATURES or each.to_folder not in FEATURES:
        return False
    siblings = {"state", "api"} == {each.room, each.to_room}
    return siblings or LAYER[each.to_room] > LAYER[each.room]


def rules_are_pure(each: Import) -> bool:
    if each.room != "rules":
        return False
    if each.of_ours:
        ours = (
            "rxapp.core.addresses",
            "rxapp.core.errors",
            "rxapp.core.texts",
            "rxapp.core.zones",
            "rxapp.access.actor",
        )
        return each.target not in ours and each.to_room != "rules"
    return each.target.split(".")[0] not in sys.stdlib_module_names


def views_are_no_rows(each: Import) -> bool:
    if each.room != "views" or is_of(each.target, TABLES):
        return each.room == "views"
    if each.target in ("rxapp.core.moments", "rxapp.access.actor"):  # how times look, and roles
        return False
    return each.of_ours and each.to_room not in ("views", "rules", "document")


def reflex_stays_on_screen(each: Import) -> bool:
    place = "/".join(each.parts)
    at_home = (
        each.folder in (SEAM, "web", "gate", "rxapp", "screens")
        or place == "live/sockets"
        or each.room in ("state", "pages", "components", "browser")
    )
    return is_of(each.target, REFLEX) and not at_home


def the_seam_alone_looks_into_reflex(each: Import) -> bool:
    return is_of(each.target, REFLEX) and each.target != "reflex" and each.folder != SEAM


def screens_and_routes_speak_no_sql(each: Import) -> bool:
    return is_of(each.target, TABLES) and each.room in ON_SCREEN


def screens_and_routes_know_no_table(each: Import) -> bool:
    return each.of_ours and each.to_room == "models" and each.room in ON_SCREEN


def pages_do_no_work(each: Import) -> bool:
    works = each.of_ours and each.to_room in ("service", "queries", "search")
    return works and each.room in ("pages", "components")


def fastapi_stays_in_the_api(each: Import) -> bool:
    place = "/".join(each.parts)
    at_home = (
        each.folder in ("api", "rxapp", "wiring")
        or each.room == "api"
        or place in ("sign_in/cookies",)
    )
    return is_of(each.target, HTTP) and not at_home


RULES = (
    screens_and_routes_alone_use_the_doors,
    inside_a_feature_files_look_down,
    rules_are_pure,
    views_are_no_rows,
    reflex_stays_on_screen,
    the_seam_alone_looks_into_reflex,
    screens_and_routes_speak_no_sql,
    screens_and_routes_know_no_table,
    pages_do_no_work,
    fastapi_stays_in_the_api,
)
"""Each returns whether an import is a violation."""


@pytest.mark.parametrize("is_breach", RULES, ids=lambda rule: rule.__name__)
def test_no_import_goes_against_the_direction(is_breach):
    assert [str(each) for each in everything() if is_breach(each)] == []


def test_every_file_has_a_place_in_the_order():
    placed = {*LAYER, "__init__"}
    for folder in sorted(FEATURES):
        rooms = {
            kind_of(path.stem) for path in (PACKAGE / folder).iterdir() if path.suffix == ".py"
        }
        folders = [path for path in (PACKAGE / folder).iterdir() if list(path.glob("*.py"))]
        rooms |= {kind_of(path.name) for path in folders}
        assert rooms <= placed, f"say in LAYERS where {rooms - placed} of {folder} stand"


def test_only_what_reflex_compiles_is_exempt_from_types():
    """Reflex turns a state's attributes into Vars at run time, which no checker sees.

    A build compiles these files as a whole, and fails on an attribute that is not there.
    """
    exempt = [path for path in PACKAGE.rglob("*.py") if "mypy: ignore-errors" in path.read_text()]
    kinds = {kind_of(path.stem) for path in exempt}
    assert kinds <= {"pages", "components", "screens"}
    assert "overrides" not in (ROOT / "pyproject.toml").read_text().partition("[tool.mypy]")[2]


PLANTED = [
    ("sessions/service.py", "from rxapp.gate import guard", screens_and_routes_alone_use_the_doors),
    (
        "sessions/service.py",
        "from rxapp.api.paging import Limit",
        screens_and_routes_alone_use_the_doors,
    ),
    ("trees/models.py", "from rxapp.trees import queries", inside_a_feature_files_look_down),
    ("trees/queries.py", "from . import service", inside_a_feature_files_look_down),
    ("trees/queries.py", "from .service import publish", inside_a_feature_files_look_down),
    ("trees/service.py", "from rxapp.trees.state import X", inside_a_feature_files_look_down),
    ("trees/state.py", "from rxapp.trees import pages", inside_a_feature_files_look_down),
    ("trees/state.py", "from rxapp.trees import api", inside_a_feature_files_look_down),
    ("trees/api.py", "from rxapp.trees.state import X", inside_a_feature_files_look_down),
    (
        "sessions/queries.py",
        "import importlib\nimportlib.import_module('rxapp.sessions.service')",
        inside_a_feature_files_look_down,
    ),
    ("sessions/rules.py", "from rxapp.core.clock import utc_now", rules_are_pure),
    ("sessions/rules.py", "from rxapp.sessions.models import X", rules_are_pure),
    ("sessions/rules.py", "import pydantic", rules_are_pure),
    ("sessions/views.py", "from rxapp.sessions.models import X", views_are_no_rows),
    ("sessions/views.py", "from sqlmodel import SQLModel", views_are_no_rows),
    ("sessions/service.py", "import reflex as rx", reflex_stays_on_screen),
    ("sessions/views.py", "from reflex_base import constants", reflex_stays_on_screen),
    ("live/listener.py", "import reflex_components_core.x", reflex_stays_on_screen),
    ("core/db.py", "if TYPE_CHECKING:\n    import reflex", reflex_stays_on_screen),
    ("gate/gate.py", "from reflex.state import BaseState", the_seam_alone_looks_into_reflex),
    ("web/parts.py", "import reflex_components_core.x", the_seam_alone_looks_into_reflex),
    ("trees/state.py", "def f():\n    import reflex.app", the_seam_alone_looks_into_reflex),
    ("trees/state.py", "from sqlalchemy import select", screens_and_routes_speak_no_sql),
    ("trees/api.py", "from sqlmodel import Session", screens_and_routes_speak_no_sql),
    ("trees/pages.py", "import sqlalchemy.orm", screens_and_routes_speak_no_sql),
    ("trees/state.py", "from rxapp.trees.models import Tree", screens_and_routes_know_no_table),
    ("trees/pages.py", "from rxapp.trees import queries", pages_do_no_work),
    ("trees/components.py", "from rxapp.trees.service import publish", pages_do_no_work),
    ("trees/service.py", "import fastapi", fastapi_stays_in_the_api),
    ("trees/state.py", "from fastapi.responses import Response", fastapi_stays_in_the_api),
    ("access/tokens.py", "from starlette.requests import Request", fastapi_stays_in_the_api),
]


@pytest.mark.parametrize(("file", "source", "rule"), PLANTED)
def test_a_planted_breach_is_found(file, source, rule):
    assert any(map(rule, imports_of(f"rxapp/{file}", source)))


ALLOWED = [
    ("handoffs/service.py", "from rxapp.sessions import queries, service"),
    (
        "handoffs/state.py",
        "from rxapp.sessions.runner_state import RunnerState\nimport reflex as rx",
    ),
    (
        "sessions/service.py",
        "from sqlalchemy import select\nfrom rxapp.live.signals import publish",
    ),
    ("sessions/api.py", "from fastapi import APIRouter\nfrom rxapp.api.paging import Limit"),
    ("sign_in/cookies.py", "from fastapi import Response"),
    ("live/sockets.py", "import reflex as rx"),
    ("access/policy.py", "from rxapp.core.errors import Forbidden"),
    ("reflex_seam/registry.py", "from reflex_base.registry import RegistrationContext"),
    ("rxapp.py", "import reflex\nfrom rxapp.handoffs.pages import inbox_page"),
    ("sessions/rules.py", "import re\nfrom rxapp.core.errors import Invalid"),
]


@pytest.mark.parametrize(("file", "source"), ALLOWED)
def test_what_is_allowed_is_no_breach(file, source):
    for each in imports_of(f"rxapp/{file}", source):
        assert not [rule.__name__ for rule in RULES if rule(each)]


def test_the_walker_sees_what_is_there():
    found = {(each.file, each.target) for each in everything()}
    assert ("rxapp/handoffs/service.py", "rxapp.sessions.queries") in found
    assert ("rxapp/handoffs/service.py", "sqlalchemy") in found
    assert ("rxapp/cli.py", "rxapp.frontend") in found, "an import inside a function"
    assert len(found) > 300
