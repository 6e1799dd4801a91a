"""The inline styles that Reflex's style library creates while a page runs.

It creates one for a component with ``style``, and for Reflex's error page.
"""

MADE_WHILE_RUNNING = ("",)
"""The texts of style elements that are in no built page. One is empty: its rules come later."""
