"""Live updates: who watches what in this process, and what changed."""
