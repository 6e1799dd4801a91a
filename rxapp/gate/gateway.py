"""The gateway: what every request and every websocket passes before Reflex sees it.

It finds the client's address behind trusted proxies. Only pages from our own origins may open the
websocket or send the cookie with a change. Handlers get the hash of the sign-in cookie instead of
the cookie, because Reflex sends a connection's headers to the browser's scripts. It also sets the
security and caching headers.
"""

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

from rxapp.access.cookies import sign_in_cookies, sign_in_token
from rxapp.access.rules import ADDRESS_LIMIT
from rxapp.gate.patience import Body, Message, Receive, Scope, Send, Waiting, unless_silent
from rxapp.reflex_seam import wire

ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

logger = logging.getLogger(__name__)

LOGIN_HEADER = "x-rf-login-hash"
ADDRESS_HEADER = "x-rf-address"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
YEAR = b"public, max-age=31536000, immutable"

QUERY_LIMIT = 8_000
"""How many bytes the query string of a request may have."""

SOCKET_QUERY_LIMIT = 500
"""The same for a websocket: it names the tab, and is kept for as long as the socket is open."""

SOCKET_HEADERS = (b"host", b"origin", b"connection", b"upgrade", b"user-agent")
"""The headers of a websocket that are passed on: Reflex keeps them with each tab's state."""

HEADER_LIMIT = 500
"""How many bytes of each header are passed on."""

SECURITY_HEADERS: Headers = [
    (b"server", b"ResolutionFlow"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Gateway:
    """Wraps Reflex's application; ``api`` answers everything below ``api_prefix``."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        api: ASGIApp,
        api_prefix: str,
        origins: Iterable[str],
        page_policy: str,
        api_policy: str,
        proxy_hops: int = 0,
        behind_tls: bool = False,
    ) -> None:
        self._app = app
        self._api = api
        self._api_prefix = api_prefix
        self._origins = frozenset(origins)
        self._proxy_hops = proxy_hops
        self._waiting = Waiting()
        self._headers = [*SECURITY_HEADERS, *([HSTS] if behind_tls else [])]
        self._page_policy = page_policy.encode()
        self._api_policy = api_policy.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on, or refuse it."""
        if scope["type"] not in ("websocket", "http"):
            await self._app(scope, receive, send)
            return
        scope = {**scope, "client": self._client(scope)}
        if scope["type"] == "websocket":
            await self._pass_socket(scope, receive, send)
        else:
            await self._pass_request(scope, receive, send)

    async def _pass_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = len(scope.get("query_string", b""))
        address = _address(scope)
        if size > SOCKET_QUERY_LIMIT:
            about = {"address": address}
            logger.warning("refused a websocket: its query has %d bytes", size, extra=about)
        if size > SOCKET_QUERY_LIMIT or not self._is_own_page(scope["headers"]):
            await receive()
            await send({"type": "websocket.close", "code": 4403})
            return
        scope["headers"] = _kept_headers(scope)
        await self._app(scope, unless_silent(receive, send, address), send)

    async def _pass_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        is_api = self._is_api(path)
        policy = self._api_policy if is_api else self._page_policy
        headers = [*self._headers, (b"content-security-policy", policy)]
        send = _with_headers(send, path, headers, is_api=is_api)
        if len(scope.get("query_string", b"")) > QUERY_LIMIT:
            await _refuse(send, 414, f"A query may have at most {QUERY_LIMIT:,} bytes.")
            return
        # A page with a longer address would load and never open: browsers say it with every event.
        if not is_api and _address_size(scope) > wire.ADDRESS_LIMIT:
            await _refuse(
                send, 414, f"An address may have at most {wire.ADDRESS_LIMIT:,} characters."
            )
            return
        if self._is_forged(scope):
            await _refuse(send, 403, "This request comes from a page of another site.")
            return
        body = Body(receive, _address(scope), self._waiting)
        answer = _Answer(send, body)
        del receive, send  # a cut connection closes once nothing refers to it any more
        try:
            await (self._api if is_api else self._app)(scope, body.receive, answer.send)
        except Exception:
            if not body.was_cut:
                raise
        finally:
            await answer.end()

    def _client(self, scope: Scope) -> tuple[str, int] | None:
        """Return the client's address: the connection's, or the one that our outermost proxy saw.

        Each proxy appends the address that it saw, so only the last ``proxy_hops`` entries were
        written by our own proxies; any before them are only the client's claim.
        """
        if not self._proxy_hops:
            return scope.get("client")
        said = [v.decode("latin-1") for name, v in scope["headers"] if name == b"x-forwarded-for"]
        seen = [each.strip() for each in ",".join(said).split(",") if each.strip()]
        if len(seen) < self._proxy_hops:
            return scope.get("client")
        return seen[-self._proxy_hops][:ADDRESS_LIMIT], 0

    def _is_forged(self, scope: Scope) -> bool:
        """Return whether a page of another site sends our cookie with a change."""
        if scope["method"] in SAFE_METHODS or not sign_in_cookies(scope["headers"]):
            return False
        return not self._is_own_page(scope["headers"])

    def _is_api(self, path: str) -> bool:
        return path == self._api_prefix or path.startswith(f"{self._api_prefix}/")

    def _is_own_page(self, headers: Headers) -> bool:
        found = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        return len(found) == 1 and found[0] in self._origins


class _Answer:
    """The answer to a request. If the body was cut off, it is not the application's answer."""

    def __init__(self, send: Send, body: Body) -> None:
        self._send: Send | None = send
        self._body = body
        self._has_started = False

    async def send(self, message: Message) -> None:
        """Send the message, unless the body was cut off before the answer began."""
        if self._send is not None and (self._has_started or not self._body.was_cut):
            self._has_started = True
            await self._send(message)

    async def end(self) -> None:
        """Answer a request whose body was cut off, and release its connection."""
        send, self._send = self._send, None
        if send is not None and self._body.was_cut and not self._has_started:
            await _refuse(send, 408, "The rest of the request did not arrive in time.")
        self._body.let_go()


def _address_size(scope: Scope) -> int:
    """Return the length of what stands after the host."""
    path, query = scope.get("raw_path") or scope["path"].encode(), scope.get("query_string", b"")
    return len(path) + (len(query) + 1 if query else 0)


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope["client"] else ""


def _kept_headers(scope: Scope) -> Headers:
    """Return the headers of a websocket that Reflex gets, whatever the client sent.

    The hash of the sign-in replaces its cookie, and the address is the one that we see.
    """
    headers: Headers = scope["headers"]
    kept = [(name, value[:HEADER_LIMIT]) for name, value in headers if name in SOCKET_HEADERS]
    if token := sign_in_token(headers):
        digest = hashlib.sha256(token.encode()).hexdigest()
        kept.append((LOGIN_HEADER.encode(), digest.encode()))
    if client := scope["client"]:
        kept.append((ADDRESS_HEADER.encode(), client[0].encode("latin-1", "replace")))
    return kept


async def _refuse(send: Send, status: int, detail: str) -> None:
    """Answer a request that our own pages never send, and close the connection."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def _relative(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Make a redirect relative: the host in it is only what the client claimed."""
    if name.lower() != b"location":
        return name, value
    parts = urlsplit(value.decode("latin-1"))
    return name, urlunsplit(("", "", parts.path or "/", parts.query, "")).encode("latin-1")


def _with_headers(send: Send, path: str, fixed: Headers, *, is_api: bool) -> Send:
    # Vite names every file below /assets by its content; everything else must be revalidated.
    is_named_by_content = path.startswith("/assets/")

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Headers = [_relative(*pair) for pair in message.get("headers", [])]
            headers += fixed
            if is_api:
                headers.append((b"cache-control", b"no-store"))
            elif is_named_by_content and message["status"] == 200:
                headers.append((b"cache-control", YEAR))
            else:
                headers.append((b"cache-control", b"no-cache"))
            message = {**message, "headers": headers}
        await send(message)

    return send_with_headers
