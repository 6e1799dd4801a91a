"""Versions of trees: publishing, review, history, differences and going back."""
