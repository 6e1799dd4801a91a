"""Sign-in, registration and sign-out in a real browser."""

from playwright.sync_api import expect

from tests.support.cast import PASSWORD


def test_a_stranger_is_led_to_sign_in_and_back(desk, live_server):
    page = desk.page(None, "/sessions")
    page.get_by_role("heading", name="Sign in").wait_for()
    page.get_by_label("Email").fill("technician@example.com")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("form").get_by_role("alert")).to_have_text(
        "Email address or password is wrong."
    )
    expect(page.get_by_label("Email")).to_have_value("technician@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()


def test_demo_people_are_offered_in_demo_mode_only(desk):
    page = desk.page(None, "/sign-in")
    page.get_by_label("Email").wait_for()
    page.wait_for_timeout(800)
    expect(page.get_by_text("Demo")).to_have_count(0)
    assert "resolution-flow-demo" not in page.content()


def test_a_registrant_owns_an_account_with_the_starter_trees(desk, live_server):
    page = desk.page(None, "/register")
    page.get_by_label("Company or team").fill("New Company")
    page.get_by_label("Your name").fill("New Owner")
    page.get_by_label("Email").fill(f"owner-{live_server.port}@new.example.com")
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()
    expect(page.get_by_text("Owner · New Company")).to_be_visible()
    expect(page.locator(".tree-card")).to_have_count(12)


def test_signing_out_ends_it_in_every_tab(desk, live_server):
    page = desk.page(None, "/sign-in")
    page.get_by_label("Email").fill("second.technician@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Library").wait_for()
    other = page.context.new_page()
    other.goto("/sessions")
    # Read from the server: the heading alone is there before the tab is connected.
    other.get_by_text("No sessions here").or_(other.locator(".session-row").first).wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    other.get_by_role("button", name="Parked").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
