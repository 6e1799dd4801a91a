"""The topics about drafts."""

from rxapp.live.topics import Kind

DRAFT = Kind("draft")
"""The draft of a tree, by the tree's id."""
