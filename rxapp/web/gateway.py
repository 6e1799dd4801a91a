"""The gateway: what every request and every websocket passes before Reflex sees it.

It finds the client's address behind trusted proxies, lets pages of our own origins alone open the
websocket or send the cookie with a change, hands handlers the hash of the sign-in cookie instead of
the cookie (Reflex sends a connection's headers to the browser's scripts), and sets the
security and caching headers.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit, urlunsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

LOGIN_HEADER = "x-rf-login-hash"
ADDRESS_HEADER = "x-rf-address"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
YEAR = b"public, max-age=31536000, immutable"

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
    """Wraps Reflex's application; ``api`` answers below ``api_prefix``."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        api: ASGIApp,
        api_prefix: str,
        cookie: str,
        origins: Iterable[str],
        page_policy: str,
        api_policy: str,
        proxy_hops: int = 0,
        behind_tls: bool = False,
    ) -> None:
        self._app = app
        self._api = api
        self._api_prefix = api_prefix
        self._cookie = cookie
        self._origins = frozenset(origins)
        self._proxy_hops = proxy_hops
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
            if not self._is_own_page(scope["headers"]):
                await receive()
                await send({"type": "websocket.close", "code": 4403})
                return
            scope["headers"] = self._without_secrets(scope)
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        is_api = self._is_api(path)
        policy = self._api_policy if is_api else self._page_policy
        headers = [*self._headers, (b"content-security-policy", policy)]
        send = _with_headers(send, path, headers, is_api=is_api)
        if self._is_forged(scope):
            await _refuse(send)
            return
        await (self._api if is_api else self._app)(scope, receive, send)

    def _client(self, scope: Scope) -> tuple[str, int] | None:
        """Return who is at the other end: the connection's, or what the last trusted proxy saw.

        Each proxy appends the address that it saw, so only the last ``proxy_hops`` entries were
        written by proxies of ours; what stands before them is the client's own word.
        """
        if not self._proxy_hops:
            return scope.get("client")
        said = [v.decode("latin-1") for name, v in scope["headers"] if name == b"x-forwarded-for"]
        seen = [each.strip() for each in ",".join(said).split(",") if each.strip()]
        if len(seen) < self._proxy_hops:
            return scope.get("client")
        return seen[-self._proxy_hops][:64], 0

    def _is_forged(self, scope: Scope) -> bool:
        """Return whether a page of somebody else sends our cookie along with a change."""
        if scope["method"] in SAFE_METHODS or not self._cookie_of(scope["headers"]):
            return False
        return not self._is_own_page(scope["headers"])

    def _is_api(self, path: str) -> bool:
        return path == self._api_prefix or path.startswith(f"{self._api_prefix}/")

    def _is_own_page(self, headers: Headers) -> bool:
        found = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        return len(found) == 1 and found[0] in self._origins

    def _cookie_of(self, headers: Headers) -> str:
        cookies = [value for name, value in headers if name == b"cookie"]
        return _cookie_value(b"; ".join(cookies).decode("latin-1"), self._cookie)

    def _without_secrets(self, scope: Scope) -> Headers:
        """Replace the cookies by the hash of the sign-in's; what a client claims is dropped."""
        dropped = (b"cookie", b"authorization", LOGIN_HEADER.encode(), ADDRESS_HEADER.encode())
        headers: Headers = scope["headers"]
        kept = [(name, value) for name, value in headers if name not in dropped]
        if token := self._cookie_of(headers):
            digest = hashlib.sha256(token.encode()).hexdigest()
            kept.append((LOGIN_HEADER.encode(), digest.encode()))
        if client := scope["client"]:
            kept.append((ADDRESS_HEADER.encode(), client[0].encode("latin-1", "replace")))
        return kept


async def _refuse(send: Send) -> None:
    """Answer a forged request; nothing of ours sends one."""
    body = (
        b'{"title":"Forbidden","status":403,'
        b'"detail":"This request comes from a page of another site."}'
    )
    kind = [(b"content-type", b"application/problem+json")]
    await send({"type": "http.response.start", "status": 403, "headers": kind})
    await send({"type": "http.response.body", "body": body})


def _cookie_value(header: str, name: str) -> str:
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _relative(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Make a redirect relative: the host that it names is what the client claimed."""
    if name.lower() != b"location":
        return name, value
    parts = urlsplit(value.decode("latin-1"))
    return name, urlunsplit(("", "", parts.path or "/", parts.query, "")).encode("latin-1")


def _with_headers(send: Send, path: str, fixed: Headers, *, is_api: bool) -> Send:
    # Vite names every file below /assets by its content; everything else is asked for again.
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
