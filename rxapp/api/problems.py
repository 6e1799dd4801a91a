"""Errors as ``application/problem+json`` (RFC 9457); each domain error is mapped here."""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from rxapp.core.errors import DomainError
from rxapp.core.faults import sentence

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


ANSWERS = {
    400: "The body cannot be read",
    401: "Not signed in",
    403: "The role or the token does not allow it",
    404: "There is no such thing in this account",
    409: "Not in a state that allows it, or somebody else was first",
    412: "It has changed since the `ETag` in `If-Match`",
    413: "The body is too large",
    414: "The query is too long",
    422: "The input is not acceptable",
    429: "Too many attempts",
    503: "The database, or something else that this needs, is not working right now",
}
"""What the statuses of errors mean."""


class Problem(BaseModel):
    """The form of every error. Some have more fields: ``claimed_by``, ``second_factor``."""

    title: str = Field(description="The name of the status")
    status: int = Field(description="The status of the answer")
    detail: str = Field(description="A sentence that a person can read")
    field: str | None = Field(None, description="The input at fault, if there is one")


def may(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a route for errors that do not follow from its inputs."""
    return {status: {"model": Problem, "description": ANSWERS[status]} for status in statuses}


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """Return a problem document."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **extra}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI, prefix: str) -> None:
    """Answer every error of the app, whose paths begin with ``prefix``, with a problem document."""

    @app.exception_handler(DomainError)
    async def domain_error(request: Request, error: DomainError) -> JSONResponse:
        methods = app.state.methods.get(request.url.path.removeprefix(prefix), [])
        if methods and request.method not in methods:
            # A fixed path without this method, taken for the id in a path that has the method.
            return _wrong_method(methods, HTTPStatus.METHOD_NOT_ALLOWED.phrase)
        headers = {}
        if error.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if "retry_after" in error.extra:
            headers["Retry-After"] = str(error.extra["retry_after"])
        return problem(error.status, error.message, headers, **error.extra)

    @app.exception_handler(RequestValidationError)
    async def invalid_request(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return problem(422, "The body is not valid JSON.")
        place = ".".join(str(part) for part in first["loc"][1:]) or "body"
        return problem(422, sentence(first, place), field=place)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers or {})
        path = getattr(request.scope.get("route"), "path", "")
        if error.status_code == 405 and path in app.state.methods:
            return _wrong_method(app.state.methods[path], str(error.detail))
        return problem(error.status_code, str(error.detail), headers)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        logger.error("api: %s %s failed", request.method, request.url.path, exc_info=error)
        return problem(500, "Something went wrong here. It was logged.")


def _wrong_method(methods: list[str], detail: str) -> JSONResponse:
    return problem(405, detail, {"Allow": ", ".join(methods)})


def methods_by_path(routes: Iterable[BaseRoute]) -> dict[str, list[str]]:
    """Return the methods of each path; a route only knows its own."""
    named: dict[str, set[str]] = {}
    for route in routes:
        if isinstance(route, Route):
            named.setdefault(route.path, set()).update(route.methods or ())
    return {path: sorted(methods) for path, methods in named.items()}


class LimitedBody:
    """Refuses a request whose declared length is too large, before reading any of its body."""

    def __init__(self, app: ASGIApp, *, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a problem, or pass the request on; without a length, the reader counts."""
        length = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
        if length.isdecimal() and int(length) > self._largest:
            detail = f"A request may have at most {self._largest:,} bytes."
            await problem(413, detail)(scope, receive, send)
            return
        await self._app(scope, receive, send)
