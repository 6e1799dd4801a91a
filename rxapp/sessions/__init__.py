"""Guided sessions: one run through one version of a tree, for one ticket."""
