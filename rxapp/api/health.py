"""Routes for those who watch over the server: whether it lives, and whether it can work."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from rxapp.api import problems


class Health(BaseModel):
    """Whether the process lives."""

    status: str = Field(description="`ok`")


class Standing(StrEnum):
    """How something that the server needs stands."""

    OK = "ok"
    WARNING = "warning"  # the service is poorer for it, and goes on
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
    """Return that an API needs nothing: one that is served without the pages' process."""
    return Readiness(status="ready", checks=[])


def install(api: FastAPI, prefix: str, report: Report) -> None:
    """Add both routes below ``prefix``; ``report()`` says what stands how."""

    @api.get(prefix, tags=["health"])
    async def get_health() -> Health:
        """Whether the process lives and answers. It asks nothing else: restart what fails here."""
        return Health(status="ok")

    @api.get(
        f"{prefix}/ready", tags=["health"], response_model=Readiness, responses=problems.may(503)
    )
    async def get_readiness() -> Readiness | JSONResponse:
        """Whether the server can do its work: tables, database, Redis, background work, mail.

        With 503 send it no requests for now; `checks` has the reasons. An answer is given for a
        second.
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
