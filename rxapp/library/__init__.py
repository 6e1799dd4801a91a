"""The library for authors: making, filing, archiving and deleting trees; updates of starters."""
