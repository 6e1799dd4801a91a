"""The topics about versions."""

from rxapp.live.topics import Kind

REVIEW = Kind("review")
"""Whether a draft waits for a review or is published meanwhile, by the tree's id."""
