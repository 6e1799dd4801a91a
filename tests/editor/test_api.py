"""What the editor asks with the browser's cookie: for whom, and from where."""

from uuid import uuid4

import httpx
import pytest

from tests.support.cast import Person


@pytest.fixture
def asks(live_server):
    """Ask as a page of a person's browser would."""
    clients = []

    def ask(person: Person | None, **headers: str) -> httpx.Client:
        cookies = {"rf_login": person.cookie} if person else {}
        client = httpx.Client(
            base_url=f"{live_server.base}/api/v1/auth/browser/drafts",
            cookies=cookies,
            headers={"Sec-Fetch-Site": "same-origin", "Origin": live_server.base, **headers},
        )
        clients.append(client)
        return client

    yield ask
    for client in clients:
        client.close()


def body(writer: object, **change: object) -> dict:
    operation = {"id": str(uuid4()), "seen": 0, "change": change}
    return {"writer": str(writer), "client": "some-tab", "operations": [operation]}


TITLE = {"op": "set_field", "node": "plugged", "field": "title", "value": "Is it plugged in?"}


@pytest.mark.parametrize(
    ("who", "status"), [("", 401), ("technician", 403), ("outsider", 404), ("senior", 200)]
)
def test_only_those_who_write_the_tree_read_and_change_its_draft(
    who: str, status: int, asks, live_server
):
    person = live_server.cast.person(who) if who else None
    tree = live_server.cast.tree_id
    page = asks(person)
    writer = person.actor.user_id if person else uuid4()
    answers = [
        page.get(f"/{tree}"),
        page.get(f"/{tree}/operations"),
        page.get(f"/{tree}/findings"),
        page.post(f"/{tree}/operations", json=body(writer, **TITLE)),
        page.post(f"/{tree}/leave", json={"client": "some-tab"}),
    ]
    wanted = [200, 200, 200, 200, 204] if status == 200 else [status] * 5
    assert [answer.status_code for answer in answers] == wanted
    if status != 200:
        assert not any("plugged" in answer.text for answer in answers)


@pytest.mark.parametrize(
    ("who", "status"), [("", 401), ("technician", 403), ("outsider", 404), ("senior", 200)]
)
def test_only_those_who_write_the_tree_compare_and_read_its_versions(
    who: str, status: int, asks, live_server
):
    page = asks(live_server.cast.person(who) if who else None)
    versions = f"{live_server.base}/api/v1/auth/browser/trees/{live_server.cast.tree_id}"
    answers = [page.get(f"{versions}/{each}") for each in ("diff?old=1", "versions/1/steps")]
    assert [answer.status_code for answer in answers] == [status] * 2
    if status != 200:
        assert not any("plugged" in answer.text for answer in answers)


def test_pages_of_other_sites_get_nothing(asks, live_server):
    tree, senior = live_server.cast.tree_id, live_server.cast.senior
    page = asks(senior, **{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    assert page.get(f"/{tree}").status_code == 403
    sent = page.post(f"/{tree}/operations", json=body(senior.actor.user_id, **TITLE))
    assert sent.status_code == 403


def test_what_one_person_wrote_is_not_sent_as_another(asks, live_server):
    tree, cast = live_server.cast.tree_id, live_server.cast
    sent = asks(cast.owner).post(
        f"/{tree}/operations", json=body(cast.senior.actor.user_id, **TITLE)
    )
    assert sent.status_code == 409
    assert "Somebody else is signed in" in sent.json()["detail"]


def test_the_draft_is_read_once_and_then_by_its_tag(asks, live_server):
    page = asks(live_server.cast.senior)
    first = page.get(f"/{live_server.cast.tree_id}")
    again = page.get(
        f"/{live_server.cast.tree_id}", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"writer": "nobody", "client": "some-tab", "operations": []},
        {"client": "some-tab", "operations": [{"id": "x", "seen": -1, "change": {"op": "fly"}}]},
    ],
)
def test_what_makes_no_sense_is_refused(raw: dict, asks, live_server):
    page = asks(live_server.cast.senior)
    assert page.post(f"/{live_server.cast.tree_id}/operations", json=raw).status_code == 422
