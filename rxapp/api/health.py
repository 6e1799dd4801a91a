"""Health routes for those who monitor the server: liveness and readiness."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from rxapp.api import problems


class Health(BaseModel):
    """Whether the process is running."""

    status: str = Field(description="`ok`")


class Standing(StrEnum):
    """The state of something that the server needs."""

    OK = "ok"
    WARNING = "warning"  # the service is degraded, but works
    FAILED = "failed"  # the service cannot do its work


class Check(BaseModel):
    """One thing that the server needs."""

    name: str = Field(description="What it is", examples=["database"])
    standing: Standing
    reason: str = Field(description="What is wrong, or empty", examples=[""])


class Readiness(BaseModel):
    """Whether the server can do its work."""

    status: str = Field(description="`ready` or `not ready`", examples=["ready"])
    checks: list[Check]


Report = Callable[[], Awaitable[Readiness]]


async def nothing_to_check() -> Readiness:
    """Report that nothing is needed, for an API that is served by itself."""
    return Readiness(status="ready", checks=[])


def install(api: FastAPI, prefix: str, report: Report) -> None:
    """Add both routes below ``prefix``; ``report()`` returns the readiness."""

    @api.get(prefix, tags=["health"])
    async def get_health() -> Health:
        """Whether the process runs and answers. It checks nothing else: restart if it fails."""
        return Health(status="ok")

    @api.get(
        f"{prefix}/ready", tags=["health"], response_model=Readiness, responses=problems.may(503)
    )
    async def get_readiness() -> Readiness | JSONResponse:
        """Whether the server can do its work: tables, database, Redis, background work, email.

        If the answer is 503, send it no requests for now; `checks` has the reasons. Answers are
        reused for one second.
        """
        found = await report()
        if found.status == "ready":
            return found
        wrong = [
            f"{each.name}: {each.reason}"
            for each in found.checks
            if each.standing is Standing.FAILED
        ]
        return problems.problem(
            503,
            f"Not ready: {'; '.join(wrong)}.",
            {"Retry-After": "2"},
            checks=[each.model_dump(mode="json") for each in found.checks],
        )
