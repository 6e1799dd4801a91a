"""The inline styles that Reflex's style library makes while a page runs."""

MADE_WHILE_RUNNING = ("",)
"""Texts of style elements that are in no built page. One is empty: its rules are added singly."""
