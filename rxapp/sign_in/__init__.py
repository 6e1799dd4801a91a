"""Signing in: registration, password, second factor, emailed links, demo people."""
