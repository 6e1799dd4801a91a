"""The key of every server of the tests, and of the process that shares its database."""

SECRET_KEY = "a key for tests alone, long enough to be taken"
