"""Accounts, users and their sign-ins."""
