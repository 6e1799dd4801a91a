"""What a server writes into its log, and whom it has mailed."""

import asyncio
from collections.abc import Iterator

import httpx
import pyotp
import pytest

from tests.security.tabs import open_tab, settled
from tests.support.cast import PASSWORD
from tests.support.mail import MailServer
from tests.support.net import eventually
from tests.support.server import Server, with_cast

NEW_PASSWORD = "another test password"
SETTINGS = "rxapp.own_settings.state.SettingsState"
SECOND_FACTOR = "rxapp.own_settings.state.SecondFactorState"


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def posting_server(new_database, mail_server) -> Iterator[Server]:
    """A server that sends few mails to one address, with the cast in its database."""
    yield from with_cast(new_database("sqlite"), SMTP_URL=mail_server.url, LIMIT_RESET="3/hour")


async def test_no_secret_is_in_the_log(posting_server, mail_server):
    """Whoever reads the log must not be able to sign in as anybody."""
    cast, origin = posting_server.cast, {"Origin": posting_server.base}
    secrets = {"password": PASSWORD, "new password": NEW_PASSWORD, "cookie": cast.owner.cookie}
    owner = cast.owner
    async with httpx.AsyncClient(base_url=f"{posting_server.base}/api/v1", timeout=30) as api:
        body = {"email": owner.email, "password": PASSWORD}
        signed_in = (await api.post("/auth/login/json", json=body)).json()
        secrets |= {name: signed_in[name] for name in ("access_token", "refresh_token")}
        bearer = {"Authorization": f"Bearer {signed_in['access_token']}"}
        made = await api.post("/me/tokens", json={"name": "n", "scope": "write"}, headers=bearer)
        secrets["api token"] = made.json()["token"]
        refreshed = {"refresh_token": signed_in["refresh_token"]}
        secrets["refreshed"] = (await api.post("/auth/refresh", json=refreshed)).json()[
            "refresh_token"
        ]
        await api.post("/auth/refresh", json=refreshed)  # used again: reported
        await api.post("/auth/login/json", json={**body, "password": f"{PASSWORD}, nearly"})
        await api.get(f"/trees/{secrets['api token']}", headers={"Authorization": "Bearer x.y.z"})
        await api.post("/auth/login/json", content=f'{{"password": "{PASSWORD}"'.encode())
        await api.post("/auth/forgot", json={"email": owner.email})
        async with open_tab(posting_server, owner.cookie, "/settings") as tab:
            await tab.send(f"{SECOND_FACTOR}.set_up", form={"password": PASSWORD})
            await settled(tab)
            secret = tab.vars("SecondFactorState")["secret"].replace(" ", "")
            secrets |= {"second factor": secret, "code": pyotp.TOTP(secret).now()}
            await tab.send(f"{SECOND_FACTOR}.turn_on", form={"code": secrets["code"]})
            await settled(tab)
            for code in tab.vars("SecondFactorState")["codes"]:
                secrets[f"recovery {code}"] = code
            await tab.send(f"{SECOND_FACTOR}.turn_off", password=PASSWORD, form=[PASSWORD])
            await settled(tab)
        await asyncio.to_thread(eventually, lambda: mail_server.taken, what="the mail")
        [letter] = [each for each in mail_server.taken if "password" in each["Subject"]]
        text_part = letter.get_body(("plain",)).get_content()
        secrets["link"] = text_part.partition("#")[2].split()[0]
        reset = {"token": secrets["link"], "password": NEW_PASSWORD}
        assert (
            await api.post("/auth/browser/reset", json=reset, headers=origin)
        ).status_code == 204
        await api.post("/auth/browser/reset", json=reset, headers=origin)
        recovery = next(name for name in secrets if name.startswith("recovery"))
        body = {"email": owner.email, "password": NEW_PASSWORD, "code": secrets[recovery]}
        assert (await api.post("/auth/browser/login", json=body, headers=origin)).status_code == 204
    log = posting_server.log.read_text()
    # Six digits may stand in a log for anything, such as microseconds.
    assert [name for name, value in secrets.items() if name != "code" and value in log] == []
    assert "Traceback" not in log


async def test_nobody_has_mails_sent_to_strangers_without_end(posting_server, mail_server):
    """Each asks to make another address their own; the mails go to whoever has it."""
    async with open_tab(posting_server, posting_server.cast.technician.cookie, "/settings") as tab:
        for n in range(6):
            form = {"email": f"stranger{n}@example.net", "password": PASSWORD}
            await tab.send(f"{SETTINGS}.ask_new_email", form=form)
        await settled(tab)
        assert "Too many attempts" in tab.vars("GuardState")["notice"]
    strangers = [each for each in mail_server.taken if "stranger" in each["X-Rcpt"]]
    assert len(strangers) <= 3
