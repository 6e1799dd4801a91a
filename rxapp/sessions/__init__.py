"""Guided sessions: one walk through one version for one ticket."""
