"""The FastAPI application under /api/v1."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from rxapp.api import docs_page, problems
from rxapp.api.auth import Bearers
from rxapp.core import db as database

PREFIX = "/api/v1"
LARGEST_BODY = 1_000_000
"""How many bytes a request's body may have."""

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": problems.Problem, "description": description}
    for code, description in {
        401: "Not signed in",
        403: "The role does not allow it",
        404: "No such thing in this account",
        409: "Not in a state that allows it, or somebody else was first",
        413: "The body is too large",
        422: "The input is not acceptable",
        429: "Too many attempts; `Retry-After` says how many seconds to wait",
        503: "The database does not answer",
    }.items()
}


class Health(BaseModel):
    """The server's health."""

    status: str


def create_api(routers: Sequence[APIRouter], *, version: str, bearers: Bearers) -> FastAPI:
    """Return the API with the features' routers; ``bearers`` reads their tokens."""
    api = FastAPI(
        title="ResolutionFlow API",
        version=version,
        description="Walk troubleshooting trees, escalate, claim: what the pages do, over REST.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=_PROBLEMS,
        max_body_size=LARGEST_BODY,
    )
    api.state.bearers = bearers
    problems.install(api)
    docs_page.install(api, f"{PREFIX}/docs")

    @api.get(f"{PREFIX}/health", tags=["health"])
    async def health() -> Health:
        """Whether the server and its database answer."""
        await database.read(database.ping)
        return Health(status="ok")

    for router in routers:
        api.include_router(router, prefix=PREFIX)
    made = api.openapi
    api.openapi = cache(lambda: problems.describe(made()))  # type: ignore[method-assign]
    return api
