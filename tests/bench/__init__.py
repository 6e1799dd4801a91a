"""The bench: ours against a bare floor, measured in the same run; ``python -m tests.bench``."""
