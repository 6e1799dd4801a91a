"""A person's own settings, sign-ins and API tokens."""
