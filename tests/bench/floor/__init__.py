"""The floor: the least that does the same on the wire."""
