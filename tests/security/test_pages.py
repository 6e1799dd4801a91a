"""What is pressed on one page is never done to the row of another."""

from rxapp.gate.guard import PAGE
from tests.security.scene import Rows, Scene
from tests.security.tabs import handlers, open_tab, settled
from tests.support.server import Server
from tests.support.socket_client import Tab

LEFT = "You had already left that page, so nothing was done. Go back to do it."
FORM = {"outcome": "resolved", "reason": "Mine now", "priority": "normal"}


def payload_of(parameters: dict[str, str], page: str, handoff_id: str) -> dict:
    """Return what would do something if it were taken."""
    values = {
        PAGE: page,
        "handoff_id": handoff_id,
        "option_key": "works",
        "seq": 2,
        "format_name": "json",
        "form": FORM,
        "opening": "an opening",
        "client": "an-editor-tab",
        "step": "plugged",
    }
    return {name: values[name] for name in parameters}


async def refusals(tab: Tab, page: str, handoff_id: str) -> dict[str, str]:
    """Send every act of pages with an id, as pressed on ``page``; return what each was told."""
    told = {}
    for name, each in handlers().items():
        if PAGE in each["parameters"]:
            seen = tab.vars("GuardState")["notice_id"]
            await tab.send(name, **payload_of(each["parameters"], page, handoff_id))
            await settled(tab, quiet=0)
            guard = tab.vars("GuardState")
            told[name] = guard["notice"] if guard["notice_id"] != seen else "nothing"
    return told


async def test_what_was_pressed_on_another_page_is_refused(
    live_server: Server, rows: Rows, scene: Scene
):
    cookie = live_server.cast.senior.cookie
    before = rows.of(scene)
    for path, arguments in (
        (f"/sessions/{scene.own['senior']}", {"session_id": scene.own["senior"]}),
        (f"/escalations/{scene.held}", {"handoff_id": scene.held}),
        ("/inbox", {}),
    ):
        for page in (scene.walking_id, scene.waiting):
            async with open_tab(live_server, cookie, path, arguments=arguments) as tab:
                told = await refusals(tab, page, scene.waiting)
            assert len(told) > 10
            assert set(told.values()) == {LEFT}, (path, told)
    assert rows.of(scene) == before
