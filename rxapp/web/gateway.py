"""The gateway: what every request and every websocket passes before Reflex sees it.

It lets pages of our own origins alone open the websocket, hands handlers the hash of the sign-in
cookie in place of the cookie itself (Reflex sends a connection's headers to the browser's scripts),
and sets the security and caching headers.
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
YEAR = b"public, max-age=31536000, immutable"

SECURITY_HEADERS: Headers = [
    (b"server", b"ResolutionFlow"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]


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
    ) -> None:
        self._app = app
        self._api = api
        self._api_prefix = api_prefix
        self._cookie = cookie
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on, or refuse it."""
        if scope["type"] == "websocket":
            if not self._is_own_page(scope["headers"]):
                await receive()
                await send({"type": "websocket.close", "code": 4403})
                return
            scope = {**scope, "headers": self._without_secrets(scope["headers"])}
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            path = scope["path"]
            send = _with_headers(send, path, is_api=self._is_api(path))
            await (self._api if self._is_api(path) else self._app)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_api(self, path: str) -> bool:
        return path == self._api_prefix or path.startswith(f"{self._api_prefix}/")

    def _is_own_page(self, headers: Headers) -> bool:
        found = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        return len(found) == 1 and found[0] in self._origins

    def _without_secrets(self, headers: Headers) -> Headers:
        """Replace the cookies by the hash of the sign-in's; what a client claims is dropped."""
        kept = [
            (name, value)
            for name, value in headers
            if name not in (b"cookie", b"authorization", LOGIN_HEADER.encode())
        ]
        cookies = [value for name, value in headers if name == b"cookie"]
        if token := _cookie_value(b"; ".join(cookies).decode("latin-1"), self._cookie):
            digest = hashlib.sha256(token.encode()).hexdigest()
            kept.append((LOGIN_HEADER.encode(), digest.encode()))
        return kept


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


def _with_headers(send: Send, path: str, *, is_api: bool) -> Send:
    # Vite names every file below /assets by its content; everything else is asked for again.
    is_named_by_content = path.startswith("/assets/")

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Headers = [_relative(*pair) for pair in message.get("headers", [])]
            headers += SECURITY_HEADERS
            if is_api:
                headers.append((b"cache-control", b"no-store"))
            elif is_named_by_content and message["status"] == 200:
                headers.append((b"cache-control", YEAR))
            else:
                headers.append((b"cache-control", b"no-cache"))
            message = {**message, "headers": headers}
        await send(message)

    return send_with_headers
