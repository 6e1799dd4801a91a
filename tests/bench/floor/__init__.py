"""The floor: minimal apps that do the same on the wire."""
