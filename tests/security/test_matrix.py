"""The matrix: every route and every handler as everybody, against the one table of permissions.

Nothing is listed here: routes come from the OpenAPI document, handlers from the composed app, and
what each asks for is what it declares. So a new one is tried the moment it exists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from rxapp.access.actor import Role
from rxapp.access.models import User
from rxapp.access.policy import ALLOWED, Permission
from rxapp.access.rules import LoginKind
from rxapp.gate.guard import ANYONE, LIVE, PAGE, SIGNED_IN
from rxapp.own_settings import service as settings_service
from rxapp.sign_in import login_service
from rxapp.sign_in import service as accounts
from tests.security.scene import INSIDE, Log, Rows, Scene
from tests.security.tabs import handlers, open_tab, redirects, settled
from tests.support.cast import PASSWORD, PASSWORD_HASH, Person
from tests.support.databases import BOTH
from tests.support.server import Server

pytestmark = BOTH

ROLES = tuple(Role)
OUTSIDE = tuple(f"outside {role}" for role in Role)
SHUT_OUT = ("nobody", "deactivated")
TOKENS = ("read token", "write token")
NOBODY = "00000000-0000-0000-0000-000000000000"
OPEN = {
    "GET /api/v1/health",
    "GET /api/v1/server",
    "GET /api/v1/health/ready",
    "POST /api/v1/auth/register",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/login/json",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/forgot",
}
"""Routes for signing in, which need no sign-in."""


@dataclass(frozen=True)
class Extra:
    """Somebody made for the matrix alone."""

    email: str
    cookie: str
    role: Role


def new_person(rows: Rows, like: Person, role: Role, name: str) -> Extra:
    """Add a member to the account of ``like``, signed in with a browser."""
    email = f"{name.replace(' ', '.')}@matrix.example.com"
    with rows.transaction() as db:
        user_id = accounts.add_user(
            db,
            like.actor.account_id,
            email=email,
            name=name,
            password_hash=PASSWORD_HASH,
            role=role,
        ).id
        grant = login_service.start_login(db, user_id, LoginKind.BROWSER)
    return Extra(email, grant.secret, role)


@pytest.fixture(scope="module")
def everybody(live_server: Server, rows: Rows) -> dict[str, Extra]:
    cast = live_server.cast
    people = {role.value: new_person(rows, cast.owner, role, f"inside {role}") for role in ROLES}
    people |= {
        f"outside {role}": new_person(rows, cast.outsider, role, f"outside {role}")
        for role in ROLES
    }
    people["deactivated"] = new_person(rows, cast.owner, Role.OWNER, "deactivated")
    return people


def bearer_of(server: Server, person: Extra) -> str:
    answer = httpx.post(
        f"{server.base}/api/v1/auth/login/json",
        json={"email": person.email, "password": PASSWORD},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


@pytest.fixture(scope="module")
def tokens(live_server: Server, rows: Rows, everybody: dict[str, Extra]) -> dict[str, str]:
    """A bearer token of everybody; the deactivated one was good before."""
    found = {name: bearer_of(live_server, person) for name, person in everybody.items()}
    with rows.transaction() as db:
        owner = db.query(User).filter(User.email == everybody["owner"].email).one()
        actor = live_server.cast.owner.actor
        for scope in ("read", "write"):
            mine = type(actor)(owner.account_id, owner.id, Role.OWNER, owner.name, actor.login_id)
            made = settings_service.make_api_token(db, mine, name=scope, scope=scope)
            found[f"{scope} token"] = made.token
        shut_out = db.query(User).filter(User.email == everybody["deactivated"].email).one()
        shut_out.is_active = False
    return {"nobody": "", **found}


@pytest.fixture(scope="module")
def client(live_server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_server.base, timeout=60) as running:
        yield running


@pytest.fixture(scope="module")
def routes(client: httpx.Client) -> dict[str, dict[str, Any]]:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    return {
        f"{verb.upper()} {path}": operation
        for path, verbs in paths.items()
        for verb, operation in verbs.items()
    }


def needed(operation: dict[str, Any]) -> Permission | None:
    """The permission that a route declares; None for anybody who is signed in."""
    scopes = {scope for each in operation["security"] for names in each.values() for scope in names}
    assert len(scopes) <= 1
    return Permission[scopes.pop().upper()] if scopes else None


def url_of(route: str, scene: Scene, *, real: bool) -> str:
    ids = {
        "tree_id": scene.tree_id,
        "session_id": scene.held_id,
        "handoff_id": scene.held,
        "member_id": scene.member_id,
        "login_id": scene.login_id,
        "token_id": scene.token_id,
        "invitation_id": scene.invitation_id,
        "name": "scratchpad",
        "number": "1",
        "email_id": scene.email_id,
        "group_id": scene.synonyms_id,
    }
    path = route.split(" ")[1]
    return path.format(**(ids if real else dict.fromkeys(ids, NOBODY)))


def ask(
    client: httpx.Client, route: str, token: str, scene: Scene, *, real: bool
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    method = route.split(" ")[0]
    body: dict[str, Any] = {"json": {}} if method in ("POST", "PUT") else {}
    if route.endswith("/search"):
        body = {"params": {"q": "x"}}
    if route.endswith("/auth/logout"):
        body = {"params": {"everywhere": "perhaps"}}  # refused, or the walk would end here
    return client.request(method, url_of(route, scene, real=real), headers=headers, **body)


def test_every_route_as_everybody(
    client, routes, tokens, everybody, rows: Rows, scene: Scene, log: Log, capsys
):
    before, counted, wrong = rows.of(scene), 0, []
    for route, operation in routes.items():
        if route in OPEN:
            assert "security" not in operation, route
            continue
        permission = needed(operation)
        for name, token in tokens.items():
            role = everybody[name].role if name in everybody else Role.OWNER
            is_denied = permission is not None and permission not in ALLOWED[role]
            # Who may is given ids that are none, so that nothing is done; who may not, real ones.
            foreign = name in OUTSIDE
            answer = ask(client, route, token, scene, real=is_denied or foreign or name in SHUT_OUT)
            fault = fault_of(route, name, answer, is_denied=is_denied, operation=operation)
            counted += 1
            if fault:
                wrong.append(f"{route} as {name}: {answer.status_code}, {fault}")
            if (foreign or name in SHUT_OUT) and INSIDE in answer.text:
                wrong.append(f"{route} as {name} tells what is inside")
    assert wrong == []
    assert rows.of(scene) == before
    log.assert_no_traceback()
    with capsys.disabled():
        print(  # noqa: T201 - the counts are what a reader of the run wants to see
            f"\nmatrix, {live_kind(rows)}: {len(routes)} routes, {len(tokens)} kinds of callers,"
            f" {counted} requests as the table says"
        )


def live_kind(rows: Rows) -> str:
    return rows._database.engine.dialect.name


def fault_of(
    route: str,
    name: str,
    answer: httpx.Response,
    *,
    is_denied: bool,
    operation: dict[str, Any],
) -> str:
    """What is wrong with an answer, or an empty text."""
    status = answer.status_code
    if name in SHUT_OUT:
        return "" if status == 401 else "expected 401"
    if name in TOKENS:
        return token_fault(route, name, status, operation)
    if is_denied:
        return "" if status == 403 else "expected 403"
    if status in (401, 403) or status >= 500:
        return "expected to be let in"
    if name in OUTSIDE and "_id}" in route and status not in (404, 422):
        return "expected 404: it belongs to another account"
    return ""


def token_fault(route: str, name: str, status: int, operation: dict[str, Any]) -> str:
    """An owner's API token: it reads, or writes, and never touches a sign-in or a member."""
    reads = route.startswith("GET ") or bool(operation.get("x-reads"))
    if name == "read token" and not reads:
        return "" if status == 403 else "expected 403: it may only read"
    if not any("ApiToken" in each for each in operation["security"]):
        return "" if status == 403 else "expected 403: no person signed in"
    return "" if status not in (401, 403) and status < 500 else "expected to be let in"


async def test_every_handler_as_everybody(
    live_server: Server, everybody, tokens, rows: Rows, scene: Scene, log: Log, capsys
):
    before, counted, wrong = rows.of(scene), 0, []
    found = {
        name: each for name, each in handlers().items() if each["access"] not in (ANYONE, LIVE)
    }
    for who in ("nobody", *everybody):
        person = everybody.get(who)
        cookie = person.cookie if person else ""
        async with open_tab(live_server, cookie, load=False) as tab:
            for name, handler in found.items():
                fault = await handler_fault(tab, name, handler, who, person)
                counted += 1
                if fault:
                    wrong.append(f"{name} as {who}: {fault}")
            words = "\n".join(update.text for update in tab.updates)
            if (who in OUTSIDE or who in SHUT_OUT) and INSIDE in words:
                wrong.append(f"{who} was told what is inside")
    assert wrong == []
    assert rows.of(scene) == before
    log.assert_no_traceback()
    with capsys.disabled():
        print(  # noqa: T201 - the counts are what a reader of the run wants to see
            f"\nmatrix, {live_kind(rows)}: {len(found)} handlers, {len(everybody) + 1} kinds of"
            f" callers, {counted} events as the table says"
        )


PAYLOAD = {
    "str": NOBODY,
    "UUID": NOBODY,
    "int": 1,
    "bool": True,
    "dict": {},
    "InboxSection": "waiting",
    "SessionStatus": "active",
}


async def handler_fault(
    tab: Any, name: str, handler: dict[str, Any], who: str, person: Extra | None
) -> str:
    """Send the event with an innocent payload; what is wrong with the answer, or an empty text."""
    updates = len(tab.updates)
    payload = {each: PAYLOAD[kind] for each, kind in handler["parameters"].items()}
    payload |= {each: "" for each in payload if each == PAGE}  # the address of the tab has no id
    await tab.send(name, **payload)
    await settled(tab, quiet=0)
    is_sent_away = "/sign-in?next=/" in redirects(tab, updates)
    if who in SHUT_OUT:
        return "" if is_sent_away else "expected to be sent to sign in"
    if is_sent_away or person is None:
        return "sent to sign in"
    notices = [
        values["notice_rx_state_"]
        for update in tab.updates[updates:]
        for values in update.delta.values()
        if "notice_rx_state_" in values
    ]
    is_noticed = any(
        "notice_id_rx_state_" in values
        for update in tab.updates[updates:]
        for values in update.delta.values()
    )
    access = handler["access"]
    refusal = f"As {person.role.label} you may not {access}."
    if access != SIGNED_IN and Permission(access) not in ALLOWED[person.role]:
        said = tab.vars("GuardState")["notice"] if is_noticed else "nothing"
        return "" if said == refusal else f"expected {refusal!r}, got {said!r}"
    return "was refused" if refusal in notices else ""
