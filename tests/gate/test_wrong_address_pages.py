"""Opened under a name that is not the server's, every page says where to go."""

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("path", ["/sign-in", "/sessions?status=active"])
def test_another_name_leads_to_the_right_one(desk, live_server, path):
    page = desk.page(None, live_server.base.replace("127.0.0.1", "localhost") + path)
    dialog = page.get_by_role("dialog", name="Open ResolutionFlow at its own address")
    expect(dialog).to_contain_text(f"127.0.0.1:{live_server.port}")
    page.keyboard.press("Escape")
    dialog.get_by_role("link", name="Open 127.0.0.1").click()
    page.wait_for_url(re.compile(re.escape(live_server.base)))
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_own_name_says_nothing(desk, live_server):
    page = desk.page(live_server.cast.technician)
    page.get_by_role("heading", name="Library").wait_for()
    expect(page.get_by_text("at its own address")).to_have_count(0)
