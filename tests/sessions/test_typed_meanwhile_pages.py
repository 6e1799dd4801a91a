"""What is typed, pressed or received while a text is on its way to the server."""

from playwright.sync_api import Page, expect

from tests.support.net import eventually

SAVES = "**/auth/browser/texts/**"
NOTE, PAD, TICKET = "Note for this step", "Scratchpad", "Ticket number"


def held_back(page: Page) -> list:
    """Hold saves back; returns the routes that wait."""
    waiting: list = []
    page.context.route(SAVES, lambda route: waiting.append(route))
    return waiting


def arrived(page: Page, waiting: list) -> None:
    eventually(lambda: page.wait_for_timeout(50) or waiting, what="the request")


def test_what_is_typed_while_the_server_cleans_a_line_stays(start):
    page = start()
    waiting = held_back(page)
    ticket = page.get_by_label(TICKET)
    ticket.fill("T-1\u200b")  # as pasted: with a space that nobody sees
    arrived(page, waiting)
    ticket.press("End")
    ticket.press_sequentially("042")
    waiting.pop().continue_()
    page.context.unroute(SAVES)
    expect(ticket).to_have_value("T-1042")
    page.reload()
    expect(ticket).to_have_value("T-1042")


def test_what_was_heard_while_typing_shows_once_nothing_is_typed(start):
    page = start()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label(PAD).wait_for()
    page.get_by_label(PAD).fill("x" * 20_001)  # too long, so it is not sent
    other.get_by_label(PAD).fill("Port 14B")
    other.get_by_text("Saved", exact=True).wait_for()
    page.wait_for_timeout(500)
    expect(page.get_by_label(PAD)).to_have_value("x" * 20_001)
    page.get_by_label(PAD).fill("")
    expect(page.get_by_label(PAD)).to_have_value("Port 14B")


def test_a_button_pressed_twice_while_it_waits_is_pressed_once(start):
    page = start()
    waiting = held_back(page)
    page.get_by_label(NOTE).fill("Just before")
    arrived(page, waiting)
    page.evaluate(
        """() => {
          window.pressed = 0;
          const button = [...document.querySelectorAll("button")]
            .find((each) => each.textContent.includes("Park"));
          button.addEventListener("click", () => { window.pressed += 1; });
        }"""
    )
    for _ in range(2):
        page.get_by_role("button", name="Park").click()
    waiting.pop().continue_()
    page.context.unroute(SAVES)
    expect(page.get_by_text("Parked. Only you can see it.")).to_be_visible()
    assert page.evaluate("pressed") == 1
