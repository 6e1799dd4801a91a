"""Drafts of trees: their steps as rows, the operations that change them, and their merging."""
