"""Getting in: registration, password, second factor, mailed links, demo people."""
