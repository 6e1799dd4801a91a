"""The headers of every answer, and the answers to garbage."""

import base64
import json
import re
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.security.scene import Log
from tests.support.caller import api_client
from tests.support.cast import PASSWORD
from tests.support.server import Server

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
LARGEST_BODY = 30_000_000
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("path", "cached"),
    [
        ("/", "no-cache"),
        ("/sign-in", "no-cache"),
        ("/sessions/00000000-0000-0000-0000-000000000000", "no-cache"),
        ("/no-such-page", "no-cache"),
        ("/assets/no-such-file.js", "no-cache"),
        ("/favicon.svg", "no-cache"),
        ("/api/v1/health", "no-store"),
        ("/api/v1/trees", "no-store"),
        ("/api/v1/openapi.json", "no-store"),
        ("/api/v1/no-such-route", "no-store"),
    ],
)
def test_every_answer_has_the_security_headers(live_server: Server, path: str, cached: str):
    answer = httpx.get(live_server.base + path)
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert answer.headers.get_list("cache-control") == [cached]
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_the_server_does_not_say_what_it_is_built_of(live_server: Server):
    for path in ("/sign-in", "/api/v1/health", "/favicon.svg"):
        answer = httpx.get(live_server.base + path)
        assert "granian" not in answer.headers.get("server", ""), path


def test_a_redirect_does_not_lead_to_a_claimed_host(live_server: Server):
    # Nor to another scheme: behind a proxy that ends TLS the server itself sees plain http.
    claimed = {"host": "elsewhere.example", "x-forwarded-host": "elsewhere.example"}
    for path in ("/sign-in", "/inbox", "/sessions"):
        answer = httpx.get(live_server.base + path, headers=claimed)
        assert answer.headers.get("location", "/").startswith(("/", live_server.base)), path


def test_files_named_by_their_content_are_kept_for_good(live_server: Server):
    page = httpx.get(live_server.base + "/").text
    files = set(re.findall(r"/assets/[\w.-]+\.(?:js|css)", page))
    assert files
    for file in files:
        answer = httpx.get(live_server.base + file)
        assert answer.status_code == 200
        assert answer.headers.get_list("cache-control") == ["public, max-age=31536000, immutable"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_foreign_pages_may_read_nothing(live_server: Server):
    foreign = {"origin": "http://elsewhere.example", "access-control-request-method": "GET"}
    for method in ("GET", "OPTIONS"):
        for path in ("/", "/api/v1/trees", "/_event/?EIO=4&transport=polling", "/ping"):
            answer = httpx.request(method, live_server.base + path, headers=foreign)
            allowed = answer.headers.get("access-control-allow-origin")
            assert allowed not in ("*", foreign["origin"]), (method, path)


def test_no_file_of_the_server_is_served(live_server: Server):
    for path in (
        "/..%2f..%2f..%2fetc/passwd",
        "/assets/..%2f..%2f..%2f..%2frxapp/settings.py",
        "/assets/%2e%2e/%2e%2e/%2e%2e/rxconfig.py",
        "/.env",
        "/rxconfig.py",
        "/fingerprint",
    ):
        answer = httpx.get(live_server.base + path)
        assert answer.status_code == 404, path
        assert "root:" not in answer.text
        assert "import" not in answer.text[:200]


def browser(server: Server, action: str, **body: Any) -> httpx.Response:
    origin = {"origin": server.base}
    return httpx.post(
        f"{server.base}/api/v1/auth/browser/{action}", json=body, headers=origin, timeout=30
    )


def test_the_cookie_is_out_of_reach_for_scripts_and_foreign_pages(live_server: Server):
    answer = browser(live_server, "login", email=live_server.cast.senior.email, password=PASSWORD)
    assert answer.status_code == 204
    cookie = SimpleCookie(answer.headers["set-cookie"])["rf_login"]
    assert cookie["httponly"] is True
    assert cookie["samesite"].lower() == "lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert int(cookie["max-age"]) == 30 * 24 * 3600
    assert len(cookie.value) >= 43

    out = httpx.post(
        f"{live_server.base}/api/v1/auth/browser/logout",
        headers={"origin": live_server.base, "cookie": f"rf_login={cookie.value}"},
    )
    gone = SimpleCookie(out.headers["set-cookie"])["rf_login"]
    assert (gone.value, gone["max-age"], gone["httponly"]) == ("", "0", True)


def test_behind_tls_the_cookie_is_secure(monkeypatch: pytest.MonkeyPatch):
    from fastapi import Response

    from rxapp.core.clock import utc_now
    from rxapp.core.ids import new_id
    from rxapp.settings import Settings
    from rxapp.sign_in import cookies
    from rxapp.sign_in.views import Grant

    monkeypatch.setattr(cookies, "settings", lambda: Settings(public_url="https://flow.example"))
    response = Response()
    cookies.set_cookie(response, Grant(new_id(), "secret", utc_now()))
    assert "; secure" in response.headers["set-cookie"].lower()


# Garbage

HALF_MEGABYTE = "x" * 500_000


def cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


NOBODY = "00000000-0000-0000-0000-000000000000"
SIGN_IN: dict[str, dict[str, Any]] = {
    "no json": {"content": "{", "headers": JSON},
    "not utf-8": {"content": b'{"email": "\xff"}', "headers": JSON},
    "no body": {"content": b"", "headers": JSON},
    "null": {"content": "null", "headers": JSON},
    "not a number": {"content": "NaN", "headers": JSON},
    "a list": {"content": "[]", "headers": JSON},
    "very deep": {"content": "[" * 100_000, "headers": JSON},
    "very large number": {"content": '{"email": ' + "9" * 5_000 + "}", "headers": JSON},
    "half a character": {"content": '{"email":"\\ud800","password":"\\ud800"}', "headers": JSON},
    "nul": {"json": {"email": "a\x00@b.example", "password": "\x00"}},
    "wrong types": {"json": {"email": {"a": [1]}, "password": 5}},
    "very long": {"json": {"email": HALF_MEGABYTE, "password": HALF_MEGABYTE}},
    "long password": {"json": {"email": "a@b.example", "password": HALF_MEGABYTE}},
    "another content type": {"content": "<a/>", "headers": {"content-type": "text/xml"}},
    "no content type": {"content": "x"},
    "no content type at all": {"content": "x", "headers": {"content-type": ""}},
    "half a form": {"content": b"--x\r\nfoo", "headers": {"content-type": "multipart/form-data"}},
    "a form with a nul": {"data": {"username": "a\x00@b.example", "password": "\x00"}},
    "a long form": {"data": {"username": HALF_MEGABYTE, "password": HALF_MEGABYTE}},
    "a form with a file": {"files": {"username": ("a", b"\xff"), "password": ("b", b"")}},
    "a form of many fields": {"data": {f"f{n}": "" for n in range(5_000)}},
}


@pytest.mark.parametrize("kind", SIGN_IN)
def test_garbage_to_the_sign_in_is_refused(live_server: Server, log: Log, kind: str):
    for path in ("login", "login/json", "browser/login", "browser/register", "register"):
        headers = {"origin": live_server.base, **SIGN_IN[kind].get("headers", {})}
        answer = httpx.post(
            f"{live_server.base}/api/v1/auth/{path}",
            **{**SIGN_IN[kind], "headers": headers},
            timeout=30,
        )
        assert_refused(answer, (400, 401, 413, 415, 422), f"{path}: {kind}")
    log.assert_no_traceback()


QUERIES = {
    "nul in a category": "/trees?category=a%00b",
    "nul in a search": "/trees/search?q=%00",
    "nul in a search's category": "/trees/search?q=sound&category=%00",
    "a search of signs": "/trees/search?q=%22%27%29%28%2A%3A%26%7C%21%5C_%20NEAR%20AND",
    "a search of digits above": "/trees/search?q=%C2%B2%20_%20__",
    "a very long category": f"/trees?category={'x' * 20_000}",
    "a very long search": f"/trees/search?q={'x' * 20_000}",
    "no limit": "/trees?limit=0",
    "a negative limit": "/sessions?limit=-1",
    "a huge limit": f"/handoffs?limit={10**30}",
    "a limit that is none": "/sessions?limit=ten",
    "nul in a status": "/sessions?status=%00",
    "nul in a handoff's status": "/handoffs?status=%00",
    "not utf-8": "/trees/search?q=%ff%fe",
    **{
        f"{kind} on {path}": f"/{path}?cursor={value}"
        for path in ("trees", "sessions", "handoffs")
        for kind, value in {
            "no cursor": "x",
            "a cursor of a wrong alphabet": "%C3%A9",
            "a very long cursor": "A" * 5_000,
            "an empty list": cursor(),
            "numbers": cursor(1, 2),
            "three parts": cursor("a", "b", "c"),
            "nul": cursor("\x00", NOBODY),
            "half a character": cursor("\ud800", NOBODY),
            "one half a character": cursor("\ud800"),
            "no id": cursor("x", "x"),
            "the first year": cursor("0001-01-01T00:00:00+14:00", NOBODY),
            "the last year": cursor("9999-12-31T23:59:59-14:00", NOBODY),
            "no zone": cursor("2026-01-01T00:00:00", NOBODY),
            "very deep": base64.urlsafe_b64encode(b"[" * 740).decode(),
            "a very large number": base64.urlsafe_b64encode(b"9" * 740).decode(),
        }.items()
    },
}


def test_garbage_in_queries_is_refused(live_server: Server, log: Log):
    wrong = []
    with api_client(live_server, live_server.cast.senior) as api:
        for kind, path in QUERIES.items():
            answer = api.get(path)
            if answer.status_code >= 500 or (
                answer.status_code != 200
                and answer.headers["content-type"] != "application/problem+json"
            ):
                wrong.append(f"{kind}: {answer.status_code}")
    assert wrong == []
    log.assert_no_traceback()


def test_garbage_in_bodies_is_refused(live_server: Server, log: Log):
    texts = ["\x00", "a\x00b", "\u2028\u202e", HALF_MEGABYTE, 5, None, [], {"a": 1}, -1, 10**30]
    wrong = []
    with api_client(live_server, live_server.cast.technician) as api:
        tree_id = str(live_server.cast.tree_id)
        own = api.post("/sessions", json={"tree_id": tree_id}).json()["id"]
        routes = {
            ("POST", "/sessions"): {"tree_id": tree_id, "ticket_number": "", "client_name": ""},
            ("PUT", f"/sessions/{own}"): {
                "ticket_number": "",
                "client_name": "",
                "scratchpad": "",
                "note": "",
            },
            ("POST", f"/sessions/{own}/steps"): {"option": "none", "note": "", "seq": 1},
            ("POST", f"/sessions/{own}/back"): {"seq": 1},
            ("POST", f"/sessions/{own}/export"): {"format": ""},
            ("POST", f"/sessions/{own}/handoff"): {"intent": "", "reason": "", "priority": ""},
            ("POST", f"/sessions/{own}/complete"): {
                "outcome": "",
                "outcome_notes": "",
                "next_steps": "",
            },
        }
        for (method, path), body in routes.items():
            for field in body:
                for value in texts:
                    answer = api.request(method, path, json={**body, field: value})
                    if answer.status_code >= 500:
                        wrong.append(f"{method} {path[-12:]} {field}={value!r:.20}")
    assert wrong == []
    log.assert_no_traceback()


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/sessions/%00",
        "/escalations/%00",
        "/assets/%00",
        "/api/v1/%00",
        "/api/v1/trees/%00",
        "/api/v1/sessions/" + "x" * 60_000,
        "/sessions/" + "x" * 60_000,
        "/%ff%fe",
        "/api/v1/%ff%fe",
        "/" + "a/" * 5_000,
    ],
    ids=lambda path: path[:30],
)
def test_garbage_in_paths_is_not_found(live_server: Server, log: Log, path: str):
    answer = httpx.get(live_server.base + path)
    assert answer.status_code in (401, 404, 414, 431), answer.text[:200]
    assert "location" not in answer.headers
    log.assert_no_traceback()


def test_unknown_methods_are_refused(live_server: Server, log: Log):
    for method in ("TRACE", "PATCH", "DELETE", "BREW"):
        for path in ("/api/v1/trees", "/api/v1/auth/login", "/sign-in", "/_upload"):
            answer = httpx.request(method, live_server.base + path)
            assert 400 <= answer.status_code < 500, (method, path)
    log.assert_no_traceback()


def test_a_huge_body_is_refused_before_it_fills_the_memory(live_server: Server):
    before = peak_megabytes(live_server)
    answer = httpx.post(
        f"{live_server.base}/api/v1/auth/login/json",
        content=b'{"email": "' + b"a" * LARGEST_BODY + b'"}',
        headers=JSON,
        timeout=30,
    )
    assert_refused(answer, (413, 422), "huge")
    assert peak_megabytes(live_server) - before < 30


def peak_megabytes(server: Server) -> int:
    """The most memory that a process of the server ever had."""
    pids = [server.pid]
    for children in Path(f"/proc/{server.pid}/task").glob("*/children"):
        pids += map(int, children.read_text().split())
    peaks = [
        int(line.split()[1]) // 1024
        for pid in pids
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmHWM")
    ]
    return max(peaks)


def assert_refused(answer: httpx.Response, statuses: tuple[int, ...], what: str) -> None:
    assert answer.status_code in statuses, f"{what}: {answer.status_code} {answer.text[:200]}"
    assert answer.headers["content-type"] == "application/problem+json", what
    assert answer.json()["status"] == answer.status_code
    assert "Traceback" not in answer.text
