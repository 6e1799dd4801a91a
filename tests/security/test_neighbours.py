"""Other applications on the same host: their cookies lock nobody out and let nobody in."""

import httpx
import pytest

from tests.security.tabs import open_tab
from tests.support.cast import PASSWORD
from tests.support.server import Server

NEIGHBOURS = [
    'prefs={"theme":"dark"}',
    "greeting=hello there",
    "name=Müller",
    "nameless",
    "path=",
    "rf_login=of another app",
]


def cookies(neighbour: str, ours: str) -> bytes:
    return f"{neighbour}; rf_login={ours}; {neighbour}".encode()


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
async def test_one_signs_in_and_out_beside_them(live_server: Server, neighbour: str):
    person = live_server.cast.technician
    browser = f"{live_server.base}/api/v1/auth/browser"
    own = {"Origin": live_server.base}
    answer = httpx.post(
        f"{browser}/login",
        json={"email": person.email, "password": PASSWORD},
        headers={**own, "Cookie": neighbour.encode()},
    )
    assert answer.status_code == 204, answer.text
    token = answer.cookies["rf_login"]

    sent = cookies(neighbour, token)
    async with open_tab(live_server, headers={"Cookie": sent.decode()}) as tab:
        assert tab.vars("MeState")["name"] == "Technician"
    assert httpx.post(f"{browser}/logout", headers={**own, "Cookie": sent}).status_code == 204
    async with open_tab(live_server, headers={"Cookie": sent.decode()}) as tab:
        assert not tab.vars("MeState").get("name")


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_a_foreign_page_is_refused_beside_them(live_server: Server, neighbour: str):
    answer = httpx.post(
        f"{live_server.base}/api/v1/auth/browser/logout",
        headers={
            "Origin": "http://elsewhere.example",
            "Cookie": cookies(neighbour, live_server.cast.senior.cookie),
        },
    )
    assert answer.status_code == 403
    assert answer.json()["detail"] == "This request comes from a page of another site."
