"""The bench: our app against a minimal baseline, in the same run; ``python -m tests.bench``."""
