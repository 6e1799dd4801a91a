"""What a page shows before it knows who is signed in."""

from tests.support.desk import Desk


def test_an_inbox_without_a_connection_turns_nobody_away(browser, live_server):
    desk = Desk(browser, live_server)
    page = desk.context(live_server.cast.senior).new_page()
    page.route_web_socket("**/_event/**", lambda _socket: None)
    page.goto("/inbox")
    page.get_by_role("heading", name="Inbox", level=1).wait_for()
    page.wait_for_timeout(1_000)
    assert not page.get_by_text("The inbox is for seniors").is_visible()
    desk.close()
