"""The inline styles that Reflex's style library makes while a page runs.

It makes one where a component is given ``style`` or where Reflex shows its page of an error.
"""

MADE_WHILE_RUNNING = ("",)
"""Texts of style elements that are in no built page. One is empty: its rules are added singly."""
