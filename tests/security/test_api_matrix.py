"""Every route, called as everybody: one table says who gets which kind of answer.

The ids in the paths are always those of the inside account, so that to the other account there is
no such thing, whatever its people may do at home.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.security.composed import composed
from tests.security.scene import INSIDE, Log, Rows, Scene
from tests.support.caller import api_client
from tests.support.cast import PASSWORD
from tests.support.server import Server

PEOPLE = ("nobody", "technician", "senior", "admin", "owner", "outsider")


@dataclass(frozen=True)
class Row:
    """A route with what is sent, and the answer to each of ``PEOPLE``, in their order."""

    answers: str
    body: Any = None
    query: str = ""
    form: Any = None
    ids: dict[str, str] = field(default_factory=dict)


ALL = "200 200 200 200 200 200"
OWN_LIST = "401 200 200 200 200 200"  # of the caller's own account
ACCOUNT = "401 200 200 200 200 404"  # everybody's in the account
SENIORS = "401 404 200 200 200 404"  # a colleague's case is not for technicians
HOLDER = "401 404 409 409 409 404"  # seniors see it, but somebody else holds it
HANDLERS = "401 403 409 409 409 404"  # of escalations; the table's is held by somebody else

ADMINS = "401 403 403 200 200 403"  # of the caller's own account
NO_MAIL_SERVER = "401 403 403 409 409 403"  # the table's server has none
NOT_OUR_PAGE = "403 403 403 403 403 403"
NOBODY = "00000000-0000-0000-0000-000000000000"
ROWS = ("member_id", "login_id", "token_id", "invitation_id", "email_id")

WRITES = "401 403 200 200 200 200"  # of the caller's own account
NO_NAME = "401 403 404 404 404 404"  # no account has such a category, tag or update
WRITERS = "401 403 200 200 200 404"  # of the account's trees
WRITERS_REFUSED = "401 403 409 409 409 404"  # there is nothing to publish
FIRST_WRITER = "401 403 200 422 422 404"  # the id of an operation belongs to who sent it first
_OPERATION = "5f0c2a3e-9a49-4c55-8a0b-6f5f7b6a1c11"
_OPERATIONS = {
    "client": "matrix-tab",
    "operations": [
        {
            "id": _OPERATION,
            "seen": 0,
            "change": {"op": "move", "positions": [{"node": "gone", "x": 1, "y": 1}]},
        }
    ],
}
_HANDOFF = {"intent": "escalate", "reason": "Mine"}
_WRONG = {"email": "nobody@example.com", "password": "a wrong password"}

PAGE_OPERATION = {
    "writer": "5f0c2a3e-9a49-4c55-8a0b-6f5f7b6a1c11",
    "client": "matrix-tab",
    "operations": [
        {
            "id": "5f0c2a3e-9a49-4c55-8a0b-6f5f7b6a1c21",
            "seen": 0,
            "change": {"op": "set_field", "field": "title", "value": "Mine"},
        }
    ],
}

MATRIX = {
    "GET /api/v1/openapi.json": Row(ALL),
    "GET /api/v1/health": Row(ALL),
    "GET /api/v1/server": Row(ALL),
    "GET /api/v1/health/ready": Row(ALL),
    "POST /api/v1/auth/register": Row("422 422 422 422 422 422", body={}),
    "POST /api/v1/auth/login": Row(
        "401 401 401 401 401 401", form={"username": "a@b.example", "password": "wrong"}
    ),
    "POST /api/v1/auth/login/json": Row("401 401 401 401 401 401", body=_WRONG),
    "POST /api/v1/auth/browser/login": Row("403 403 403 403 403 403", body=_WRONG),
    "POST /api/v1/auth/browser/register": Row("403 403 403 403 403 403", body={}),
    "POST /api/v1/auth/browser/logout": Row("403 403 403 403 403 403"),
    "POST /api/v1/auth/browser/invitation": Row(NOT_OUR_PAGE, body={"token": "x"}),
    "POST /api/v1/auth/browser/forgot": Row(NOT_OUR_PAGE, body={"email": "a@b.example"}),
    "POST /api/v1/auth/browser/reset": Row(NOT_OUR_PAGE, body={"token": "x", "password": "x"}),
    "POST /api/v1/auth/browser/confirm-email": Row(NOT_OUR_PAGE, body={"token": "x"}),
    "GET /api/v1/auth/browser/account-export": Row(NOT_OUR_PAGE),
    "GET /api/v1/auth/browser/audit.csv": Row(NOT_OUR_PAGE),
    "POST /api/v1/auth/refresh": Row("401 401 401 401 401 401", body={"refresh_token": "x"}),
    "POST /api/v1/auth/forgot": Row("422 422 422 422 422 422", body={}),
    "POST /api/v1/auth/logout": Row("401 422 422 422 422 422", query="?everywhere=perhaps"),
    "GET /api/v1/auth/me": Row(OWN_LIST),
    "GET /api/v1/me": Row(OWN_LIST),
    "PUT /api/v1/me": Row("401 422 422 422 422 422", body={"theme": "pink"}),
    "PUT /api/v1/me/password": Row(
        "401 422 422 422 422 422", body={"old_password": "wrong", "new_password": "x"}
    ),
    "GET /api/v1/me/logins": Row(OWN_LIST),
    "DELETE /api/v1/me/logins/{login_id}": Row("401 404 404 404 404 404"),
    "GET /api/v1/me/tokens": Row(OWN_LIST),
    "POST /api/v1/me/tokens": Row(
        "401 422 422 422 422 422", body={"name": "Mine", "scope": "everything"}
    ),
    "DELETE /api/v1/me/tokens/{token_id}": Row("401 404 404 404 404 404"),
    "GET /api/v1/members": Row(ADMINS),
    "GET /api/v1/members/{member_id}/held": Row(ADMINS),
    "PUT /api/v1/members/{member_id}/role": Row(
        "401 403 403 404 404 403", body={"role": "viewer"}, ids={"member_id": NOBODY}
    ),
    "POST /api/v1/members/{member_id}/deactivate": Row(
        "401 403 403 404 404 403", ids={"member_id": NOBODY}
    ),
    "POST /api/v1/members/{member_id}/reactivate": Row("401 403 403 204 204 403"),
    "DELETE /api/v1/members/{member_id}": Row("401 403 403 404 404 403", ids={"member_id": NOBODY}),
    "POST /api/v1/members/{member_id}/reset-link": Row("401 403 403 201 201 403"),
    "GET /api/v1/invitations": Row(ADMINS),
    "POST /api/v1/invitations": Row(
        "401 403 403 422 422 403", body={"email": "x", "role": "viewer"}
    ),
    "POST /api/v1/invitations/{invitation_id}/resend": Row(ADMINS),
    "DELETE /api/v1/invitations/{invitation_id}": Row("401 403 403 204 409 403"),
    "GET /api/v1/account": Row(ADMINS),
    "PUT /api/v1/account": Row(ADMINS, body={}),
    "GET /api/v1/account/export": Row(ADMINS),
    "GET /api/v1/account/mail-server": Row(ADMINS),
    "GET /api/v1/account/emails": Row(ADMINS),
    "POST /api/v1/account/emails/resend": Row(NO_MAIL_SERVER),
    "POST /api/v1/account/emails/{email_id}/resend": Row(NO_MAIL_SERVER),
    "POST /api/v1/account/deletion": Row("401 403 403 403 422 403", body={"name": "x"}),
    "DELETE /api/v1/account/deletion": Row("401 403 403 403 204 403"),
    "GET /api/v1/audit": Row(ADMINS),
    "GET /api/v1/audit/csv": Row(ADMINS),
    "GET /api/v1/trees": Row(OWN_LIST),
    "GET /api/v1/trees/categories": Row(OWN_LIST),
    "GET /api/v1/trees/starters": Row(WRITES),
    "GET /api/v1/trees/search": Row(OWN_LIST, query="?q=sound"),
    "GET /api/v1/trees/{tree_id}": Row(ACCOUNT),
    "POST /api/v1/trees": Row("401 403 422 422 422 422", body={}),
    "PUT /api/v1/trees/{tree_id}": Row("401 403 200 200 200 404", body={}),
    "DELETE /api/v1/trees/{tree_id}": Row(
        "401 403 403 204 204 403", ids={"tree_id": "spare_tree_id"}
    ),
    "POST /api/v1/trees/{tree_id}/restore": Row(
        "401 403 403 200 422 404", ids={"tree_id": "spare_tree_id"}
    ),
    "POST /api/v1/trees/{tree_id}/archive": Row(WRITERS, ids={"tree_id": "spare_tree_id"}),
    "POST /api/v1/trees/starters": Row(
        "401 403 201 201 201 201", body={"starter": "printer-offline"}
    ),
    "GET /api/v1/categories": Row(WRITES),
    "POST /api/v1/categories/rename": Row(NO_NAME, body={"name": "Lost", "to": "Found"}),
    "POST /api/v1/categories/merge": Row(NO_NAME, body={"name": "Lost", "into": "Found"}),
    "GET /api/v1/tags": Row(WRITES),
    "POST /api/v1/tags/rename": Row(NO_NAME, body={"name": "lost", "to": "found"}),
    "POST /api/v1/tags/merge": Row(NO_NAME, body={"name": "lost", "into": "found"}),
    "GET /api/v1/synonyms": Row(WRITES),
    "POST /api/v1/synonyms": Row("401 403 422 422 422 422", body={"expressions": ["one"]}),
    "PUT /api/v1/synonyms/{group_id}": Row(
        "401 403 404 404 404 404", body={"expressions": ["one", "two"]}, ids={"group_id": NOBODY}
    ),
    "DELETE /api/v1/synonyms/{group_id}": Row("401 403 404 404 404 404", ids={"group_id": NOBODY}),
    "POST /api/v1/trees/{tree_id}/copy": Row("401 403 201 201 201 404"),
    "PUT /api/v1/trees/{tree_id}/ownership": Row(
        WRITERS, body={"owner_id": None, "review_on": "2030-01-31"}
    ),
    "GET /api/v1/trees/{tree_id}/usage": Row(WRITERS),
    "GET /api/v1/trees/{tree_id}/draft": Row(WRITERS),
    "GET /api/v1/trees/{tree_id}/draft/findings": Row(WRITERS),
    "GET /api/v1/trees/{tree_id}/draft/impact": Row(WRITERS),
    "GET /api/v1/trees/{tree_id}/diff": Row(WRITERS, query="?old=1"),
    "GET /api/v1/trees/{tree_id}/versions": Row(WRITERS),
    "GET /api/v1/trees/{tree_id}/versions/{number}": Row(WRITERS, ids={"number": "1"}),
    "GET /api/v1/auth/browser/drafts/{tree_id}": Row(NOT_OUR_PAGE),
    "GET /api/v1/auth/browser/drafts/{tree_id}/operations": Row(NOT_OUR_PAGE),
    "GET /api/v1/auth/browser/drafts/{tree_id}/findings": Row(NOT_OUR_PAGE),
    "POST /api/v1/auth/browser/drafts/{tree_id}/operations": Row(NOT_OUR_PAGE, body=PAGE_OPERATION),
    "POST /api/v1/auth/browser/drafts/{tree_id}/leave": Row(
        NOT_OUR_PAGE, body={"client": "matrix-tab"}
    ),
    "GET /api/v1/auth/browser/trees/{tree_id}/diff": Row(NOT_OUR_PAGE, query="?old=1"),
    "GET /api/v1/auth/browser/trees/{tree_id}/diff/drawing": Row(NOT_OUR_PAGE, query="?old=1"),
    "GET /api/v1/auth/browser/trees/{tree_id}/versions/{number}/steps": Row(
        NOT_OUR_PAGE, ids={"number": "1"}
    ),
    "GET /api/v1/trees/{tree_id}/starter": Row(NO_NAME),
    "GET /api/v1/trees/{tree_id}/starter/diff": Row(NO_NAME),
    "GET /api/v1/auth/browser/trees/{tree_id}/starter/diff": Row(NOT_OUR_PAGE),
    "GET /api/v1/auth/browser/trees/{tree_id}/starter/diff/drawing": Row(NOT_OUR_PAGE),
    "POST /api/v1/trees/{tree_id}/starter/take": Row(
        NO_NAME, body={"client": "matrix-tab", "id": "5f0c2a3e-9a49-4c55-8a0b-6f5f7b6a1c19"}
    ),
    "POST /api/v1/trees/{tree_id}/starter/skip": Row(NO_NAME),
    "POST /api/v1/trees/{tree_id}/versions": Row(WRITERS_REFUSED, body={"revision": 0}),
    "POST /api/v1/trees/{tree_id}/draft/review": Row(WRITERS_REFUSED, body={}),
    "DELETE /api/v1/trees/{tree_id}/draft/review": Row("401 403 204 204 204 404"),
    "POST /api/v1/trees/{tree_id}/draft/take": Row(
        FIRST_WRITER,
        body={
            "client": "matrix-tab",
            "id": "5f0c2a3e-9a49-4c55-8a0b-6f5f7b6a1c13",
            "version": 1,
        },
    ),
    "GET /api/v1/trees/{tree_id}/draft/operations": Row(WRITERS),
    "POST /api/v1/trees/{tree_id}/draft/operations": Row(FIRST_WRITER, body=_OPERATIONS),
    "POST /api/v1/trees/{tree_id}/draft/discard": Row(
        FIRST_WRITER,
        body={"client": "matrix-tab", "id": "5f0c2a3e-9a49-4c55-8a0b-6f5f7b6a1c12"},
    ),
    "POST /api/v1/sessions": Row("401 201 201 201 201 404", body={"tree_id": "{tree_id}"}),
    "GET /api/v1/sessions": Row(OWN_LIST),
    "GET /api/v1/sessions/{session_id}": Row(SENIORS),
    "PUT /api/v1/sessions/{session_id}": Row(HOLDER, body={"scratchpad": "Mine"}),
    "PUT /api/v1/sessions/{session_id}/texts/{name}": Row(
        HOLDER, body={"text": "Mine"}, ids={"name": "scratchpad"}
    ),
    "PUT /api/v1/auth/browser/texts/{name}": Row(
        NOT_OUR_PAGE,
        body={"text": "Mine", "session_id": "{session_id}", "writer": NOBODY},
        ids={"name": "scratchpad"},
    ),
    "POST /api/v1/sessions/{session_id}/steps": Row(HOLDER, body={"option": "works", "seq": 2}),
    "POST /api/v1/sessions/{session_id}/back": Row(HOLDER, body={}),
    "POST /api/v1/sessions/{session_id}/complete": Row(HOLDER, body={"outcome": "resolved"}),
    "POST /api/v1/sessions/{session_id}/export": Row(SENIORS, body={"format": "html"}),
    "POST /api/v1/sessions/{session_id}/handoff": Row(HOLDER, body=_HANDOFF),
    "GET /api/v1/handoffs": Row(OWN_LIST),
    "GET /api/v1/handoffs/{handoff_id}": Row(SENIORS),
    "GET /api/v1/handoffs/{handoff_id}/deliveries": Row(SENIORS),
    "POST /api/v1/handoffs/{handoff_id}/claim": Row(HANDLERS),
    "POST /api/v1/handoffs/{handoff_id}/hand-back": Row(HANDLERS, body={"reason": "Mine"}),
    "POST /api/v1/handoffs/{handoff_id}/resolve": Row(HANDLERS, body={"outcome": "resolved"}),
    "POST /api/v1/handoffs/{handoff_id}/withdraw": Row(HOLDER),
}


@pytest.fixture(scope="module")
def clients(live_server: Server) -> Iterator[dict[str, httpx.Client]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                api_client(live_server, None if name == "nobody" else live_server.cast.person(name))
            )
            for name in PEOPLE
        }


def call(client: httpx.Client, route: str, scene: Scene, **ids: str) -> httpx.Response:
    """Call a route with its row's body and the ids of cases that others hold."""
    row, (method, path) = MATRIX[route], route.split(" ")
    values = {
        "tree_id": scene.tree_id,
        "session_id": scene.held_id,
        "handoff_id": scene.held,
        **{name: getattr(scene, name) for name in ROWS},
        **{name: getattr(scene, value, value) for name, value in row.ids.items()},
        **ids,
    }
    body = row.body
    if isinstance(body, dict):
        body = {
            key: value.format(**values) if isinstance(value, str) else value
            for key, value in body.items()
        }
    url = path.format(**values).removeprefix("/api/v1") + row.query
    return client.request(method, url, json=body, data=row.form)


def test_every_route_has_a_row():
    assert sorted(composed()["routes"]) == sorted(MATRIX)


def test_the_openapi_document_names_the_same_routes(clients):
    document = clients["nobody"].get("/openapi.json").json()
    named = {
        f"{verb.upper()} {path}" for path, verbs in document["paths"].items() for verb in verbs
    }
    about = ("/openapi.json", "/docs")
    hidden = {route for route in MATRIX if "/browser/" in route or route.endswith(about)}
    assert named == MATRIX.keys() - hidden


@pytest.mark.parametrize("route", MATRIX)
def test_everybody_gets_what_the_table_says(
    clients, rows: Rows, scene: Scene, log: Log, route: str
):
    before = rows.of(scene)
    answers = {name: call(clients[name], route, scene) for name in PEOPLE}
    expected = dict(zip(PEOPLE, map(int, MATRIX[route].answers.split()), strict=True))

    assert {name: answer.status_code for name, answer in answers.items()} == expected
    for name, answer in answers.items():
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", name
            assert answer.json()["status"] == answer.status_code, name
    for name in ("nobody", "outsider"):
        assert INSIDE not in answers[name].text, name
    assert rows.of(scene) == before
    log.assert_no_traceback()


OURS = [route for route, row in MATRIX.items() if row.answers != NOT_OUR_PAGE]


@pytest.mark.parametrize("route", [route for route in OURS if "_id}" in route])
def test_ids_that_are_none_are_not_found(clients, scene: Scene, log: Log, route: str):
    for wrong in ("x", "%00", "0", "..%2f..", "x" * 5_000, "00000000-0000-0000-0000-000000000000"):
        ids = dict.fromkeys(("tree_id", "session_id", "handoff_id", *ROWS), wrong)
        assert call(clients["owner"], route, scene, **ids).status_code == 404, wrong[:40]
    log.assert_no_traceback()


@pytest.mark.parametrize("case", ["walking_id", "waiting_id", "parked_id", "completed_id"])
@pytest.mark.parametrize("name", ["technician", "outsider"])
def test_a_case_in_any_state_is_hidden_from_who_may_not_see_it(
    clients, rows: Rows, scene: Scene, name: str, case: str
):
    before = rows.of(scene)
    for route in MATRIX:
        if "{session_id}" in route:
            answer = call(clients[name], route, scene, session_id=getattr(scene, case))
            assert answer.status_code == 404, route
    assert rows.of(scene) == before


def test_a_parked_case_is_hidden_from_seniors_too(clients, rows: Rows, scene: Scene):
    before = rows.of(scene)
    for name in ("senior", "admin", "owner"):
        ids = {"session_id": scene.parked_id, "handoff_id": scene.parked}
        for route in MATRIX:
            if "{session_id}" in route or "{handoff_id}" in route:
                assert call(clients[name], route, scene, **ids).status_code == 404, route
        for listed in ("/sessions?limit=200", "/handoffs?limit=200"):
            assert scene.parked_id not in clients[name].get(listed).text
    assert rows.of(scene) == before


def test_tokens_that_are_none_are_refused(clients, live_server: Server):
    good = clients["senior"].headers["Authorization"].removeprefix("Bearer ")
    head, claims, signature = good.split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    cookie = live_server.cast.senior.cookie
    wrong = (
        "x",
        f"{none}.{claims}.",
        f"{none}.{claims}.{signature}",
        f"{head}.{claims}.",
        f"{head}.{claims}.{signature[:-4]}AAAA",
        f"{head}.e30.{signature}",
        cookie,
        live_server.cast.senior.cookie_hash,
        str(live_server.cast.senior.actor.login_id),
    )
    for token in wrong:
        answer = clients["nobody"].get("/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, token
    # The browser's cookie opens no API: a foreign page's form could send it.
    answer = clients["nobody"].get("/auth/me", headers={"Cookie": f"rf_login={cookie}"})
    assert answer.status_code == 401


def test_an_ended_sign_in_ends_its_token(live_server: Server, rows: Rows):
    owner = live_server.cast.owner
    with api_client(live_server, owner) as api:
        assert api.get("/auth/me").status_code == 200
        rows.change_user(owner, is_active=False)
        try:
            assert api.get("/auth/me").status_code == 401
            body = {"email": owner.email, "password": PASSWORD}
            assert api.post("/auth/login/json", json=body).status_code == 401
        finally:
            rows.change_user(owner, is_active=True)
