"""Authoring: drafts as rows, their operations, history, and publishing them."""
