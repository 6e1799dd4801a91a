"""Outbox, deliveries and the channels that carry them."""
