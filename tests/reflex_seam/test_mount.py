"""Every path reaches the gateway, whatever is in it."""

import httpx
import pytest
import reflex as rx

from rxapp.reflex_seam import mount
from rxapp.reflex_seam.moved import ReflexMovedError
from tests.reflex_seam.probe import make_app

PATHS = ["/ping", "/a%0Ab", "/no/such/page"]


def seen_by_gateway(_served):
    """Return an application that stands for the gateway."""

    async def gateway(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return gateway


@pytest.fixture
def serve(registered, monkeypatch):
    """Return how an app of that class answers a path."""
    monkeypatch.setattr(rx.App, "_compile", lambda *_, **__: None)  # takes seconds, changes nothing

    async def answer(kind: type[rx.App], path: str) -> int:
        served = make_app(kind, api_transformer=seen_by_gateway)()
        transport = httpx.ASGITransport(app=served)
        async with httpx.AsyncClient(transport=transport, base_url="http://probe.test") as client:
            return (await client.get(path)).status_code

    return answer


@pytest.mark.parametrize("path", PATHS)
async def test_a_path_reaches_the_gateway(serve, path):
    assert await serve(mount.App, path) == 299


async def test_reflex_still_answers_a_line_break_itself(serve):
    assert await serve(rx.App, "/a%0Ab") == 404, "mount.App is not needed any more"


def test_it_is_an_error_if_reflex_mounts_otherwise(registered, monkeypatch):
    monkeypatch.setattr(rx.App, "__call__", lambda _self: seen_by_gateway(None))
    with pytest.raises(ReflexMovedError):
        make_app(mount.App)()
