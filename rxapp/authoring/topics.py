"""The topics about drafts."""

from rxapp.live.topics import Kind

DRAFT = Kind("draft")
"""The draft of a tree, by the tree's id."""

REVIEW = Kind("review")
"""Whether a draft waits for a review or is published meanwhile, by the tree's id."""
