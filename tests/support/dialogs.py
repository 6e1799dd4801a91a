"""Dialogs of a page, as a person leaves them."""

from playwright.sync_api import Page, expect


def close_dialog(page: Page) -> None:
    """Press Escape and wait until the dialog is gone: it takes what is pressed before that."""
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
