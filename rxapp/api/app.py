"""The FastAPI application under /api/v1."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, Field

from rxapp.api import document, health, problems
from rxapp.core.clock import utc_now
from rxapp.settings import settings

PREFIX = "/api/v1"
LARGEST_BODY = 1_000_000
"""How many bytes a request's body may have."""

_ABOUT = """Walk through troubleshooting trees, escalate, claim: everything the pages do, over REST.

Lists are `{items, next_cursor}`; ask for the next page with `cursor`. A creation with an
`Idempotency-Key` is done once. A change with `If-Match` is refused with 412 if somebody else was
faster. Times are ISO 8601 in UTC, or null if something has not happened yet."""


class ServerView(BaseModel):
    """This server: its version, its time, and where people open it."""

    version: str
    now: datetime = Field(description="The server's clock, in UTC, which decides about deadlines")
    origins: list[str] = Field(description="Where its pages work; open the first")


def create_api(
    routers: Sequence[APIRouter],
    *,
    version: str,
    readiness: health.Report = health.nothing_to_check,
) -> FastAPI:
    """Return the API with the features' routers; ``readiness`` reports if the server can work."""
    api = FastAPI(
        title="ResolutionFlow API",
        version=version,
        description=_ABOUT,
        servers=[{"url": "/", "description": "This server"}],
        openapi_tags=[
            {"name": name, "description": about} for name, about in document.TAGS.items()
        ],
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=problems.may(422),  # replaces FastAPI's own
        generate_unique_id_function=lambda route: route.name,
        max_body_size=LARGEST_BODY,
    )
    problems.install(api, PREFIX)

    health.install(api, f"{PREFIX}/health", readiness)

    @api.get(f"{PREFIX}/server", tags=["health"])
    async def get_server() -> ServerView:
        """The server's version, its time, and where to open it."""
        return ServerView(version=version, now=utc_now(), origins=list(settings().origins))

    for router in routers:
        api.include_router(router, prefix=PREFIX)
    included = [route for router in routers for route in router.routes]
    api.state.methods = problems.methods_by_path([*api.routes, *included])
    made = api.openapi
    api.openapi = cache(lambda: document.describe(made()))  # type: ignore[method-assign]
    return api
