"""Escalate, park, claim, hand back, resolve; the inbox."""
