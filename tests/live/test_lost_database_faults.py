"""PostgreSQL restarts under the server: plain errors meanwhile, and service resumes by itself."""

import pytest
from playwright.sync_api import expect

from rxapp.core.db import Database
from tests.support.caller import Caller
from tests.support.cast import make_cast
from tests.support.databases import migrate
from tests.support.desk import Desk
from tests.support.net import eventually
from tests.support.postgres import Cluster
from tests.support.server import Server


@pytest.fixture
def own_cluster():
    running = Cluster()
    yield running
    running.remove()


def test_a_database_restart_is_said_plainly_and_healed(own_cluster, browser):
    url = migrate(own_cluster.new_database())
    database = Database(url)
    cast = make_cast(database)
    database.close()
    server = Server(database_url=url).start()
    desk = Desk(browser, server)
    try:
        signed_out = desk.page(None, "/sign-in")
        signed_out.get_by_label("Email").wait_for()
        inbox = desk.page(cast.senior, "/inbox")
        expect(inbox.get_by_text("Nobody is waiting")).to_be_visible()
        technician = Caller(server, cast.technician)
        session = technician.post("/sessions", tree_id=str(cast.tree_id)).json()
        path = f"/sessions/{session['id']}"
        assert technician.post(f"{path}/steps", option="yes-it-is", seq=1).is_success

        own_cluster.stop()
        refused = technician.post(f"{path}/steps", option="silent", seq=2)
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert "database" in refused.json()["detail"]
        expect(inbox.get_by_text("The database does not answer").first).to_be_visible()
        expect(signed_out.get_by_text("The database does not answer").first).to_be_visible()
        late = desk.page(cast.second_senior, "/inbox")
        expect(late.get_by_text("The database does not answer").first).to_be_visible()
        own_cluster.start()
        for page in (inbox, late, signed_out):
            expect(page.get_by_text("The database does not answer")).to_have_count(
                0, timeout=10_000
            )
        expect(late.get_by_text("Nobody is waiting")).to_be_visible()

        eventually(
            lambda: technician.post(f"{path}/steps", option="silent", seq=2).is_success,
            what="the service to resume",
        )
        assert [step["answer"] for step in technician.get(path).json()["steps"]] == [
            "Yes",
            "Still silent",
        ]
        technician.escalate(cast.tree_id, "After the restart")
        expect(inbox.get_by_text("After the restart")).to_be_visible(timeout=10_000)
    finally:
        desk.close()
        server.stop()


def test_an_answer_that_the_database_could_not_take_is_sent_again(own_cluster, browser):
    url = migrate(own_cluster.new_database())
    database = Database(url)
    cast = make_cast(database)
    database.close()
    server = Server(database_url=url).start()
    desk = Desk(browser, server)
    try:
        technician = Caller(server, cast.technician)
        session = technician.post("/sessions", tree_id=str(cast.tree_id)).json()
        page = desk.page(cast.technician, f"/sessions/{session['id']}")
        page.get_by_role("heading", name="Is the speaker plugged in?").wait_for()
        own_cluster.stop()
        page.get_by_role("button", name="Yes").click()
        expect(page.get_by_text("“Yes” is not saved yet.")).to_be_visible(timeout=15_000)
        own_cluster.start()
        expect(page.get_by_role("heading", name="Turn the volume up")).to_be_visible(timeout=30_000)
        steps = technician.get(f"/sessions/{session['id']}").json()["steps"]
        assert [step["answer"] for step in steps] == ["Yes"]
    finally:
        desk.close()
        server.stop()
