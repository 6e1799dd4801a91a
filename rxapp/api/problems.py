"""Errors as ``application/problem+json`` (RFC 9457), each domain error mapped once."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from rxapp.core.db import UNAVAILABLE
from rxapp.core.errors import DomainError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What every error looks like."""

    title: str
    status: int
    detail: str
    field: str | None = None


def problem(
    status: int, detail: str, headers: dict[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """Return a problem document."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **extra}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI document with the errors' media type as it is on the wire."""
    for item in document["paths"].values():
        for operation in item.values():
            for code, answer in operation["responses"].items():
                content = answer.get("content", {})
                if code >= "400" and "application/json" in content:
                    answer["content"] = {MEDIA_TYPE: content["application/json"]}
    return document


def install(app: FastAPI) -> None:
    """Have every error of the app answered with a problem document."""

    @app.exception_handler(DomainError)
    async def domain_error(_request: Request, error: DomainError) -> JSONResponse:
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
        return problem(422, f"{place}: {first['msg']}", field=place)

    @app.exception_handler(HTTPException)
    async def http_error(_request: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), dict(error.headers or {}))

    async def no_database(_request: Request, error: Exception) -> JSONResponse:
        logger.error("api: the database did not answer: %s", type(error).__name__)
        detail = "The database does not answer right now. Try again in a moment."
        return problem(503, detail, {"Retry-After": "2"})

    for unavailable in UNAVAILABLE:
        app.exception_handler(unavailable)(no_database)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        logger.error("api: %s %s failed", request.method, request.url.path, exc_info=error)
        return problem(500, "Something went wrong here. It was logged.")


class LimitedBody:
    """Refuses a request whose body is said to be too large before any of it is read."""

    def __init__(self, app: ASGIApp, *, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a problem, or pass the request on; one without a length is counted there."""
        length = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
        if length.isdecimal() and int(length) > self._largest:
            detail = f"A request may have at most {self._largest:,} bytes."
            await problem(413, detail)(scope, receive, send)
            return
        await self._app(scope, receive, send)
